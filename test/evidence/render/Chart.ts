/** A picture of figures. `file` is its name without an ending, beside the page. */
export type Chart = Bars | Lines

export interface Bars {
  readonly kind: "bars"
  readonly file: string
  readonly title: string
  readonly subtitle: string
  readonly unit: string
  readonly bars: ReadonlyArray<{
    readonly label: string
    readonly value: number
    /** The least and the greatest round. */
    readonly from?: number
    readonly to?: number
    /** Ours, or somebody else's. */
    readonly ours?: boolean
  }>
}

export interface Lines {
  readonly kind: "lines"
  readonly file: string
  readonly title: string
  readonly subtitle: string
  readonly x: string
  readonly y: string
  /** Axes whose steps are powers of ten. */
  readonly log?: boolean
  readonly series: ReadonlyArray<{
    readonly name: string
    readonly points: ReadonlyArray<readonly [x: number, y: number]>
  }>
}
