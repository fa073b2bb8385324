import { fstatSync } from "node:fs"

/**
 * Whether a stream of this process is a terminal. `node:tty` takes 4 ms to load, so that it is asked only where there may be
 * one: a character device.
 */
export const isTerminal = (descriptor: 0 | 1 | 2): boolean => {
  try {
    return fstatSync(descriptor).isCharacterDevice() && process.getBuiltinModule("node:tty").isatty(descriptor)
  } catch {
    return false
  }
}

/** Whether a stream may be coloured: a terminal, and no `NO_COLOR` that is not empty (no-color.org). */
export const mayBeColored = (descriptor: 1 | 2): boolean =>
  (process.env["NO_COLOR"] ?? "") === "" && isTerminal(descriptor)
