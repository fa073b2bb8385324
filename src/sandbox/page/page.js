import { setUpComposer, showComposer } from "./composer.js"
import { continueConversation, setUpConversation, showConversation } from "./conversation.js"
import { refreshDesk, setUpDesk, showDesk } from "./desk.js"
import { byId } from "./element.js"
import { setUpPeople, showPeople } from "./people.js"
import { get, listen } from "./server.js"
import { load, store, take } from "./store.js"
import { speak, t, translate } from "./texts.js"

const showAll = () => {
  showPeople(open)
  showConversation()
  showComposer()
  showDesk()
  showLink()
}

const view = (name) => {
  document.body.dataset.view = name
  for (const button of document.querySelectorAll(".views button")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === name))
  }
}

const open = (chat) => {
  store.open = chat
  store.unread.delete(chat)
  view("chat")
  showAll()
  byId("text").focus()
}

/** Does something that may be refused, and says so. Gives whether it was done. */
const attempt = async (act) => {
  try {
    await act()
    byId("problem").textContent = ""
    return true
  } catch (error) {
    byId("problem").textContent = t("failed", { why: error.message })
    return false
  }
}

let connected = false

const showLink = () => {
  const link = byId("link")
  link.classList.toggle("on", connected)
  link.textContent = t(connected ? "connected" : "reconnecting")
}

/** What came while the whole state was on its way: it may be newer than that. */
let waiting
let starts = 0

const show = (event) => {
  const before = store.open
  const chat = take(event)
  if (store.open !== before) showAll()
  else if (event.type === "user" || event.type === "group") showPeople(open)
  else if (chat !== undefined) {
    showPeople(open)
    if (chat === store.open) continueConversation()
  }
  if (event.type === "webhook" || event.type === "delivery") showDesk()
  if (event.type === "webhook" || event.type === "message") refreshSoon()
}

let due
const refreshSoon = () => {
  clearTimeout(due)
  due = setTimeout(() => void refreshDesk(), 150)
}

/** Starts, or starts anew after the connection was lost. */
const begin = async () => {
  const mine = ++starts
  waiting = []
  try {
    const state = await get("/state")
    if (mine !== starts) return
    load(state)
    connected = true
    showAll()
    const missed = waiting
    waiting = undefined
    for (const event of missed) show(event)
    await refreshDesk(true)
  } catch {
    connected = false
    showLink()
    setTimeout(() => {
      if (mine === starts) void begin()
    }, 2000)
  }
}

translate()
view("chat")
for (const button of document.querySelectorAll(".views button")) {
  button.addEventListener("click", () => view(button.dataset.view))
}
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    speak(button.dataset.language)
    showAll()
  })
}
setUpPeople({ open, attempt })
setUpConversation()
setUpComposer({ attempt, redraw: showAll })
setUpDesk({ attempt })
showComposer()
listen({
  begin: () => void begin(),
  event: (event) => (waiting === undefined ? show(event) : waiting.push(event)),
  lost: () => {
    connected = false
    showLink()
  }
})
