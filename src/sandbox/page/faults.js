import { byId, element } from "./element.js"
import { get, post } from "./server.js"
import { t } from "./texts.js"

/** What can be made to go wrong by one click: `settings.ts` has all of it, and `POST /sandbox/api/faults` takes it. */
const presets = [
  { name: "faultLimit", fault: { kind: "html", status: 429, method: "sendMessage", times: 1 } },
  { name: "faultDrop", fault: { kind: "drop", taken: true, method: "sendMessage", times: 1 } },
  { name: "faultDelay", fault: { kind: "delay", ms: 5000, method: "sendMessage" } }
]

let active = []

const presetOf = (fault) =>
  presets.find((preset) => Object.entries(preset.fault).every(([key, value]) => fault[key] === value))

export const refreshFaults = async () => {
  const answer = await get("/faults").catch(() => undefined)
  if (answer !== undefined) active = answer.faults
}

export const showFaults = () => {
  const on = active.map(presetOf)
  for (const button of byId("faults").children) {
    const { fault } = button.dataset
    button.textContent = t(fault)
    if (fault !== "faultsOff") button.setAttribute("aria-pressed", String(on.some((preset) => preset?.name === fault)))
  }
  const which = on.map((preset) => t(preset?.name ?? "faultOther")).join(" · ")
  const state = byId("faults-state")
  state.className = `state ${active.length === 0 ? "good" : "waiting"}`
  const line = active.length === 0 ? t("faultsNone") : t("faultsSome", { which })
  if (state.textContent !== line) state.textContent = line
}

export const faultButtons = ({ attempt }) => {
  const put = (choose) =>
    void attempt(async () => {
      await refreshFaults()
      active = (await post("/faults", { faults: choose() })).faults
      showFaults()
    })
  const buttons = presets.map(({ fault, name }) =>
    element("button", {
      type: "button",
      "data-fault": name,
      onclick: () =>
        put(() => {
          const others = active.filter((one) => presetOf(one)?.name !== name)
          return others.length < active.length ? others : [...active, fault]
        })
    })
  )
  byId("faults").append(
    ...buttons,
    element("button", { type: "button", "data-fault": "faultsOff", onclick: () => put(() => []) })
  )
}
