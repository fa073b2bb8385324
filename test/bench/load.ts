// autocannon in a process of its own: what it costs is not the server's.
import autocannon from "autocannon"
import { answer, ready } from "./rpc.ts"
import { now, secret, secretHeader, type Target, update } from "./updates.ts"

export type LoadCommands = {
  readonly flood: {
    readonly input: {
      readonly target: Target
      readonly connections: number
      readonly seconds: number
      readonly chats: number
      /** The first message id: each request has its own. */
      readonly firstId: number
      /** An update that no bot knows: it is taken and nothing else. */
      readonly unknownEvent: boolean
    }
    readonly output: { readonly perSecond: number; readonly total: number; readonly p99: number; readonly bad: number }
  }
}

answer<LoadCommands>({
  flood: async ({ target, connections, seconds, chats, firstId, unknownEvent }) => {
    let id = firstId
    const body = () => {
      const text = update(target.shape, id % chats, id++, "xin", now())
      return unknownEvent ? text.replace("message.text.received", "message.later.received") : text
    }
    const result = await autocannon({
      url: `http://127.0.0.1:${target.port}`,
      connections,
      duration: seconds,
      requests: [
        {
          method: "POST",
          path: target.path,
          headers: { "content-type": "application/json", [secretHeader[target.shape]]: secret },
          body: body(),
          setupRequest: (request) => ({ ...request, body: body() })
        }
      ]
    })
    return {
      perSecond: result["2xx"] / result.duration,
      total: result["2xx"],
      p99: result.latency.p99,
      bad: result.errors + result.timeouts + result.non2xx
    }
  }
})
ready(0)
