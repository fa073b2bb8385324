import { avatar, byId, element } from "./element.js"
import { drawingOf } from "./stickers.js"
import { chatOf, nameOf, store, writerOf } from "./store.js"
import { styledText } from "./styled.js"
import { locale, t } from "./texts.js"

const clock = (at) => new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(new Date(at))

const dayOf = (at) => new Date(at).toDateString()

const dayName = (at) =>
  dayOf(at) === new Date().toDateString()
    ? t("today")
    : new Intl.DateTimeFormat(locale(), { weekday: "long", day: "numeric", month: "long" }).format(new Date(at))

/** Only what a browser fetches as a picture or a sound; anything else is shown as text. */
const isAddress = (url) => /^(https?:\/\/|data:(image|audio)\/)/i.test(url ?? "")

const picture = (message) => {
  if (!isAddress(message.url)) return element("p", { class: "text" }, message.url ?? t("photo"))
  const alt = message.text === "" ? t("photoFrom", { name: message.senderName }) : message.text
  return element(
    "a",
    { href: message.url, target: "_blank", rel: "noopener noreferrer" },
    element("img", { src: message.url, alt, class: "photo", onload: stay, onerror: stay })
  )
}

const voice = (message) =>
  isAddress(message.url)
    ? element("audio", { controls: true, preload: "metadata", src: message.url, "aria-label": t("voice") })
    : element("p", { class: "text" }, message.url ?? t("voice"))

const sticker = (message) =>
  element(
    "p",
    { class: "sticker-drawing", role: "img", "aria-label": `${t("sticker")} ${message.sticker ?? ""}` },
    drawingOf(message.sticker) ??
      element("span", { class: "unknown" }, t("sticker"), element("code", {}, message.sticker ?? ""))
  )

const content = (message) => {
  const text = message.text === "" ? [] : [element("p", { class: "text" }, ...styledText(message.text, message.styles))]
  switch (message.kind) {
    case "photo":
      return [picture(message), ...text]
    case "voice":
      return [voice(message), ...text]
    case "sticker":
      return [sticker(message)]
    case "unsupported":
      return [element("p", { class: "text odd" }, t("unsupported")), ...text]
    default:
      return text
  }
}

/** One message. `before` decides whether its author is named again. */
const bubble = (message, before, chat) => {
  const mine = message.direction === "in" && message.senderId === writerOf(chat.id)
  const follows = before !== undefined && before.senderId === message.senderId && dayOf(before.at) === dayOf(message.at)
  const named = chat.type === "GROUP" && !mine && !follows
  const name = message.direction === "out" ? store.bot.displayName : message.senderName
  return element(
    "article",
    {
      class: `message ${mine ? "mine" : "theirs"} ${message.direction} kind-${message.kind}${follows ? " follows" : ""}`,
      "data-id": message.id,
      "aria-label": `${name}, ${clock(message.at)}`
    },
    mine || follows ? undefined : avatar(message.senderId, name, message.direction === "out" ? "bot" : ""),
    element(
      "div",
      { class: "bubble" },
      named ? element("b", { class: "sender" }, name) : undefined,
      ...content(message),
      element("time", { datetime: message.at }, clock(message.at))
    )
  )
}

const transcript = () => byId("transcript")
let atEnd = true

/** Pictures that arrive late make the page longer: whoever was at its end stays there. */
const stay = () => {
  if (atEnd) transcript().scrollTop = transcript().scrollHeight
}

const append = (message, before, chat) => {
  if (before === undefined || dayOf(before.at) !== dayOf(message.at)) {
    transcript().append(element("p", { class: "day" }, dayName(message.at)))
  }
  transcript().append(bubble(message, before, chat))
}

const showTyping = (chat) => {
  const line = byId("typing")
  line.classList.toggle("on", chat?.typing === true)
  const said = chat?.typing === true ? t("typing", { name: store.bot.displayName }) : ""
  if (line.textContent !== said)
    line.replaceChildren(...(said === "" ? [] : [said, element("i", { "aria-hidden": "true" })]))
}

const showHead = (chat) => {
  const name = chat === undefined ? "Zalo sandbox" : nameOf(chat.id)
  byId("chat-title").textContent = name
  byId("chat-avatar").replaceWith(
    Object.assign(avatar(chat?.id ?? "", name, chat?.type === "GROUP" ? "group" : ""), { id: "chat-avatar" })
  )
  const members = (store.groups.get(chat?.id)?.members ?? []).map(nameOf).join(", ")
  const bot = store.bot.displayName
  byId("chat-note").textContent =
    chat === undefined ? "" : chat.type === "GROUP" ? t("group", { members, bot }) : t("direct", { bot })
}

/** Draws the open chat anew. Not announced: whoever opens a chat does not want all of it read out. */
export const showConversation = () => {
  const chat = store.open === undefined ? undefined : chatOf(store.open)
  showHead(chat)
  showTyping(chat)
  const box = transcript()
  box.setAttribute("aria-live", "off")
  box.replaceChildren()
  const messages = chat?.messages ?? []
  if (messages.length === 0) box.append(element("p", { class: "empty" }, t(chat === undefined ? "nobody" : "empty")))
  for (const [index, message] of messages.entries()) append(message, messages[index - 1], chat)
  atEnd = true
  stay()
  requestAnimationFrame(() => box.setAttribute("aria-live", "polite"))
}

/** Adds what came to the open chat since it was drawn. */
export const continueConversation = () => {
  const chat = chatOf(store.open)
  showTyping(chat)
  const shown = transcript().querySelectorAll("article").length
  const fresh = chat.messages.slice(shown)
  if (fresh.length > 0) transcript().querySelector(".empty")?.remove()
  for (const [offset, message] of fresh.entries()) append(message, chat.messages[shown + offset - 1], chat)
  stay()
}

export const setUpConversation = () => {
  new ResizeObserver(stay).observe(transcript())
  transcript().addEventListener("scroll", () => {
    const { scrollTop, scrollHeight, clientHeight } = transcript()
    atEnd = scrollHeight - scrollTop - clientHeight < 60
  })
}
