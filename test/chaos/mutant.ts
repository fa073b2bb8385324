/**
 * Loaded into a child of the real program by `node --import`: breaks one promise in the text of one source file, in memory,
 * so that the crash loop can be seen to notice. `MUTANT` says which.
 */
import { registerHooks } from "node:module"

interface Mutant {
  readonly file: string
  readonly from: string
  readonly to: string
}

const mutants: Readonly<Record<string, Mutant>> = {
  /** The 200 goes out while the row still waits to be written. */
  "acknowledge-before-commit": {
    file: "/src/updates/Webhook.ts",
    from: "yield* admit(received, onAdmitted)",
    to: `yield* Effect.forkDetach(Effect.delay(admit(received, onAdmitted), "150 millis"))`
  },
  /** What a dead process was sending is queued again as if nobody had tried. */
  "resend-without-record": {
    file: "/src/pipeline/Sender.ts",
    from: `settle(row, unknown(row, account.settings, "interrupted", why, now))`,
    to: `settle(row, { _tag: "Release" })`
  }
}

const mutant = mutants[process.env["MUTANT"] ?? ""]
if (mutant === undefined) throw new Error("MUTANT names no mutant")

registerHooks({
  // A built program holds the sources as they are.
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context)
    return resolved.url.endsWith("/dist/main.cjs")
      ? { ...resolved, url: new URL("../src/main.ts", resolved.url).href, format: "module-typescript" }
      : resolved
  },
  load: (url, context, next) => {
    const loaded = next(url, context)
    if (!url.endsWith(mutant.file)) return loaded
    const text =
      typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source ?? undefined)
    const parts = text.split(mutant.from)
    if (parts.length !== 2) throw new Error(`the mutant must be written anew: ${mutant.file} has changed`)
    return { ...loaded, source: parts.join(mutant.to) }
  }
})
