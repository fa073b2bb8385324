import { request } from "@effect/platform-node/Undici"

/** What a peer's bot does with a message: as the Bot API sees it, the same as ours. */
export type Work = "nothing" | "reply" | "typing-and-reply" | "agent"

/** The answer of the agent that ours would ask over HTTP. */
export const askAgent = async (api: string, chat: number, text: string): Promise<string> => {
  const { body } = await request(`http://127.0.0.1:${api}/agent`, {
    method: "POST",
    body: JSON.stringify({ chat: { id: String(chat) }, message: { text } })
  })
  const answer: { readonly text: string } = JSON.parse(await body.text())
  return answer.text
}
