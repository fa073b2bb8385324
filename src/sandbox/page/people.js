import { avatar, byId, element } from "./element.js"
import { post } from "./server.js"
import { store, take } from "./store.js"
import { t } from "./texts.js"

const words = {
  photo: () => t("photo"),
  sticker: () => t("sticker"),
  voice: () => t("voice"),
  unsupported: () => t("unsupported")
}

/** The last message in one line, as under a name in Zalo. */
const summary = (id) => {
  const chat = store.chats.get(id)
  if (chat?.typing) return t("typing", { name: t("bot") })
  const last = chat?.messages.at(-1)
  if (last === undefined) return ""
  const text = last.text === "" ? (words[last.kind]?.() ?? "") : last.text.replace(/\s+/g, " ")
  return last.direction === "out" ? `${t("bot")}: ${text}` : text
}

const entry = (one, group, open) => {
  const unread = store.unread.get(one.id) ?? 0
  return element(
    "li",
    {},
    element(
      "button",
      {
        type: "button",
        class: "chat-entry",
        "data-chat": one.id,
        "aria-current": one.id === store.open ? "true" : undefined,
        onclick: () => open(one.id)
      },
      avatar(one.id, one.name, group ? "group" : ""),
      element("span", { class: "who" }, element("b", {}, one.name), element("small", {}, summary(one.id))),
      unread === 0
        ? undefined
        : element(
            "b",
            { class: "badge", "aria-label": t("unread", { count: unread }) },
            unread > 99 ? "99+" : String(unread)
          )
    )
  )
}

const showMembers = () => {
  const box = byId("members")
  const shown = new Map(Array.from(box.querySelectorAll("input"), (input) => [input.value, input.checked]))
  box.replaceChildren(
    ...Array.from(store.users.values(), ({ id, name }) =>
      element(
        "label",
        {},
        element("input", { type: "checkbox", name: "member", value: id, checked: shown.get(id) ?? true }),
        name
      )
    )
  )
}

/** Draws the list. The focus stays on the chat that has it. */
export const showPeople = (open) => {
  const focused = document.activeElement?.dataset?.chat
  byId("people").replaceChildren(
    ...Array.from(store.users.values(), (user) => entry(user, false, open)),
    ...Array.from(store.groups.values(), (group) => entry(group, true, open))
  )
  if (focused !== undefined)
    byId("people")
      .querySelector(`[data-chat="${CSS.escape(focused)}"]`)
      ?.focus()
  showMembers()
}

export const setUpPeople = ({ open, attempt }) => {
  byId("add-user").addEventListener("submit", (event) => {
    event.preventDefault()
    const form = event.currentTarget
    const name = form.elements.name.value.trim()
    if (name === "") return
    void attempt(async () => {
      const user = await post("/users", { name })
      form.reset()
      take({ type: "user", user })
      open(user.id)
    })
  })
  byId("add-group").addEventListener("submit", (event) => {
    event.preventDefault()
    const form = event.currentTarget
    const data = new FormData(form)
    const name = String(data.get("name")).trim()
    const members = data.getAll("member")
    if (name === "" || members.length === 0) return
    void attempt(async () => {
      const group = await post("/groups", { name, members })
      form.reset()
      byId("group-form").open = false
      take({ type: "group", group })
      open(group.id)
    })
  })
}
