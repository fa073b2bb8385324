const base = "/sandbox/api"

/** The answer was not a good one. `status` is 0 when there was none. */
export class Refused extends Error {
  constructor(status, message) {
    super(message)
    this.name = "Refused"
    this.status = status
  }
}

const ask = async (path, options) => {
  const response = await fetch(base + path, options).catch((error) => {
    throw new Refused(0, error.message)
  })
  const body = await response.json().catch(() => undefined)
  if (response.ok) return body
  const said = body?.error?.message ?? body?.message ?? body?.error
  throw new Refused(response.status, typeof said === "string" ? said : `HTTP ${response.status}`)
}

export const get = (path) => ask(path)

/** Always with a JSON body: the server takes no other, so that no other site's page can post here. */
export const post = (path, body = {}) =>
  ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })

/** Gives the picture's address. */
export const upload = async (picture) => {
  const { url } = await ask("/uploads", { method: "POST", headers: { "content-type": picture.type }, body: picture })
  return url
}

/**
 * Listens to what happens. `begin` is called at each (re)connection, because what happened in between was missed;
 * `lost` when the connection breaks. The browser gives up on an answer that is no event stream: then we try again.
 */
export const listen = ({ begin, event, lost }) => {
  const source = new EventSource(`${base}/events`)
  source.addEventListener("open", begin)
  source.addEventListener("message", ({ data }) => event(JSON.parse(data)))
  source.addEventListener("error", () => {
    lost()
    if (source.readyState !== EventSource.CLOSED) return
    source.close()
    setTimeout(() => listen({ begin, event, lost }), 2000)
  })
}
