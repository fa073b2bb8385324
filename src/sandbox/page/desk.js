import { byId, element } from "./element.js"
import { faultButtons, refreshFaults, showFaults } from "./faults.js"
import { get, post } from "./server.js"
import { store } from "./store.js"
import { locale, t } from "./texts.js"

const desk = {
  requests: [],
  transport: undefined,
  /** False when only the emulator runs here: then there is nobody to ask. */
  gateway: true
}

const clock = (at) => new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(new Date(at))

const request = ({ code, displayName, expiresAt }, decide) =>
  element(
    "li",
    { "data-code": code },
    element("b", {}, displayName),
    element("code", {}, code),
    element("small", {}, t("expires", { at: clock(expiresAt) })),
    element(
      "span",
      { class: "row" },
      element(
        "button",
        {
          type: "button",
          class: "strong",
          "aria-label": t("approveWho", { name: displayName }),
          onclick: () => decide(code, "approve")
        },
        t("approve")
      ),
      element(
        "button",
        {
          type: "button",
          "aria-label": t("declineWho", { name: displayName }),
          onclick: () => decide(code, "decline")
        },
        t("decline")
      )
    )
  )

const showPairing = (decide) => {
  const list = byId("pairing")
  const drawn = JSON.stringify([desk.requests, document.documentElement.lang])
  // Only what changed is drawn and read out: a button under somebody's finger stays where it is.
  if (list.dataset.drawn !== drawn) {
    list.dataset.drawn = drawn
    list.replaceChildren(...desk.requests.map((one) => request(one, decide)))
  }
  byId("pairing-note").textContent = desk.gateway ? (desk.requests.length === 0 ? t("noPairing") : "") : t("noGateway")
  byId("badge").hidden = desk.requests.length === 0
  byId("badge").textContent = String(desk.requests.length)
}

const showTransport = () => {
  const { gateway, transport } = desk
  for (const button of byId("transport").children) {
    button.setAttribute("aria-pressed", String(button.dataset.mode === transport?.mode))
    button.disabled = !gateway
  }
  const state = byId("transport-state")
  state.className = `state ${transport?.ready === true ? "good" : "waiting"}`
  const said = transport === undefined ? "" : t(transport.ready ? "ready" : "notReady")
  const line = [said, transport?.detail ?? ""].filter((part) => part !== "").join(" · ")
  if (state.textContent !== line) state.textContent = line
  byId("webhook").textContent = store.webhook === null ? "" : t("webhookAt", { url: store.webhook.url })
  const { delivery } = store
  byId("delivery").textContent =
    delivery === undefined
      ? ""
      : t("delivered", { status: delivery.status ?? t("undelivered"), ms: Math.round(delivery.latencyMs ?? 0) })
}

let decide = () => {}

export const showDesk = () => {
  showPairing(decide)
  showTransport()
  showFaults()
}

const orNoGateway = async (asked) => {
  try {
    const answer = await asked
    desk.gateway = true
    return answer
  } catch (error) {
    if (error.status === 409) desk.gateway = false
    return undefined
  }
}

/** Asks the gateway for what it does not tell by itself. A page without one asks again only when it starts anew. */
export const refreshDesk = async (anew = false) => {
  await refreshFaults()
  if (desk.gateway || anew) {
    const [pairing, transport] = await Promise.all([orNoGateway(get("/pairing")), orNoGateway(get("/transport"))])
    desk.requests = pairing?.requests ?? (desk.gateway ? desk.requests : [])
    desk.transport = transport ?? (desk.gateway ? desk.transport : undefined)
  }
  showDesk()
}

export const setUpDesk = ({ attempt }) => {
  decide = (code, what) =>
    void attempt(async () => {
      await post(`/pairing/${encodeURIComponent(code)}/${what}`)
      desk.requests = desk.requests.filter((one) => one.code !== code)
      showDesk()
    }).then(() => refreshDesk())

  byId("transport").addEventListener("click", ({ target }) => {
    const { mode } = target.dataset
    if (mode === undefined || mode === desk.transport?.mode) return
    byId("transport-state").textContent = t("switching")
    void attempt(async () => {
      desk.transport = await post("/transport", { mode })
    }).then(() => refreshDesk())
  })
  faultButtons({ attempt })

  // The gateway's side sends no events, and the command line approves too.
  setInterval(() => {
    if (!document.hidden && desk.gateway) void refreshDesk()
  }, 3000)
}
