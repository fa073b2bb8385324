import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import type { SandboxEvent } from "./model.ts"
import { eventJson } from "./pageJson.ts"

/** Proxies and browsers give up on a silent connection: a comment keeps it. */
const heartbeat = "15 seconds"

/** Server-sent events. The first line is a comment that says: from here on nothing is missed. */
export const eventStream = (events: Stream.Stream<SandboxEvent>): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.stream(
    Stream.map(events, (event) => `data: ${JSON.stringify(eventJson(event))}\n\n`).pipe(
      Stream.merge(Stream.map(Stream.tick(heartbeat), () => ": here\n\n")),
      Stream.encodeText
    ),
    {
      contentType: "text/event-stream",
      headers: { "cache-control": "no-store", "x-accel-buffering": "no" }
    }
  )
