import type { AccountSettings } from "../domain/Account.ts"
import type { RenderOptions } from "./messages.ts"

/** How one account's replies are rendered, but for the prefix of its agent's answers. */
export const renderOptions = ({
  chunkMode,
  markdown,
  render,
  textChunkLimit
}: Pick<AccountSettings, "textChunkLimit" | "chunkMode" | "render" | "markdown">): RenderOptions => ({
  limit: textChunkLimit,
  mode: render,
  chunkMode,
  tables: markdown.tables,
  filterArtifacts: markdown.filterArtifacts
})
