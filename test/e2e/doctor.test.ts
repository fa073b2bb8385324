import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { chmodSync, mkdirSync, truncateSync, writeFileSync, openSync, writeSync, closeSync, statSync } from "node:fs"
import { createServer, type RequestListener } from "node:http"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { migrations } from "../../src/gateway/layers.ts"
import { layerSqlite } from "../../src/node/store.ts"
import {
  cli,
  cliJson,
  configureBot,
  makePlace,
  origin,
  type Place,
  serve,
  start,
  startZalo,
  token,
  until,
  type Zalo
} from "./harness.ts"

const bot = "4055584533866160964"
const agent = { type: "command", command: ["cat"] }
const day = 86_400_000

interface World {
  readonly place: Place
  readonly zalo: Zalo
}

interface Finding {
  readonly code: string
  readonly severity: string
  readonly account: string | null
  readonly message: string
  readonly remedy: string
}

/** A machine on which nothing is wrong but that nobody has started the gateway. */
const world = Effect.gen(function* () {
  const { url, zalo } = yield* startZalo()
  const place = yield* makePlace(url)
  place.configure({ botToken: token }, { agent })
  chmodSync(place.config, 0o600)
  return { place, zalo }
})

/** The store that a gateway would have made, and something in it. */
const stored = (place: Place, ...statements: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    yield* Effect.scoped(Layer.build(layerSqlite({ filename: place.database, migrations, migrate: true })))
    const db = new DatabaseSync(place.database)
    for (const statement of statements) db.exec(statement)
    db.close()
  }).pipe(Effect.orDie)

const row = (state: string, reason: string | null, at: number): string =>
  `INSERT INTO inbox (account, message_id, chat, received_at, source, body, state, reason)
   VALUES ('default', 'm1', 'c1', ${at}, 'polling', '{}', '${state}', ${reason === null ? "NULL" : `'${reason}'`})`

const sent = (state: string, reason: string): string =>
  `INSERT INTO outbox (seq, account, chat, origin, kind, payload, state, reason, created_at)
   VALUES (1, 'default', 'c1', 'turn', 'text', '{"_tag":"Text","text":"x"}', '${state}', '${reason}', 1)`

/** Something on loopback that answers as it is told. */
const answering = (listener: RequestListener, port = 0): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise<ReturnType<typeof createServer>>(
      () =>
        new Promise((resolve, reject) => {
          const server = createServer(listener).once("error", reject)
          server.listen(port, "127.0.0.1", () => resolve(server))
        })
    ),
    (server) => Effect.sync(() => (server.closeAllConnections(), server.close()))
  ).pipe(
    Effect.map((server) => {
      const address = server.address()
      return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
    })
  )

/** A Bot API whose clock is wrong, or that is down. */
const withApi = (place: Place, url: string): Place => ({ ...place, env: { ...place.env, ZALO_API_URL: url } })

interface Fault {
  readonly plant: (world: World) => Effect.Effect<Place | void, never, Scope.Scope>
  readonly remedy: RegExp
  readonly severity?: string
}

/** Every fault that can be planted from outside, by the code under which it has to be found. */
const faults: Readonly<Record<string, Fault | ReadonlyArray<Fault>>> = {
  "config-problem": [
    {
      plant: ({ place }) => Effect.sync(() => writeFileSync(place.config, '{ channels: { zalo: { dmPolicy: "open" }')),
      remedy: /comma, quote or bracket/
    },
    {
      plant: ({ place }) => Effect.sync(() => place.configure({ botToken: token, dmPolice: "open" }, { agent })),
      remedy: /dmPolicy/
    }
  ],
  "config-warning": {
    plant: ({ place }) =>
      Effect.sync(() => place.configure({ botToken: token, dmPolicy: "open", allowFrom: ["*"] }, { agent })),
    remedy: /pairing/,
    severity: "note"
  },
  "config-not-taken": {
    plant: ({ place }) =>
      Effect.gen(function* () {
        yield* serve(place)
        place.configure({ botToken: token }, { agent, gateway: { host: "127.0.0.2" } })
        yield* until(
          "the gateway has seen the change",
          Effect.map(examine(place), ({ json }) => json.findings.some((one) => one.code === "config-not-taken"))
        )
      }),
    remedy: /Restart/,
    severity: "warning"
  },
  "no-accounts": {
    plant: ({ place }) => {
      const { ZALO_EFFECT_CONFIG: _, ...env } = place.env
      return Effect.succeed({ ...place, folder: join(place.folder, ".."), env })
    },
    remedy: /zalo-effect setup/
  },
  "account-unavailable": {
    plant: ({ place }) => Effect.sync(() => place.configure({ botToken: "${NOT_SET_ANYWHERE}" }, { agent })),
    remedy: /secret/
  },
  "echo-agent": {
    plant: ({ place }) => Effect.sync(() => place.configure({ botToken: token })),
    remedy: /agent/,
    severity: "warning"
  },
  "agent-missing": {
    plant: ({ place }) =>
      Effect.sync(() =>
        place.configure({ botToken: token }, { agent: { type: "command", command: ["no-such-program"] } })
      ),
    remedy: /agent\.command/
  },
  "agent-unreachable": {
    plant: ({ place }) =>
      Effect.sync(() =>
        place.configure({ botToken: token }, { agent: { type: "http", url: "http://127.0.0.1:9/ask" } })
      ),
    remedy: /address/
  },
  "agent-key-refused": {
    plant: ({ place }) =>
      Effect.map(
        answering((_, response) => void response.writeHead(401).end()),
        (baseUrl) =>
          place.configure(
            { botToken: token },
            { agent: { type: "openai", baseUrl: `${baseUrl}/v1`, apiKey: "sk-wrong-key", model: "m" } }
          )
      ),
    remedy: /apiKey/
  },
  "data-dir": {
    plant: ({ place }) => Effect.sync(() => writeFileSync(join(place.folder, "data"), "a file")),
    remedy: /ZALO_EFFECT_DATA_DIR/
  },
  "clock-skew": {
    plant: ({ place }) =>
      Effect.gen(function* () {
        const hourAgo = httpDate((yield* Clock.currentTimeMillis) - 3_600_000)
        const url = yield* answering((request, response) => {
          const ok = request.url?.endsWith("/getMe") === true
          response.writeHead(200, { date: hourAgo, "content-type": "application/json" })
          response.end(
            JSON.stringify(ok ? { ok, result: { id: bot } } : { ok, error_code: 404, description: "Not Found" })
          )
        })
        return withApi(place, url)
      }),
    remedy: /NTP/
  },
  "file-too-open": [
    {
      plant: ({ place }) => Effect.sync(() => chmodSync(place.config, 0o644)),
      remedy: /chmod 600/,
      severity: "warning"
    },
    {
      plant: ({ place }) =>
        Effect.sync(() => {
          mkdirSync(join(place.folder, "data"))
          writeFileSync(join(place.folder, "data", "admin-token"), "0123456789abcdef", { mode: 0o644 })
        }),
      remedy: /chmod 600/,
      severity: "warning"
    }
  ],
  "port-taken": {
    plant: ({ place }) => Effect.asVoid(answering((_, response) => void response.end("somebody else"), place.port)),
    remedy: /gateway\.port/
  },
  "store-missing": { plant: () => Effect.void, remedy: /serve makes it/, severity: "note" },
  "store-schema": {
    plant: ({ place }) =>
      stored(place, "INSERT INTO zalo_effect_migrations (migration_id, name) VALUES (9999, 'of_tomorrow')"),
    remedy: /same version/
  },
  "store-corrupt": [
    {
      plant: ({ place }) =>
        Effect.sync(() => {
          mkdirSync(dirname(place.database))
          writeFileSync(place.database, "this was a database once".repeat(100), { mode: 0o600 })
        }),
      remedy: /backup/
    },
    {
      plant: ({ place }) =>
        Effect.map(
          stored(
            place,
            `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
            INSERT INTO inbox (account, message_id, chat, received_at, source, body, state)
            SELECT 'default', hex(randomblob(20)), 'c', 1, 'polling', hex(randomblob(200)), 'done' FROM n`,
            "PRAGMA wal_checkpoint(TRUNCATE)"
          ),
          () => {
            // Half of a page in the middle is overwritten, as a dying disk does.
            const file = openSync(place.database, "r+")
            writeSync(
              file,
              Buffer.alloc(3_000, 0x5a),
              0,
              3_000,
              Math.floor(statSync(place.database).size / 8_192) * 4_096
            )
            closeSync(file)
          }
        ),
      remedy: /backup/
    }
  ],
  "store-log-large": {
    plant: ({ place }) =>
      Effect.map(stored(place), () => {
        writeFileSync(`${place.database}-wal`, "")
        truncateSync(`${place.database}-wal`, 300 * 1_048_576)
      }),
    remedy: /Restart/,
    severity: "warning"
  },
  "not-running": { plant: () => Effect.void, remedy: /zalo-effect serve/ },
  "not-answering": {
    plant: ({ place }) => {
      const elsewhere = place.port === 65_535 ? 65_534 : place.port + 1
      return Effect.asVoid(
        serve({ ...place, url: `http://127.0.0.1:${elsewhere}` }, { args: ["--port", `${elsewhere}`] })
      )
    },
    remedy: /--port/
  },
  "not-ready": {
    plant: ({ place, zalo }) =>
      Effect.gen(function* () {
        yield* zalo.resetToken(bot, `${bot}:a-new-one`)
        yield* start(place, ["serve"])
        yield* until(
          "the gateway says so itself",
          Effect.map(
            cliJson(place, ["channels", "status"]),
            ({ json }) => json.accounts[0].reason?.includes("401") === true
          )
        )
      }).pipe(Effect.orDie),
    remedy: /Put the new token/
  },
  "token-refused": {
    plant: ({ zalo }) => Effect.orDie(zalo.resetToken(bot, `${bot}:a-new-one`)),
    remedy: /setup .*--token/
  },
  "api-unreachable": { plant: ({ place }) => Effect.succeed(withApi(place, "http://127.0.0.1:9")), remedy: /network/ },
  "webhook-elsewhere": {
    plant: ({ place }) => Effect.asVoid(setAt(place, "https://elsewhere.example.test/zalo")),
    remedy: /webhook delete/
  },
  "webhook-missing": {
    plant: ({ place, zalo }) => configureBot(place, zalo, "webhook", {}, { agent }),
    remedy: /webhook set/
  },
  "webhook-differs": {
    plant: ({ place, zalo }) =>
      Effect.asVoid(
        Effect.andThen(configureBot(place, zalo, "webhook", {}, { agent }), setAt(place, `${origin}/another`))
      ),
    remedy: /webhook set/
  },
  quota: {
    plant: ({ place }) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        stored(place, `INSERT INTO send_count VALUES ('default', '${month(now)}', 2900)`)
      ),
    remedy: /next month/,
    severity: "warning"
  },
  drift: {
    plant: ({ place }) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        stored(place, `INSERT INTO drift_sample VALUES ('default', 'field', 'message.link', ${now}, ${now}, 3, '{}')`)
      ),
    remedy: /newer zalo-effect/,
    severity: "note"
  },
  "waiting-long": {
    plant: ({ place }) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => stored(place, row("pending", null, now - day))),
    remedy: /queue list .*pending/
  },
  "dead-letters": { plant: ({ place }) => stored(place, row("dead", "agent-failed", 1)), remedy: /queue retry/ },
  undelivered: { plant: ({ place }) => stored(place, sent("dead", "expired")), remedy: /queue retry/ },
  "unknown-sends": {
    plant: ({ place }) => stored(place, sent("unknown", "timeout")),
    remedy: /queue resolve/,
    severity: "warning"
  },
  "pairing-full": {
    plant: ({ place }) => stored(place, "INSERT INTO pairing_overflow VALUES ('default', 7, 1, 1)"),
    remedy: /maxPending/,
    severity: "warning"
  },
  "people-waiting": {
    plant: ({ place }) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        stored(
          place,
          `INSERT INTO chat (account, chat, type, name, first_seen_at, last_seen_at, messages, paused_at, paused_by, waiting_since)
           VALUES ('default', 'c1', 'PRIVATE', 'Lan', 1, 1, 1, ${now - day}, 'keyword', ${now - day})`
        )
      ),
    remedy: /chat say/,
    severity: "warning"
  },
  "pairing-waiting": {
    plant: ({ place }) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        stored(
          place,
          `INSERT INTO pairing_request (account, sender, chat, code, display_name, language, created_at, expires_at, last_seen_at)
           VALUES ('default', 's', 'c', 'ABCD2345', 'Lan', 'vi', ${now}, ${now + day}, ${now})`
        )
      ),
    remedy: /pairing list/,
    severity: "note"
  }
}

/** Months begin where Zalo is. */
const month = (now: number): string => DateTime.formatIso(DateTime.makeUnsafe(now + 7 * 3_600_000)).slice(0, 7)

const httpDate = (at: number): string => DateTime.toDateUtc(DateTime.makeUnsafe(at)).toUTCString()

/** Somebody else with the same token sets a webhook. */
const setAt = (place: Place, url: string) =>
  Effect.promise(() =>
    fetch(`${place.env["ZALO_API_URL"]}/bot${token}/setWebhook`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ url, secret_token: "somebody-elses" })
    })
  )

interface Report {
  readonly code: number | null
  readonly json: { readonly ok: boolean; readonly findings: ReadonlyArray<Finding> }
}

const examine = (place: Place): Effect.Effect<Report> => cliJson(place, ["doctor"])

describe("doctor finds", () => {
  for (const [code, planted] of Object.entries(faults)) {
    for (const [n, fault] of [planted].flat().entries()) {
      it.live(`${code}${n === 0 ? "" : `, seen otherwise (${n + 1})`}`, () =>
        Effect.gen(function* () {
          const here = yield* world
          const place = (yield* fault.plant(here)) ?? here.place
          const { code: exit, json } = yield* examine(place)
          const found = json.findings.filter((one) => one.code === code)
          assert.lengthOf(found, 1, JSON.stringify(json, undefined, 1))
          assert.match(found[0]?.remedy ?? "", fault.remedy)
          assert.strictEqual(found[0]?.severity, fault.severity ?? "error")
          assert.strictEqual(exit, json.findings.some(({ severity }) => severity === "error") ? 1 : 0)
          assert.notInclude(JSON.stringify(json), "e2e-secret-part")
        })
      )
    }
  }
})

it.live("and nothing where all is well", () =>
  Effect.gen(function* () {
    const { place } = yield* world
    yield* serve(place)
    const { code, json } = yield* examine(place)
    assert.deepStrictEqual(json, { ok: true, findings: [] })
    assert.strictEqual(code, 0)
    assert.strictEqual((yield* cli(place, ["doctor"])).out, "Nothing is wrong.\n")
  })
)
