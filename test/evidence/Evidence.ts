import type { Machine } from "../bench/machine.ts"
import type { Chart } from "./render/Chart.ts"

export type Size = "small" | "page"

/** What the gateway under test stands on. */
export interface World {
  readonly store: "sqlite" | "postgres"
  readonly runners: number
}

export const worldName = ({ runners, store }: World): string =>
  `${store === "sqlite" ? "SQLite" : "Postgres"}, ${runners === 1 ? "one process" : `${runners} runners`}`

/** One finding. Its `id` is its anchor on the page: what the README claims points to it. */
export interface Row {
  readonly id: string
  readonly what: string
  readonly measured: string
  /** What it is to be held against: a peer, a control, a part of the same run. */
  readonly beside?: string | undefined
  readonly aim?: string | undefined
  /** Whether the aim is met; absent where there is none. */
  readonly met?: boolean | undefined
}

/** What a part brings home. */
export interface Found {
  readonly rows: ReadonlyArray<Row>
  readonly charts?: ReadonlyArray<Chart>
  /** What was left out or is to be known, a sentence each. */
  readonly notes?: ReadonlyArray<string>
  /** Everything behind the rows, for whoever wants to look again. */
  readonly raw: unknown
}

/** How a run was asked for. */
export interface Given {
  readonly size: Size
  /** A Postgres server to use instead of one of our own. */
  readonly storeUrl: string | undefined
  /** The largest number of runners. */
  readonly runners: number
  /** Instead of the size's own. */
  readonly kills: number | undefined
  readonly bodies: number | undefined
  readonly soakSeconds: number | undefined
  readonly seed: number
  /** Says what is going on, on stderr. */
  readonly say: (text: string) => void
}

/** A subject of the page. */
export interface Part {
  readonly name: string
  readonly title: string
  /** How it is measured, in Markdown. */
  readonly about: string
  /** Runs beside the parts that follow it, until they are over: what it measures does not mind them. */
  readonly beside?: boolean
  readonly run: (given: Given) => Promise<Found>
}

/** A part that was run, as it is kept. */
export interface Result extends Found {
  readonly name: string
  readonly command: string
  readonly size: Size
  /** ISO 8601, UTC. */
  readonly at: string
  readonly seconds: number
  readonly seed: number
  readonly machine: Machine
  readonly versions: Readonly<Record<string, string>>
}
