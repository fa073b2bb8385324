import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { EmulatedZalo } from "../../src/sandbox/Zalo.ts"
import { servePage } from "./page-server.ts"
import { bin } from "./program.ts"

const executablePath = "/usr/bin/chromium"
const missing = existsSync(executablePath) ? undefined : `the chat page is not tested: there is no ${executablePath}`
if (missing !== undefined) process.stderr.write(`${missing}\n`)

const flags =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"

let browser: Browser
beforeAll(async () => {
  if (missing === undefined) browser = await chromium.launch({ executablePath, args: flags.split(" ") })
})
afterAll(async () => {
  await browser?.close()
})

interface VisitOptions extends BrowserContextOptions {
  /** The one error that the browser's console may show. */
  readonly expected?: RegExp
}

/** A page in Vietnamese, watched: an error in its console or a request to elsewhere fails the test. */
const visit = async (url: string, drive: (page: Page) => Promise<void>, options: VisitOptions = {}) => {
  const { expected, ...looks } = options
  const context = await browser.newContext({ locale: "vi-VN", viewport: { width: 1280, height: 800 }, ...looks })
  const trouble: Array<string> = []
  try {
    const page = await context.newPage()
    page.on("pageerror", (error) => trouble.push(error.message))
    page.on("console", (message) => {
      if (message.type() === "error" && expected?.test(message.text()) !== true) trouble.push(message.text())
    })
    page.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(url)) trouble.push(request.url())
    })
    await page.goto(url)
    await drive(page)
    assert.deepStrictEqual(trouble, [])
  } finally {
    await context.close()
  }
}

/** The page beside the small bot. */
const onPage = (drive: (page: Page, zalo: EmulatedZalo["Service"]) => Promise<void>, options: VisitOptions = {}) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.flatMap(servePage, ({ url, zalo }) =>
        Effect.promise(() => visit(url, (page) => drive(page, zalo), options))
      )
    )
  )

const write = async (page: Page, text: string) => {
  await page.locator("#text").fill(text)
  await page.locator("#text").press("Enter")
}

const bubbles = (page: Page, who: "in" | "out", text: string | RegExp) =>
  page.locator(`.message.${who} .text`).filter({ hasText: text })

const code = /^[A-Z0-9]{8}$/

/** What a newcomer does first, in the order of the README. */
const journey = async (page: Page) => {
  await page.getByLabel("Tên người dùng").fill("Minh")
  await page.getByLabel("Tên người dùng").press("Enter")
  await page.getByRole("heading", { name: "Minh" }).waitFor()

  await write(page, "chào bot")
  await bubbles(page, "in", "chào bot").waitFor()
  const request = page.locator("#pairing li").filter({ hasText: "Minh" })
  await request.waitFor()
  const shown = (await request.locator("code").textContent()) ?? ""
  assert.match(shown, code)
  await bubbles(page, "out", shown).waitFor()
  await page.getByRole("button", { name: "Duyệt Minh" }).click()
  await request.waitFor({ state: "detached" })

  await write(page, "xin chào lần nữa")
  await bubbles(page, "out", "xin chào lần nữa").waitFor()

  await page.getByRole("button", { name: "Ảnh mẫu" }).click()
  await page.locator("#preview").waitFor()
  await write(page, "biển chiều nay")
  const photo = page.locator(".message.in img.photo")
  await photo.waitFor()
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>("img.photo")?.naturalWidth === 480)
  await bubbles(page, "out", "biển chiều nay").waitFor()

  await page.getByRole("button", { name: "Webhook" }).click()
  await page.locator('#transport [data-mode="webhook"][aria-pressed="true"]').waitFor()
  await page.locator("#transport-state.good").waitFor()
  await page.locator("#webhook").filter({ hasText: "https://" }).waitFor()
  await write(page, "qua webhook")
  await bubbles(page, "out", "qua webhook").waitFor()
  await page.locator("#delivery").filter({ hasText: "200" }).waitFor()
  await page.getByRole("button", { name: "Polling" }).click()
  await page.locator('#transport [data-mode="polling"][aria-pressed="true"]').waitFor()
  await write(page, "rồi quay lại")
  await bubbles(page, "out", "rồi quay lại").waitFor()
}

describe.skipIf(missing !== undefined)("the chat page", () => {
  it("takes a newcomer from the first word over approval, a picture and a webhook to echoes", () =>
    onPage(async (page, zalo) => {
      await journey(page)
      const [, minh] = (await Effect.runPromise(zalo.snapshot()))?.users ?? []
      const said = await Effect.runPromise(zalo.hears(minh?.id ?? ""))
      assert.deepStrictEqual(
        said.slice(1).map(({ text }) => text),
        ["xin chào lần nữa", "biển chiều nay", "qua webhook", "rồi quay lại"]
      )
    }))

  it("shows styles as Zalo would, and markup as the words that it is", () =>
    onPage(async (page, zalo) => {
      const lan = (await Effect.runPromise(zalo.snapshot()))?.users[0]?.id ?? ""
      await Effect.runPromise(zalo.inject({ chat: lan, from: lan, message: { kind: "text", text: "chào" } }))
      const token = "4055584533866160964:page-test"
      const say = (text: string, text_styles: ReadonlyArray<object>) =>
        Effect.runPromise(zalo.answer(token, "sendMessage", { chat_id: lan, text, text_styles }))
      const text = "To <b>đậm</b> đỏ\nmột\nhai"
      await say(text, [
        { start: 0, len: 2, st: ["b", "f_20"] },
        { start: 3, len: 10, st: ["i", "u", "s"] },
        { start: 14, len: 2, st: ["c_db342e"] }
      ])
      const message = page.locator(".message.out .text").filter({ hasText: "To" })
      await message.waitFor()
      assert.strictEqual(await message.textContent(), text)
      assert.strictEqual(await message.locator("b").count(), 0)
      const look = (name: string) =>
        message
          .locator("span")
          .evaluateAll((spans, name) => spans.map((span) => getComputedStyle(span).getPropertyValue(name)), name)
      assert.deepStrictEqual(await look("font-weight"), ["700", "400", "400"])
      assert.deepStrictEqual(await look("font-style"), ["normal", "italic", "normal"])
      assert.match((await look("text-decoration-line"))[1] ?? "", /underline.*line-through/)
      assert.strictEqual((await look("color"))[2], "rgb(219, 52, 46)")
      const [large = 0, normal = 0] = (await look("font-size")).map(Number.parseFloat)
      assert.isAbove(large, normal)

      await say("một\nhai\nba", [
        { start: 0, len: 7, st: ["lst_2"] },
        { start: 8, len: 2, st: ["lst_1", "ind_1"] }
      ])
      const list = page.locator(".message.out .text .line")
      await list.nth(2).waitFor()
      const drawn = await list.evaluateAll((lines) => lines.map((line) => getComputedStyle(line, "::before").content))
      assert.deepStrictEqual(
        drawn.map((content) => content.includes("•")),
        [false, false, true]
      )
      assert.isTrue(drawn.slice(0, 2).every((content) => content.includes("counter")))
      assert.notStrictEqual(await list.nth(2).evaluate((line) => getComputedStyle(line).marginLeft), "0px")
    }))

  it("does the same with the real gateway beside it", async () => {
    const data = mkdtempSync(join(tmpdir(), "zalo-effect-page-"))
    const child = spawn(process.execPath, [bin, "sandbox", "--port", "0"], {
      env: { ...process.env, ZALO_EFFECT_DATA_DIR: data, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"]
    })
    const ended = new Promise((resolve) => child.once("close", resolve))
    try {
      const said = await new Promise<string>((resolve) => {
        let text = ""
        const add = (chunk: Buffer) => {
          text += chunk.toString("utf8")
          if (/http:\/\/127\.0\.0\.1:\d+/.test(text)) resolve(text)
        }
        child.stdout.on("data", add)
        child.stderr.on("data", add)
        child.once("close", () => resolve(text))
      })
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []
      assert.isDefined(url, said)
      await visit(url, journey)
    } finally {
      child.kill("SIGTERM")
      await ended
      rmSync(data, { recursive: true, force: true })
    }
  })

  it("shows what people write as text, whatever it looks like", () =>
    onPage(async (page, zalo) => {
      const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`
      await page.getByLabel("Tên người dùng").fill(evil.slice(0, 55))
      await page.getByLabel("Tên người dùng").press("Enter")
      await page.getByRole("heading", { name: evil.slice(0, 55) }).waitFor()
      await write(page, evil)
      await bubbles(page, "in", evil).waitFor()
      const [, user] = (await Effect.runPromise(zalo.snapshot()))?.users ?? []
      assert.isDefined(user)
      const inject = (message: Parameters<typeof zalo.inject>[0]["message"]) =>
        Effect.runPromise(zalo.inject({ chat: user.id, message }))
      await inject({ kind: "photo", url: "javascript:document.title='owned'", caption: evil })
      await inject({ kind: "voice", url: "javascript:document.title='owned'" })
      await inject({ kind: "sticker", sticker: `"><b id=owned>` })
      await page.locator(".unknown code").filter({ hasText: "owned" }).waitFor()
      assert.strictEqual(await page.title(), "Zalo sandbox")
      assert.strictEqual(
        await page
          .locator(".transcript script, .transcript img, #owned, [src^=javascript], [href^=javascript]")
          .count(),
        0
      )
      assert.strictEqual(await page.locator("script").count(), 1)
    }))

  it("sends with Enter, breaks the line with Shift+Enter, and leaves Enter to an input method", () =>
    onPage(async (page) => {
      const text = page.getByLabel("Soạn tin nhắn")
      await page.getByText("Đã kết nối").waitFor()
      await text.fill("một")
      await text.press("Shift+Enter")
      await text.pressSequentially("hai")
      await text.dispatchEvent("keydown", { key: "Enter", isComposing: true })
      assert.strictEqual(await text.inputValue(), "một\nhai")
      await text.press("Enter")
      await bubbles(page, "in", "một").waitFor()
      assert.strictEqual(await bubbles(page, "in", "một").innerText(), "một\nhai")
      assert.strictEqual(await text.inputValue(), "")
      await text.fill("  \n ")
      await text.press("Enter")
      assert.strictEqual(await page.locator(".message.in").count(), 1)
    }))

  it("plays the members of a group, and tells the bot only what mentions it", () =>
    onPage(async (page, zalo) => {
      await page.getByText("Đã kết nối").waitFor()
      await page.getByLabel("Tên người dùng").fill("Minh")
      await page.getByRole("button", { name: "Thêm người" }).click()
      await page.getByRole("heading", { name: "Minh" }).waitFor()
      await page.getByText("Thêm nhóm").click()
      await page.getByLabel("Tên nhóm").fill("Cà phê")
      await page.getByRole("button", { name: "Tạo nhóm" }).click()
      await page.getByRole("heading", { name: "Cà phê" }).waitFor()
      await write(page, "mấy giờ?")
      await bubbles(page, "out", "@Bot Sandbox mấy giờ?").waitFor()

      await page.getByLabel("Người viết").selectOption({ label: "Minh" })
      await page.getByLabel("@Bot Sandbox", { exact: true }).uncheck()
      await page.getByText("Bot sẽ không nhận được tin này").waitFor()
      await write(page, "chỉ mình ta")
      await page.getByLabel("@Bot Sandbox", { exact: true }).check()
      await write(page, "tám giờ")
      await bubbles(page, "out", "tám giờ").waitFor()
      // Zalo's own side of it: two of the three were for the bot, and the page shows who said what.
      const group = (await Effect.runPromise(zalo.snapshot()))?.groups[0]
      assert.isDefined(group)
      const sent = await Effect.runPromise(zalo.hears(group.id))
      assert.deepStrictEqual(
        sent.map(({ text }) => text),
        ["@Bot Sandbox mấy giờ?", "@Bot Sandbox tám giờ"]
      )
      assert.deepStrictEqual(await page.locator(".message .sender").allTextContents(), [
        "Lan",
        "Bot Sandbox",
        "Bot Sandbox"
      ])
      assert.strictEqual(await page.locator(".message.mine").count(), 2)
    }))

  it("marks what was not read, and keeps a draft with its chat", () =>
    onPage(async (page, zalo) => {
      await page.getByText("Đã kết nối").waitFor()
      const minh = await Effect.runPromise(zalo.addUser("Minh"))
      await page.locator("#text").fill("nháp của Lan")
      await Effect.runPromise(zalo.inject({ chat: minh.id, message: { kind: "text", text: "có ai không" } }))
      const entry = page.locator("#people button").filter({ hasText: "Minh" })
      await entry.getByLabel("1 tin chưa đọc").waitFor()
      await entry.click()
      await bubbles(page, "in", "có ai không").waitFor()
      assert.strictEqual(await page.locator("#people .badge").count(), 0)
      assert.strictEqual(await page.locator("#text").inputValue(), "")
      await page.locator("#people button").filter({ hasText: "Lan" }).click()
      assert.strictEqual(await page.locator("#text").inputValue(), "nháp của Lan")
    }))

  it("sends stickers, voices and files, and shows what comes back", () =>
    onPage(async (page, zalo) => {
      await page.getByText("Đã kết nối").waitFor()
      await page.getByRole("button", { name: "Gửi nhãn dán" }).click()
      await page.keyboard.press("Escape")
      assert.isTrue(await page.locator("#tray").isHidden())
      await page.getByRole("button", { name: "Gửi nhãn dán" }).click()
      await page.getByRole("button", { name: "Xin chào" }).click()
      await page.locator(".message.in .sticker-drawing svg").waitFor()
      await page.getByRole("button", { name: "Giọng nói mẫu" }).click()
      await page.waitForFunction(() => (document.querySelector("audio")?.duration ?? 0) > 1)
      await page.getByRole("button", { name: "Không hỗ trợ" }).click()
      await page.getByText("Tin nhắn không được hỗ trợ").first().waitFor()
      const lan = (await Effect.runPromise(zalo.snapshot()))?.users[0]
      assert.isDefined(lan)
      const kinds = (await Effect.runPromise(zalo.transcript(lan.id))).filter(({ direction }) => direction === "in")
      assert.deepStrictEqual(
        kinds.map(({ kind }) => kind),
        ["sticker", "voice", "unsupported"]
      )

      const file = (name: string, mimeType: string, size: number) =>
        page.locator("#file").setInputFiles({ name, mimeType, buffer: Buffer.alloc(size, 1) })
      await file("notes.txt", "text/plain", 10)
      await page.getByRole("alert").filter({ hasText: "PNG, JPEG" }).waitFor()
      await file("big.png", "image/png", 5 * 1024 * 1024 + 1)
      await page.getByRole("alert").filter({ hasText: "5 MiB" }).waitFor()
      await file("small.png", "image/png", 100)
      await page.getByText("small.png").waitFor()
      await page.getByRole("button", { name: "Bỏ ảnh" }).click()
      assert.isTrue(await page.locator("#attached").isHidden())
    }))

  it("makes things go wrong on demand, and says when it is over", () =>
    onPage(async (page, zalo) => {
      const faults = () => Effect.runPromise(zalo.faults)
      await page.locator("#faults-state").filter({ hasText: "Không có sự cố nào" }).waitFor()
      await page.getByRole("button", { name: "Lượt gửi kế tiếp: 429" }).click()
      await page.locator("#faults-state").filter({ hasText: "429" }).waitFor()
      await page.getByRole("button", { name: "đứt sau khi nhận" }).click()
      await page.locator("#faults-state").filter({ hasText: "đứt" }).waitFor()
      assert.deepStrictEqual(await faults(), [
        { kind: "html", status: 429, method: "sendMessage", times: 1 },
        { kind: "drop", taken: true, method: "sendMessage", times: 1 }
      ])
      await page.getByRole("button", { name: "Lượt gửi kế tiếp: 429" }).click()
      await page.locator('[data-fault="faultLimit"][aria-pressed="false"]').waitFor()
      assert.strictEqual((await faults()).length, 1)
      // The bot's answer is taken and its connection cut: the page shows it all the same, and the fault is used up.
      await write(page, "chào")
      await page.locator(".message.out").first().waitFor()
      await page.locator("#faults-state").filter({ hasText: "Không có sự cố nào" }).waitFor()
      await page.getByRole("button", { name: "chậm 5 giây" }).click()
      await page.locator("#faults-state").filter({ hasText: "chậm" }).waitFor()
      await page.getByRole("button", { name: "Tắt hết" }).click()
      await page.locator("#faults-state.good").waitFor()
      assert.deepStrictEqual(await faults(), [])
    }))

  it("finds its way back after the connection was lost, and shows what it missed", () =>
    onPage(async (page, zalo) => {
      let connections = 0
      await page.route("**/sandbox/api/events", async (route) => {
        connections += 1
        if (connections > 1) {
          const lan = (await Effect.runPromise(zalo.snapshot()))?.users[0]
          await Effect.runPromise(
            zalo.inject({ chat: lan?.id ?? "", message: { kind: "text", text: "lúc bạn đi vắng" } })
          )
          return route.continue()
        }
        return route.fulfill({ contentType: "text/event-stream", body: "retry: 100\n\n" })
      })
      await page.reload()
      await bubbles(page, "in", "lúc bạn đi vắng").waitFor()
      await page.getByText("Đã kết nối").waitFor()
      await write(page, "mình về rồi")
      await bubbles(page, "in", "mình về rồi").waitFor()
      assert.strictEqual(connections, 2)
    }))

  it("says so when a message could not be sent, and gives it back", () =>
    onPage(
      async (page) => {
        await page.getByText("Đã kết nối").waitFor()
        let refused = 0
        await page.route("**/sandbox/api/messages", (route) => {
          refused += 1
          return route.abort()
        })
        await write(page, "có đến nơi không")
        await page.getByRole("alert").filter({ hasText: "Không làm được" }).waitFor()
        assert.strictEqual(await page.locator("#text").inputValue(), "có đến nơi không")
        assert.strictEqual(refused, 1)
        await page.unroute("**/sandbox/api/messages")
        await page.locator("#text").press("Enter")
        await bubbles(page, "in", "có đến nơi không").waitFor()
        assert.strictEqual(await page.locator("#problem").textContent(), "")
      },
      { expected: /ERR_FAILED/ }
    ))

  it("speaks the browser's language until told otherwise", () =>
    onPage(
      async (page) => {
        await page.getByRole("heading", { name: "People" }).waitFor()
        await page.getByRole("button", { name: "Tiếng Việt" }).click()
        await page.getByRole("heading", { name: "Mọi người" }).waitFor()
        await page.reload()
        await page.getByRole("heading", { name: "Mọi người" }).waitFor()
        assert.strictEqual(await page.locator("html").getAttribute("lang"), "vi")
      },
      { locale: "en-GB" }
    ))

  it("fits a telephone, one part at a time, with the waiting requests counted", () =>
    onPage(
      async (page) => {
        await write(page, "chào từ điện thoại")
        await page.getByRole("button", { name: "Bàn trực 1" }).click()
        await page.getByRole("button", { name: "Duyệt Lan" }).click()
        await page.getByText("Không có ai đang chờ").waitFor()
        await page.getByRole("button", { name: "Mọi người" }).click()
        await page.locator("#people button").filter({ hasText: "Lan" }).click()
        await bubbles(page, "in", "chào từ điện thoại").waitFor()
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
        assert.isFalse(wide)
      },
      { viewport: { width: 360, height: 740 } }
    ))
})
