import { byId, element } from "./element.js"
import { samplePicture, sampleVoice } from "./samples.js"
import { post, upload } from "./server.js"
import { drawingOf, stickers } from "./stickers.js"
import { nameOf, store, writerOf } from "./store.js"
import { t } from "./texts.js"

const largest = 5 * 1024 * 1024
const drafts = new Map()
let shown
let attached

const grow = () => {
  const text = byId("text")
  text.style.height = "auto"
  text.style.height = `${text.scrollHeight + 2}px`
}

const openTray = (open) => {
  byId("tray").hidden = !open
  byId("sticker").setAttribute("aria-expanded", String(open))
}

const attach = (picture) => {
  if (attached !== undefined) URL.revokeObjectURL(byId("preview").src)
  attached = picture
  byId("attached").hidden = picture === undefined
  byId("file").value = ""
  if (picture === undefined) byId("preview").removeAttribute("src")
  else byId("preview").src = URL.createObjectURL(picture)
  byId("attached-name").textContent = picture?.name ?? ""
}

/** Draws what depends on the chat: who writes, and whether the bot is mentioned. */
export const showComposer = () => {
  const group = store.groups.get(store.open)
  const writer = writerOf(store.open ?? "")
  for (const control of byId("composer").elements) control.disabled = store.open === undefined
  byId("group-tools").hidden = group === undefined
  byId("mention-name").textContent = `@${store.bot.displayName}`
  byId("unheard").hidden = byId("mention").checked
  byId("writer").replaceChildren(
    ...(group?.members ?? []).map((id) => element("option", { value: id, selected: id === writer }, nameOf(id)))
  )
  byId("text").placeholder =
    store.open === undefined
      ? ""
      : t("writeTo", { name: group === undefined ? store.bot.displayName : group.name, writer: nameOf(writer) })
  if (shown !== store.open) {
    drafts.set(shown, byId("text").value)
    byId("text").value = drafts.get(store.open) ?? ""
    shown = store.open
    attach(undefined)
    openTray(false)
    byId("problem").textContent = ""
  }
  grow()
  byId("tray").replaceChildren(
    ...stickers.map(({ id, ...names }) =>
      element(
        "button",
        { type: "button", "data-sticker": id, "aria-label": names[document.documentElement.lang] },
        drawingOf(id)
      )
    )
  )
}

const addressed = () =>
  store.groups.has(store.open) ? { addressed: byId("mention").checked ? "mention" : "none" } : {}

export const setUpComposer = ({ attempt, redraw }) => {
  // One after the other: what was written first arrives first, also while a picture is on its way.
  let last = Promise.resolve()
  const send = (message) => {
    const where = { chat: store.open, from: writerOf(store.open), ...addressed() }
    last = last.then(() => attempt(async () => post("/messages", { ...where, ...(await message()) })))
    return last
  }

  const submit = async () => {
    const text = byId("text").value
    const picture = attached
    const chat = store.open
    if (chat === undefined || (picture === undefined && text.trim() === "")) return
    byId("text").value = ""
    attach(undefined)
    grow()
    byId("text").focus()
    const sent = await send(async () =>
      picture === undefined ? { kind: "text", text } : { kind: "photo", url: await upload(picture), text: text.trim() }
    )
    if (sent) return
    // What could not be sent is given back, unless something new stands there.
    if (store.open !== chat) drafts.set(chat, drafts.get(chat) || text)
    else if (byId("text").value === "") byId("text").value = text
    if (store.open === chat && attached === undefined) attach(picture)
    grow()
  }

  const choose = (file) => {
    const problem = /^image\/(png|jpeg|gif|webp)$/.test(file.type)
      ? file.size > largest
        ? "tooBig"
        : ""
      : "notPicture"
    byId("problem").textContent = problem === "" ? "" : t(problem)
    if (problem === "") attach(file)
    byId("text").focus()
  }

  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault()
    void submit()
  })
  byId("text").addEventListener("input", grow)
  byId("text").addEventListener("keydown", (event) => {
    // Enter also ends a syllable in a Vietnamese input method: that one is not ours.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    void submit()
  })
  byId("text").addEventListener("paste", (event) => {
    const file = Array.from(event.clipboardData?.files ?? []).find(({ type }) => type.startsWith("image/"))
    if (file === undefined) return
    event.preventDefault()
    choose(file)
  })
  byId("composer").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || byId("tray").hidden) return
    openTray(false)
    byId("sticker").focus()
  })
  byId("picture").addEventListener("click", () => byId("file").click())
  byId("file").addEventListener("change", () => {
    const file = byId("file").files[0]
    if (file !== undefined) choose(file)
  })
  byId("detach").addEventListener("click", () => {
    attach(undefined)
    byId("text").focus()
  })
  byId("sample").addEventListener("click", () => void samplePicture().then(choose))
  byId("voice").addEventListener("click", () => void send(async () => ({ kind: "voice", url: sampleVoice() })))
  byId("unsupported").addEventListener("click", () => void send(async () => ({ kind: "unsupported" })))
  byId("sticker").addEventListener("click", () => {
    openTray(byId("tray").hidden)
    byId("tray").querySelector("button")?.focus()
  })
  byId("tray").addEventListener("click", ({ target }) => {
    const sticker = target.closest("[data-sticker]")?.dataset.sticker
    if (sticker === undefined) return
    openTray(false)
    byId("text").focus()
    void send(async () => ({ kind: "sticker", sticker }))
  })
  byId("writer").addEventListener("change", () => {
    store.writers.set(store.open, byId("writer").value)
    redraw()
  })
  byId("mention").addEventListener("change", () => {
    byId("unheard").hidden = byId("mention").checked
  })
}
