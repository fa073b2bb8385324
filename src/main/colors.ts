import { fstatSync } from "node:fs"

/**
 * Whether a stream may be coloured: a terminal, and no `NO_COLOR` that is not empty (no-color.org). `node:tty` takes 4 ms to
 * load, so that it is asked only where there may be a terminal: a character device.
 */
export const mayBeColored = (descriptor: 1 | 2): boolean => {
  if ((process.env["NO_COLOR"] ?? "") !== "") return false
  try {
    return fstatSync(descriptor).isCharacterDevice() && process.getBuiltinModule("node:tty").isatty(descriptor)
  } catch {
    return false
  }
}
