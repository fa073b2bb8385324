/** Whether a trace is exported: decided by its id alone, so that all of its spans agree. */
export type Sampler = (traceId: string) => boolean

const all: Sampler = () => true
const none: Sampler = () => false

/** 2⁵³: as much of the id as a number holds. */
const range = 9_007_199_254_740_992

/** By the last bits of the id, as `traceidratio` is meant. */
const share = (ratio: number): Sampler => {
  if (ratio >= 1) return all
  if (ratio <= 0) return none
  return (traceId) => Number(BigInt(`0x${traceId.slice(-16)}`) >> 11n) < ratio * range
}

/**
 * The sampler that `OTEL_TRACES_SAMPLER` names, with its `OTEL_TRACES_SAMPLER_ARG`. Nobody's trace reaches us from outside, so
 * `parentbased_…` means what stands behind it. Undefined: no such sampler.
 */
export const samplerOf = (name: string, arg: string | undefined): Sampler | undefined => {
  const ratio = arg === undefined || arg.trim() === "" ? 1 : Number(arg)
  switch (
    name
      .trim()
      .toLowerCase()
      .replace(/^parentbased_/, "")
  ) {
    case "always_on":
      return all
    case "always_off":
      return none
    case "traceidratio":
      return ratio >= 0 && ratio <= 1 ? share(ratio) : undefined
    default:
      return undefined
  }
}

export const ratioSampler = share
