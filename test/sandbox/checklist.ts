// @effect-diagnostics globalFetch:off globalTimers:off
/**
 * What a Bot API must do to be worth testing a bot against. Plain `fetch`, nothing of this project's: what is expected here
 * was written from what users of the real API measured.
 */

type Body = Readonly<Record<string, unknown>>

/** The levers beside the API itself: what people do, and which of the disputed behaviours is wanted. */
export interface Admin {
  readonly token: string
  /** Adds a person who then writes this. Gives the chat's and the message's id. */
  readonly newcomer: (text: string) => Promise<{ readonly chat: string; readonly messageId: string }>
  readonly write: (chat: string, message: Body) => Promise<string>
  readonly raw: (body: unknown) => Promise<void>
  readonly set: (switches: Body) => Promise<void>
  /** A public https address that reaches a server of the caller's. */
  readonly hook: string
  /** What that server was sent since it was last asked, and how it answers from now on. */
  readonly received: () => Promise<ReadonlyArray<Received>>
  readonly answerWith: (status: number) => void
  /** An address of a picture, and how often it was fetched. */
  readonly picture: { readonly url: string; readonly fetched: () => number }
}

export interface Received {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface Finding {
  readonly name: string
  readonly problem: string | undefined
}

interface Answered {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly body: Body
}

const isBody = (value: unknown): value is Body => typeof value === "object" && value !== null

const parse = (text: string): Body => {
  try {
    const value: unknown = JSON.parse(text)
    return isBody(value) ? value : {}
  } catch {
    return {}
  }
}

const part = (body: Body, key: string): Body => {
  const value = body[key]
  return isBody(value) ? value : {}
}

class Problem extends Error {}

const same = (actual: unknown, expected: unknown): void => {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (a !== b) throw new Problem(`expected ${b}, got ${a}`)
}

const matches = (actual: unknown, pattern: RegExp): void => {
  if (!pattern.test(String(actual))) throw new Problem(`expected ${pattern}, got ${String(actual)}`)
}

const elapsed = async <A>(work: Promise<A>): Promise<readonly [A, number]> => {
  const start = performance.now()
  const value = await work
  return [value, performance.now() - start]
}

const eventually = async <A>(look: () => Promise<A | undefined>): Promise<A> => {
  for (let left = 200; left > 0; left--) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Problem("it did not happen within two seconds")
}

export const checklist = async (base: string, admin: Admin): Promise<ReadonlyArray<Finding>> => {
  const findings: Array<Finding> = []
  const check = async (name: string, run: () => Promise<void>): Promise<void> => {
    try {
      await run()
      findings.push({ name, problem: undefined })
    } catch (error) {
      findings.push({ name, problem: error instanceof Error ? error.message : String(error) })
    }
  }
  const read = async (response: Response): Promise<Answered> => {
    const text = await response.text()
    return { status: response.status, type: response.headers.get("content-type") ?? "", text, body: parse(text) }
  }
  const url = (method: string, token = admin.token): string => `${base}/bot${token}/${method}`
  const call = async (method: string, params?: Body, token = admin.token): Promise<Answered> =>
    read(
      await fetch(url(method, token), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(params ?? {})
      })
    )
  const refused = (answer: Answered, code: number, description: RegExp): void => {
    same([answer.body["ok"], answer.body["error_code"], "result" in answer.body], [false, code, false])
    matches(answer.body["description"], description)
  }
  const granted = (answer: Answered): Body => {
    same([answer.status, answer.body["ok"], answer.body["error_code"]], [200, true, 0])
    return part(answer.body, "result")
  }
  const drain = async (): Promise<ReadonlyArray<Body>> => {
    const all: Array<Body> = []
    for (;;) {
      const { body } = await call("getUpdates", { timeout: 0 })
      if (body["ok"] !== true) return all
      all.push(part(body, "result"))
    }
  }
  const idOf = (update: Body): unknown => part(update, "message")["message_id"]
  const secret = "a secret of enough characters"
  const hookUp = (): Promise<Answered> => call("setWebhook", { url: admin.hook, secret_token: secret })
  /** The bodies that the hook got, once there are so many. */
  const delivered = async (count: number): Promise<ReadonlyArray<Received>> => {
    const all: Array<Received> = []
    return eventually(async () => {
      all.push(...(await admin.received()).filter(({ body }) => body !== ""))
      return all.length >= count ? all : undefined
    })
  }

  await check("an unknown token is 401, said with HTTP 200", async () => {
    const answer = await call("getMe", {}, "1:wrong")
    same(answer.status, 200)
    refused(answer, 401, /^Unauthorized$/)
  })
  await check("an unknown method is 404, and names are case-sensitive", async () => {
    refused(await call("sendDocument"), 404, /^Not Found$/)
    refused(await call("getme"), 404, /^Not Found$/)
  })
  await check("errors come with their real status when asked to", async () => {
    await admin.set({ errorStatus: "real" })
    same([(await call("nope")).status, (await call("getMe", {}, "1:wrong")).status], [404, 401])
    same((await call("getUpdates", { timeout: 0 })).status, 408)
    await admin.set({ errorStatus: "ok" })
  })
  await check("getMe answers by GET and by POST, with the token percent-encoded too", async () => {
    const me = granted(await call("getMe"))
    same(me, granted(await read(await fetch(url("getMe")))))
    same(me, granted(await call("getMe", {}, encodeURIComponent(admin.token))))
    same(me["id"], admin.token.split(":")[0])
    same([typeof me["account_name"], me["account_type"], typeof me["can_join_groups"]], ["string", "BASIC", "boolean"])
    matches(me["display_name"], /^Bot/)
  })
  await check("an idle poll waits for its time-out, a number or a string, then says 408", async () => {
    const [first, ms] = await elapsed(call("getUpdates", { timeout: 1 }))
    refused(first, 408, /^Request timeout$/)
    if (ms < 990 || ms > 1900) throw new Problem(`it took ${ms} ms`)
    const [, again] = await elapsed(call("getUpdates", { timeout: "1" }))
    if (again < 990) throw new Problem(`it took ${again} ms with a string`)
  })
  await check("a poll gives one object, not a list, with error_code 0", async () => {
    const one = await admin.newcomer("một")
    const two = await admin.write(one.chat, { kind: "text", text: "hai" })
    const update = granted(await call("getUpdates", { timeout: 1 }))
    same([Array.isArray(update), update["event_name"], idOf(update)], [false, "message.text.received", one.messageId])
    same((await drain()).map(idOf), [two])
  })
  await check("a waiting poll is answered at once", async () => {
    const { chat } = await admin.newcomer("a")
    await drain()
    const waiting = call("getUpdates", { timeout: 5 })
    await new Promise((resolve) => setTimeout(resolve, 50))
    const id = await admin.write(chat, { kind: "text", text: "b" })
    const [update, ms] = await elapsed(waiting)
    same(idOf(granted(update)), id)
    if (ms > 2000) throw new Problem(`it took ${ms} ms`)
  })
  await check("two pollers split the messages, without a conflict", async () => {
    const { chat } = await admin.newcomer("a")
    await drain()
    const both = [call("getUpdates", { timeout: 3 }), call("getUpdates", { timeout: 3 })]
    await new Promise((resolve) => setTimeout(resolve, 50))
    const ids = [
      await admin.write(chat, { kind: "text", text: "1" }),
      await admin.write(chat, { kind: "text", text: "2" })
    ]
    const got = (await Promise.all(both)).map((answer) => String(idOf(granted(answer))))
    same(got.sort(), ids.sort())
  })
  await check("what arrives while nobody waits is lost when asked to", async () => {
    await admin.set({ delivery: "lost" })
    await admin.newcomer("nobody hears this")
    same(await drain(), [])
    await admin.set({ delivery: "kept" })
  })
  await check("what was handed out comes again when asked to", async () => {
    await admin.set({ delivery: "replays" })
    const { messageId } = await admin.newcomer("again and again")
    const got = [0, 1, 2].map(() => call("getUpdates", { timeout: 0 }))
    same(
      (await Promise.all(got)).map((answer) => idOf(granted(answer))),
      [messageId, messageId, messageId]
    )
    await admin.set({ delivery: "kept" })
  })
  await check(
    "all five events have their fields, one unknown and one without a message arrive as they are",
    async () => {
      const { chat } = await admin.newcomer("chữ")
      await admin.write(chat, { kind: "photo", url: "https://f19-zpc.zdn.vn/a.jpg", text: "ảnh" })
      await admin.write(chat, { kind: "sticker", sticker: "93ad9401a844411a1855" })
      await admin.write(chat, { kind: "voice", url: "https://f2-voice-aac-dl.zdn.vn/a.aac" })
      await admin.write(chat, { kind: "unsupported" })
      await admin.raw({ event_name: "message.reaction.received", message: { chat: { id: chat } } })
      await admin.raw({ event_name: "bot.joined" })
      const updates = await drain()
      same(
        updates.map((update) => update["event_name"]),
        [
          "message.text.received",
          "message.image.received",
          "message.sticker.received",
          "message.voice.received",
          "message.unsupported.received",
          "message.reaction.received",
          "bot.joined"
        ]
      )
      const [, photo, sticker, voice, unsupported] = updates.map((update) => part(update, "message"))
      same([photo?.["photo_url"], photo?.["caption"]], ["https://f19-zpc.zdn.vn/a.jpg", "ảnh"])
      same([photo?.["message_type"], sticker?.["message_type"]], ["CHAT_PHOTO", "CHAT_STICKER"])
      same([sticker?.["sticker"], typeof sticker?.["url"]], ["93ad9401a844411a1855", "string"])
      same([voice?.["message_type"], voice?.["voice_url"]], ["CHAT_VOICE", "https://f2-voice-aac-dl.zdn.vn/a.aac"])
      same(Object.keys(unsupported ?? {}).sort(), ["chat", "date", "from", "message_id"])
    }
  )
  await check("polling too fast gets nginx's HTML page with 429", async () => {
    await admin.set({ pollsPerSecond: 2 })
    const answers = await Promise.all([0, 1, 2, 3].map(() => call("getUpdates", { timeout: 0 })))
    await admin.set({ pollsPerSecond: 0 })
    const hot = answers.filter(({ status }) => status === 429)
    same(
      [hot.length > 0, hot.every(({ text, type }) => type.includes("text/html") && text.startsWith("<html>"))],
      [true, true]
    )
  })

  await check("sendMessage takes 2,000 UTF-16 units and refuses one more, and none", async () => {
    const { chat } = await admin.newcomer("hi")
    const sent = granted(await call("sendMessage", { chat_id: chat, text: "x".repeat(1998) + "😀" }))
    matches(sent["message_id"], /^[0-9a-f]{20}$/)
    same(typeof sent["date"], "number")
    refused(await call("sendMessage", { chat_id: chat, text: "x".repeat(1999) + "😀" }), 400, /text/)
    refused(await call("sendMessage", { chat_id: chat, text: "" }), 400, /^Bad request: The text must not be empty$/)
    refused(await call("sendMessage", { text: "x" }), 400, /^Bad request: The chat_id must not be empty$/)
  })
  await check("parameters come as JSON, urlencoded or in the query, but not as multipart", async () => {
    const { chat } = await admin.newcomer("hi")
    const params = new URLSearchParams({ chat_id: chat, text: "chào" })
    granted(await read(await fetch(url("sendMessage"), { method: "POST", body: params })))
    granted(await read(await fetch(`${url("sendMessage")}?${params.toString()}`)))
    granted(await read(await fetch(`${url("sendMessage")}?${params.toString()}`, { method: "POST" })))
    const form = new FormData()
    form.set("chat_id", chat)
    form.set("text", "chào")
    refused(
      await read(await fetch(url("sendMessage"), { method: "POST", body: form })),
      400,
      /^Bad request: The chat_id must not be empty$/
    )
  })
  await check("who never wrote cannot be written to", async () => {
    refused(await call("sendMessage", { chat_id: "0123456789abcdef0123", text: "x" }), 400, /^Bad request: /)
  })
  await check("sendChatAction answers without a result", async () => {
    const { chat } = await admin.newcomer("hi")
    const answer = await call("sendChatAction", { chat_id: chat, action: "typing" })
    same([answer.body["ok"], "result" in answer.body], [true, false])
    refused(await call("sendChatAction", { chat_id: chat }), 400, /action/)
  })
  await check("sendSticker and sendVoice answer with an id, and say what is missing", async () => {
    const { chat } = await admin.newcomer("hi")
    granted(await call("sendSticker", { chat_id: chat, sticker: "0e078a2fb66a5f34067b" }))
    granted(await call("sendVoice", { chat_id: chat, voice_url: "https://example.test/a.aac" }))
    refused(await call("sendSticker", { chat_id: chat, sticker_id: "x" }), 400, /sticker must not be empty/)
    refused(await call("sendVoice", { chat_id: chat, voice_url: "https://example.test/a.mp3" }), 400, /voice_url/)
  })
  await check("sendPhoto takes http(s) addresses that can be fetched, and fetches twice", async () => {
    const { chat } = await admin.newcomer("hi")
    const { fetched, url: photo } = admin.picture
    same(fetched(), 0)
    const sent = granted(await call("sendPhoto", { chat_id: chat, photo, caption: "đây" }))
    same([sent["message_type"], fetched()], ["CHAT_PHOTO", 1])
    await eventually(async () => (fetched() === 2 ? true : undefined))
    refused(await call("sendPhoto", { chat_id: chat }), 400, /The photo must not be empty/)
    for (const bad of ["data:image/png;base64,AAAA", "/tmp/a.png", "abc"]) {
      refused(await call("sendPhoto", { chat_id: chat, photo: bad }), 400, /must start with http:\/\/ or https:\/\//)
    }
    refused(await call("sendPhoto", { chat_id: chat, photo: `${photo}/none` }), 400, /The photo URL is invalid/)
  })

  await check("without a webhook, getWebhookInfo is 404 and deleteWebhook 400", async () => {
    refused(await call("getWebhookInfo"), 404, /^Not Found$/)
    refused(await call("deleteWebhook"), 400, /./)
  })
  await check("setWebhook wants a public https address and a secret of 8 to 256 characters", async () => {
    const url = admin.hook
    refused(await call("setWebhook", { url }), 400, /^Bad request: The secret_token must not be empty$/)
    refused(await call("setWebhook", { url, secret_token: "1234567" }), 400, /secret_token/)
    refused(await call("setWebhook", { url, secret_token: "x".repeat(257) }), 400, /secret_token/)
    for (const bad of ["http://example.test/", "https://localhost/", "https://127.0.0.1/", "https://192.168.1.2/"]) {
      refused(await call("setWebhook", { url: bad, secret_token: secret }), 400, /url/)
    }
    refused(await call("getWebhookInfo"), 404, /^Not Found$/)
  })
  await check("setWebhook probes first: no body, no secret, a Java user agent", async () => {
    await admin.received()
    const result = granted(await hookUp())
    same([result["url"], typeof result["updated_at"]], [admin.hook, "number"])
    const verification = part(result, "verification")
    same([verification["ok"], verification["outcome"], verification["status_code"]], [true, "webhook.ok", 200])
    const [probe, ...others] = await admin.received()
    same([others.length, probe?.body, probe?.headers["x-bot-api-secret-token"]], [0, "", undefined])
    matches(probe?.headers["user-agent"], /^Java\/1\.8/)
  })
  await check("a webhook that fails its probe is saved all the same", async () => {
    admin.answerWith(403)
    const verification = part(granted(await hookUp()), "verification")
    same([verification["ok"], verification["outcome"]], [false, "webhook.http.403"])
    same(granted(await call("getWebhookInfo"))["url"], admin.hook)
    const again = granted(await call("testWebhook"))
    same([again["ok"], again["outcome"], again["status_code"]], [false, "webhook.http.403", 403])
    admin.answerWith(200)
    same(granted(await call("testWebhook"))["outcome"], "webhook.ok")
    await admin.received()
  })
  await check("while a webhook is set, polling is refused with 400", async () => {
    refused(await call("getUpdates", { timeout: 5 }), 400, /You cannot use this API while a webhook is set/)
  })
  await check("deliveries are bare updates with the secret in a header", async () => {
    const { messageId } = await admin.newcomer("qua webhook")
    const [first] = await delivered(1)
    same(first?.headers["x-bot-api-secret-token"], secret)
    matches(first?.headers["user-agent"], /^Java\/1\.8/)
    matches(first?.headers["content-type"], /^application\/json/)
    same(idOf(parse(first?.body ?? "")), messageId)
  })
  await check("deliveries are wrapped when asked to", async () => {
    await admin.set({ webhookBody: "wrapped" })
    const { messageId } = await admin.newcomer("gói")
    const body = parse((await delivered(1))[0]?.body ?? "")
    same([body["ok"], idOf(part(body, "result"))], [true, messageId])
    await admin.set({ webhookBody: "flat" })
  })
  await check("deliveries come twice when asked to", async () => {
    await admin.set({ duplicates: 1 })
    const { messageId } = await admin.newcomer("hai lần")
    const ids = (await delivered(2)).map(({ body }) => idOf(parse(body)))
    same(ids, [messageId, messageId])
    await admin.set({ duplicates: 0 })
  })
  await check("a failed delivery is tried again, in the chat's order", async () => {
    await admin.set({ webhookRetries: 5, webhookRetryMs: 20 })
    admin.answerWith(503)
    const { chat, messageId } = await admin.newcomer("một")
    const second = await admin.write(chat, { kind: "text", text: "hai" })
    await delivered(2)
    admin.answerWith(200)
    const ids: Array<unknown> = []
    await eventually(async () => {
      ids.push(...(await admin.received()).map(({ body }) => idOf(parse(body))))
      return ids.includes(second) ? true : undefined
    })
    same([ids.at(-2), ids.at(-1)], [messageId, second])
  })
  await check("deleteWebhook gives polling back", async () => {
    same(granted(await call("deleteWebhook"))["url"], "")
    refused(await call("getWebhookInfo"), 404, /^Not Found$/)
    refused(await call("getUpdates", { timeout: 0 }), 408, /^Request timeout$/)
  })
  return findings
}
