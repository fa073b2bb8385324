import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { ZaloApi } from "../../src/zalo/ZaloApi.ts"
import type { Allows, ZaloError } from "../../src/zalo/ZaloError.ts"
import { answering } from "./stub.ts"

type Api = ZaloApi["Service"]

const methods: { readonly [name: string]: (api: Api) => Effect.Effect<unknown, ZaloError> } = {
  getMe: (api) => api.getMe,
  getUpdates: (api) => api.getUpdates(Duration.seconds(30)),
  setWebhook: (api) => api.setWebhook({ url: "https://a.test", secret: Redacted.make("12345678") }),
  testWebhook: (api) => api.testWebhook,
  deleteWebhook: (api) => api.deleteWebhook,
  getWebhookInfo: (api) => api.getWebhookInfo,
  sendMessage: (api) => api.sendMessage({ chat: "c", text: "t" }),
  sendPhoto: (api) => api.sendPhoto({ chat: "c", photo: "https://a.test/p.jpg" }),
  sendSticker: (api) => api.sendSticker({ chat: "c", sticker: "s" }),
  sendVoice: (api) => api.sendVoice({ chat: "c", voiceUrl: "https://a.test/v.aac" }),
  sendChatAction: (api) => api.sendChatAction({ chat: "c", action: "typing" })
}

const html = (title: string) => `<html><head><title>${title}</title></head><body><center>nginx</center></body></html>`
const no = (error_code: unknown, description = "no") => ({ ok: false, description, error_code })

interface Case {
  readonly name: string
  /** The HTTP statuses under which the body comes: both styles of §3.4. */
  readonly statuses: ReadonlyArray<number>
  readonly body: string | object
  readonly tag: string
  readonly explicit: boolean
  readonly poll: Exclude<Allows, "unknown">
  readonly send: Allows
  /** Methods for which this is no error: each has its own test below. */
  readonly not?: ReadonlyArray<string>
}

const cases: ReadonlyArray<Case> = [
  {
    name: "400",
    statuses: [200, 400],
    body: no(400, "Bad request: The chat_id must not be empty"),
    tag: "InvalidRequest",
    explicit: true,
    poll: "stop",
    send: "stop",
    not: ["deleteWebhook"]
  },
  {
    name: "400 while a webhook is set",
    statuses: [200, 400],
    body: no(400, "You cannot use this API while a webhook is set. Please remove the webhook first"),
    tag: "WebhookActive",
    explicit: true,
    poll: "stop",
    send: "stop"
  },
  {
    name: "401",
    statuses: [200, 401],
    body: no(401, "Unauthorized"),
    tag: "Unauthorized",
    explicit: true,
    poll: "stop",
    send: "stop"
  },
  {
    name: "401 as text",
    statuses: [200, 500],
    body: no("401"),
    tag: "Unauthorized",
    explicit: true,
    poll: "stop",
    send: "stop"
  },
  {
    name: "403, a server fault",
    statuses: [200, 403],
    body: no(403, "Internal server error"),
    tag: "ServerFault",
    explicit: true,
    poll: "retry",
    send: "retry"
  },
  {
    name: "404",
    statuses: [200, 404],
    body: no(404, "Not Found"),
    tag: "NotFound",
    explicit: true,
    poll: "stop",
    send: "stop",
    not: ["deleteWebhook", "getWebhookInfo"]
  },
  {
    name: "408",
    statuses: [200, 408],
    body: no(408, "Request timeout"),
    tag: "Unclear",
    explicit: true,
    poll: "retry",
    send: "unknown",
    not: ["getUpdates"]
  },
  {
    name: "a time-out without a code",
    statuses: [200, 408],
    body: { ok: false, description: "Request timeout" },
    tag: "Unclear",
    explicit: true,
    poll: "retry",
    send: "unknown",
    not: ["getUpdates"]
  },
  {
    name: "426 in camelCase",
    statuses: [200, 426],
    body: { ok: false, description: "limit", errorCode: 426 },
    tag: "QuotaExceeded",
    explicit: true,
    poll: "retry",
    send: "retry"
  },
  {
    name: "429",
    statuses: [200, 429],
    body: no(429, "Quota exceeded"),
    tag: "QuotaExceeded",
    explicit: true,
    poll: "retry",
    send: "retry"
  },
  {
    name: "another 4xx",
    statuses: [200, 413],
    body: no(413),
    tag: "InvalidRequest",
    explicit: true,
    poll: "stop",
    send: "stop"
  },
  {
    name: "500",
    statuses: [200, 500],
    body: no(500),
    tag: "ServerFault",
    explicit: true,
    poll: "retry",
    send: "unknown"
  },
  {
    name: "a code that is no HTTP code",
    statuses: [200],
    body: no(-13),
    tag: "Undecodable",
    explicit: true,
    poll: "retry",
    send: "unknown"
  },
  {
    name: "ok:false and nothing else",
    statuses: [200],
    body: { ok: false },
    tag: "Undecodable",
    explicit: false,
    poll: "retry",
    send: "unknown"
  },
  {
    name: "ok:false with the code of success",
    statuses: [200],
    body: no(0),
    tag: "Undecodable",
    explicit: false,
    poll: "retry",
    send: "unknown"
  },
  {
    name: "the page of a hot gateway",
    statuses: [429],
    body: html("429 Too Many Requests"),
    tag: "RateLimited",
    explicit: false,
    poll: "retry",
    send: "retry"
  },
  {
    name: "a gateway's page",
    statuses: [502, 504, 500, 403],
    body: html("504 Gateway Time-out"),
    tag: "ServerFault",
    explicit: false,
    poll: "retry",
    send: "unknown"
  },
  {
    name: "a gateway's 408",
    statuses: [408],
    body: html("408"),
    tag: "Unclear",
    explicit: false,
    poll: "retry",
    send: "unknown",
    not: ["getUpdates"]
  },
  {
    name: "a gateway's 401",
    statuses: [401],
    body: html("401"),
    tag: "Unauthorized",
    explicit: false,
    poll: "stop",
    send: "unknown"
  },
  {
    name: "a gateway's 404",
    statuses: [404],
    body: html("404"),
    tag: "NotFound",
    explicit: false,
    poll: "stop",
    send: "unknown"
  },
  {
    name: "a page where an answer should be",
    statuses: [200, 302, 400],
    body: html("Login"),
    tag: "Undecodable",
    explicit: false,
    poll: "retry",
    send: "unknown"
  },
  {
    name: "half of an answer",
    statuses: [200],
    body: '{"ok":true,"result":{"mess',
    tag: "Undecodable",
    explicit: false,
    poll: "retry",
    send: "unknown"
  },
  {
    name: "no body",
    statuses: [200],
    body: "",
    tag: "Undecodable",
    explicit: false,
    poll: "retry",
    send: "unknown"
  },
  {
    name: "JSON that is not the envelope",
    statuses: [200],
    body: { ok: "true", result: {} },
    tag: "Undecodable",
    explicit: false,
    poll: "retry",
    send: "unknown"
  },
  {
    name: "a list",
    statuses: [200],
    body: [{ ok: true }],
    tag: "Undecodable",
    explicit: false,
    poll: "retry",
    send: "unknown"
  }
]

describe("a refusal means the same whatever the HTTP status", () => {
  for (const { name, statuses, body, not = [], ...expected } of cases) {
    const asked = Object.entries(methods).filter(([method]) => !not.includes(method))
    it.effect(`${name} (HTTP ${statuses.join(", ")})`, () =>
      Effect.gen(function* () {
        for (const status of statuses) {
          const { api } = yield* answering(status, body)
          for (const [method, call] of asked) {
            const error = yield* Effect.flip(call(api))
            const { explicit, poll, send } = error
            const told = { tag: error.reason._tag, explicit, poll, send }
            assert.deepStrictEqual([method, told], [method, expected])
            assert.strictEqual(error.method, method)
          }
        }
      })
    )
  }

  it.effect("a page is remembered by its title and not whole", () =>
    Effect.gen(function* () {
      const { api } = yield* answering(504, html("504 Gateway Time-out") + "x".repeat(10_000))
      const error = yield* Effect.flip(api.getMe)
      assert.strictEqual(error.message, "getMe: server fault (504): 504 Gateway Time-out")
      const long = yield* answering(400, "y".repeat(10_000))
      assert.isBelow((yield* Effect.flip(long.api.getMe)).message.length, 400)
    })
  )
})

describe("a poll that brought nothing", () => {
  const idle: ReadonlyArray<readonly [name: string, status: number, body: string | object]> = [
    ["ok:false with 408", 200, no(408, "Request timeout")],
    ["the same as HTTP 408", 408, no(408, "Request timeout")],
    ["408 as text", 200, no("408")],
    ["no code, but the words", 200, { ok: false, description: "Request timeout" }],
    ["HTTP 408 without JSON", 408, html("408")],
    ["ok:true alone", 200, { ok: true }],
    ["result {}", 200, { ok: true, result: {}, error_code: 0 }],
    ["result null", 200, { ok: true, result: null }],
    ["result []", 200, { ok: true, result: [] }]
  ]
  for (const [name, status, body] of idle) {
    it.effect(`is nothing new: ${name}`, () =>
      Effect.gen(function* () {
        const { api } = yield* answering(status, body)
        assert.deepStrictEqual(yield* api.getUpdates(Duration.seconds(30)), Option.none())
      })
    )
  }

  it.effect("and one that brought something hands it on as it is, a list too", () =>
    Effect.gen(function* () {
      const update = { event_name: "message.text.received", message: { text: "hi", surprise: [1] } }
      const one = yield* answering(200, { ok: true, result: update, error_code: 0 })
      assert.deepStrictEqual(yield* one.api.getUpdates(Duration.seconds(30)), Option.some(update))
      const list = yield* answering(200, { ok: true, result: [update] })
      assert.deepStrictEqual(yield* list.api.getUpdates(Duration.seconds(30)), Option.some([update]))
    })
  )
})

describe("what was accepted", () => {
  const sent: ReadonlyArray<readonly [body: object, expected: object]> = [
    [
      { ok: true, result: { message_id: "82599fa32f56d00e8941", date: 1 }, error_code: 0 },
      { messageId: "82599fa32f56d00e8941" }
    ],
    [{ ok: true, result: { message_id: 12, date: 1 } }, { messageId: "12" }],
    [{ ok: true, result: { date: 1 } }, {}],
    [{ ok: true, result: { message_id: null } }, {}],
    [{ ok: true, result: "yes" }, {}],
    [{ ok: true }, {}]
  ]
  for (const [body, expected] of sent) {
    it.effect(`is sent, with or without an id: ${JSON.stringify(body)}`, () =>
      Effect.gen(function* () {
        // The status says nothing once the body does.
        for (const status of [200, 500]) {
          const { api } = yield* answering(status, body)
          assert.deepStrictEqual(yield* api.sendMessage({ chat: "c", text: "t" }), expected)
          assert.deepStrictEqual(yield* api.sendVoice({ chat: "c", voiceUrl: "https://a.test" }), expected)
          assert.isUndefined(yield* api.sendChatAction({ chat: "c", action: "typing" }))
        }
      })
    )
  }

  it.effect("getMe is told in our names, and without an id it is no answer", () =>
    Effect.gen(function* () {
      const result = {
        id: "1",
        account_name: "bot.V",
        account_type: "BASIC",
        can_join_groups: true,
        display_name: "Bot V"
      }
      const { api } = yield* answering(200, { ok: true, result })
      assert.deepStrictEqual(yield* api.getMe, {
        id: "1",
        accountName: "bot.V",
        accountType: "BASIC",
        canJoinGroups: true,
        displayName: "Bot V"
      })
      const broken = yield* answering(200, { ok: true, result: { account_name: "bot.V" } })
      assert.strictEqual((yield* Effect.flip(broken.api.getMe)).reason._tag, "Undecodable")
    })
  )

  it.effect("a webhook stays set when the rest of the answer cannot be read", () =>
    Effect.gen(function* () {
      const verification = { ok: false, status_code: 403, outcome: "webhook.http.403", hint: "WAF" }
      const set = { url: "https://a.test", secret: Redacted.make("12345678") }
      const { api } = yield* answering(200, {
        ok: true,
        result: { url: "https://a.test", updated_at: 1, verification }
      })
      assert.deepStrictEqual(yield* api.setWebhook(set), {
        url: "https://a.test",
        verification: { ok: false, statusCode: 403, outcome: "webhook.http.403", hint: "WAF" }
      })
      const odd = yield* answering(200, { ok: true, result: { url: "https://a.test", verification: "soon" } })
      assert.deepStrictEqual(yield* odd.api.setWebhook(set), {})
    })
  )

  it.effect("no webhook is told by 404, by an empty address and by nothing", () =>
    Effect.gen(function* () {
      const bodies: ReadonlyArray<object> = [
        no(404, "Not Found"),
        { ok: true, result: { url: "", updated_at: 1 } },
        { ok: true, result: {} },
        { ok: true }
      ]
      for (const body of bodies) {
        const { api } = yield* answering(200, body)
        assert.deepStrictEqual(yield* api.getWebhookInfo, Option.none())
      }
      const { api } = yield* answering(200, {
        ok: true,
        result: { url: "https://a.test/hook", updated_at: 1785647889461 }
      })
      assert.deepStrictEqual(
        yield* api.getWebhookInfo,
        Option.some({ url: "https://a.test/hook", updatedAt: 1785647889461 })
      )
    })
  )

  it.effect("a webhook that was not there is deleted as well", () =>
    Effect.gen(function* () {
      for (const body of [no(400), no(404), { ok: true, result: { url: "", updated_at: 1 } }, { ok: true }]) {
        const { api } = yield* answering(200, body)
        assert.isUndefined(yield* api.deleteWebhook)
      }
    })
  )
})
