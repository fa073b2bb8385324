import * as DateTime from "effect/DateTime"
import * as fs from "node:fs"
import { dirname } from "node:path"
import { existing, pathIn } from "./files.ts"

export interface LogFileOptions {
  /** The folder of the logs; made when it is missing. */
  readonly folder: string
  /** A file of this size is closed and the next one begun, bytes. */
  readonly maxBytes: number
  /** The same for a file whose first line is this old, ms. */
  readonly maxAge: number
  /** Files kept, the current one among them. */
  readonly maxFiles: number
  /** Told when the file cannot be written, once, and when it can be again. */
  readonly onTrouble: (sentence: string) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What waits while nothing can be written, in UTF-16 units: beyond it lines are given up, the oldest first. */
const mostWaiting = 1_048_576
/** So long after a failure the next attempt is made, ms. */
const again = 1_000

const begin = /^\{"time":"([^"]{10,40})"/

/** When a file's first line was written; now where that cannot be told. */
const beganAt = (descriptor: number, now: number): number => {
  const head = Buffer.alloc(64)
  const read = fs.readSync(descriptor, head, 0, head.length, 0)
  const time = Date.parse(begin.exec(head.toString("latin1", 0, read))?.[1] ?? "")
  return Number.isNaN(time) ? now : time
}

/** What a full file is called from then on: its name never changes again, so that no reader loses it. */
const rotatedName = (path: string, now: number): string => {
  const base = path.slice(0, -".log".length)
  for (let n = 0; ; n++) {
    const stamp = DateTime.formatIso(DateTime.makeUnsafe(now + n)).replaceAll(":", "-")
    if (!fs.existsSync(`${base}-${stamp}.log`)) return `${base}-${stamp}.log`
  }
}

interface Open {
  readonly descriptor: number
  readonly inode: number
  readonly beganAt: number
  size: number
}

/**
 * Appends lines to a file that is replaced by size and age. Lines are taken at once and written in batches, each with one
 * system call, so that logging costs the callers nothing; whoever holds it calls `flush`. Two processes may share a folder:
 * lines are appended whole, and a file that the other has put aside is let go.
 *
 * A disk that is full, or a folder that went away, loses lines and stops nobody.
 */
export class LogFile {
  readonly #options: LogFileOptions
  #open: Open | undefined
  #lines: Array<string> = []
  #waiting = 0
  #lost = 0
  #failedAt: number | undefined
  /** What is left of the batch that is being written. */
  #rest: Buffer | undefined

  constructor(options: LogFileOptions) {
    this.#options = options
  }

  /** Takes one line, without its end. */
  push(line: string): void {
    this.#lines.push(line)
    this.#waiting += line.length
    while (this.#waiting > mostWaiting && this.#lines.length > 1) {
      this.#waiting -= this.#lines.shift()?.length ?? 0
      this.#lost++
    }
  }

  /** Whether lines are left, as while nothing can be written. */
  get waits(): boolean {
    return this.#lines.length > 0 || this.#rest !== undefined
  }

  /** Writes what was taken. Never throws. `anyway`: also when the last attempt failed a moment ago. */
  flush(anyway = false): void {
    if (!this.waits) return
    const now = this.#options.now()
    if (!anyway && this.#failedAt !== undefined && now - this.#failedAt < again && now >= this.#failedAt) return
    try {
      this.#write(this.#current(now))
      this.#recovered()
    } catch (error) {
      this.#failed(error, now)
    }
  }

  /** Writes what is left, and closes the file. */
  end(): void {
    this.flush(true)
    this.#close()
  }

  #write(file: Open): void {
    for (;;) {
      if (this.#rest === undefined) {
        if (this.#lines.length === 0) return
        this.#rest = Buffer.from(`${this.#lines.join("\n")}\n`)
        this.#lines = []
        this.#waiting = 0
      }
      const written = fs.writeSync(file.descriptor, this.#rest)
      file.size += written
      this.#rest = written < this.#rest.length ? this.#rest.subarray(written) : undefined
    }
  }

  #current(now: number): Open {
    const { maxAge, maxBytes } = this.#options
    const path = pathIn(this.#options.folder)
    const open = this.#open
    if (open !== undefined && fs.statSync(path, { throwIfNoEntry: false })?.ino !== open.inode) this.#close()
    const file = this.#open ?? this.#begin(path, now)
    if (file.size === 0 || (file.size < maxBytes && now - file.beganAt < maxAge)) return file
    this.#close()
    fs.renameSync(path, rotatedName(path, now))
    this.#forget()
    return this.#begin(path, now)
  }

  #begin(path: string, now: number): Open {
    fs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    // Only the owner may read it: at debug it holds what people wrote.
    const descriptor = fs.openSync(path, "a+", 0o600)
    const { ino, size } = fs.fstatSync(descriptor)
    return (this.#open = { descriptor, inode: ino, size, beganAt: size === 0 ? now : beganAt(descriptor, now) })
  }

  #forget(): void {
    const { folder, maxFiles } = this.#options
    const rotated = existing(folder).filter((path) => path !== pathIn(folder))
    for (const path of rotated.slice(0, Math.max(0, rotated.length - (maxFiles - 1)))) fs.rmSync(path, { force: true })
  }

  #close(): void {
    const open = this.#open
    this.#open = undefined
    if (open !== undefined) {
      try {
        fs.closeSync(open.descriptor)
      } catch {
        // It was written already, or never will be.
      }
    }
  }

  #failed(error: unknown, now: number): void {
    if (this.#failedAt === undefined) {
      const code = error instanceof Error && "code" in error ? String(error.code) : String(error)
      this.#options.onTrouble(
        `the log file ${pathIn(this.#options.folder)} cannot be written (${code}): going on without it`
      )
    }
    this.#failedAt = now
    this.#close()
  }

  #recovered(): void {
    if (this.#failedAt === undefined) return
    this.#failedAt = undefined
    const lost = this.#lost === 0 ? "" : `; ${this.#lost} lines were lost`
    this.#lost = 0
    this.#options.onTrouble(`the log file ${pathIn(this.#options.folder)} is written again${lost}`)
  }
}
