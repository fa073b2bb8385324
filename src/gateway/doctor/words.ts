import type { Finding, FindingCode, Severity } from "./Finding.ts"

/** A finding about the whole gateway. */
export const finding = (
  code: FindingCode,
  severity: Severity,
  message: string,
  remedy: string,
  details: ReadonlyArray<string> = []
): Finding => ({ code, severity, account: null, message, remedy, details })

/** One or many, in words. */
export const count = (n: number, one: string, many: string): string => (n === 1 ? `one ${one}` : `${n} ${many}`)

/** A length of time as people say it: its largest unit. */
export const span = (ms: number): string => {
  const units: ReadonlyArray<readonly [number, string]> = [
    [86_400_000, "day"],
    [3_600_000, "hour"],
    [60_000, "minute"],
    [1_000, "second"]
  ]
  const [size, unit] = units.find(([size]) => ms >= size) ?? [1_000, "second"]
  const n = Math.max(1, Math.round(ms / size))
  return `${n} ${unit}${n === 1 ? "" : "s"}`
}

export const mebibytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MiB`
