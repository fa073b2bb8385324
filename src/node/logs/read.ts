import * as fs from "node:fs"
import { existing, pathIn } from "./files.ts"
import type { LogFilter, LogLine } from "../../domain/LogLine.ts"
import { matches, mayMatch, parseLine } from "./filter.ts"

const chunk = 65_536
const newline = 10
/** Two processes may write a little out of order, ms. */
const slack = 60_000

/** The bytes of an open file from `start` up to `end`. */
const bytesOf = (descriptor: number, start: number, end: number): Buffer => {
  const bytes = Buffer.alloc(end - start)
  let filled = 0
  while (filled < bytes.length) {
    const read = fs.readSync(descriptor, bytes, filled, bytes.length - filled, start + filled)
    if (read === 0) break
    filled += read
  }
  return bytes.subarray(0, filled)
}

/** The whole lines of an open file up to `end`, the last one first. What follows the last line's end is left out. */
function* backwards(descriptor: number, end: number): Generator<string> {
  /** The beginning of the line after the part that is looked at. */
  let tail: Buffer | undefined
  for (let at = end; at > 0;) {
    const start = Math.max(0, at - chunk)
    let bytes = bytesOf(descriptor, start, at)
    at = start
    for (;;) {
      const cut = bytes.lastIndexOf(newline)
      if (cut < 0) break
      if (tail !== undefined) yield Buffer.concat([bytes.subarray(cut + 1), tail]).toString("utf8")
      tail = Buffer.alloc(0)
      bytes = bytes.subarray(0, cut)
    }
    if (tail !== undefined) tail = Buffer.concat([bytes, tail])
  }
  if (tail !== undefined && tail.length > 0) yield tail.toString("utf8")
}

/** Where a follower begins: what stands before it in that file, and all older files, was there already. */
export interface Mark {
  readonly inode: number
  readonly size: number
}

const reading = <A>(path: string, use: (descriptor: number, mark: Mark) => A): A | undefined => {
  let descriptor: number
  try {
    descriptor = fs.openSync(path, "r")
  } catch {
    // It was removed since its folder was read.
    return undefined
  }
  try {
    const { ino, size } = fs.fstatSync(descriptor)
    return use(descriptor, { inode: ino, size })
  } finally {
    fs.closeSync(descriptor)
  }
}

/** The newest lines that are wanted, `limit` at most, the newest last; over all files, or up to a mark. */
export const lastLines = (folder: string, filter: LogFilter, limit: number, until?: Mark): ReadonlyArray<LogLine> => {
  const found: Array<LogLine> = []
  const oldest = (filter.since ?? 0) - slack
  let begun = until === undefined
  for (const path of existing(folder).toReversed()) {
    const full = reading(path, (descriptor, file) => {
      begun ||= file.inode === until?.inode
      if (!begun) return false
      const end = file.inode === until?.inode ? Math.min(file.size, until.size) : file.size
      for (const text of backwards(descriptor, end)) {
        if (found.length >= limit) return true
        if (!mayMatch(text, filter)) continue
        const line = parseLine(text)
        if (line === undefined) continue
        if (Date.parse(line.time) < oldest) return true
        if (matches(line, filter)) found.push(line)
      }
      return false
    })
    if (full === true) break
  }
  return found.toReversed()
}

/** Reads what is written from now on, through every change of the file. Asked again and again. */
export class Follower {
  readonly #folder: string
  readonly #filter: LogFilter
  #open: { readonly descriptor: number; readonly inode: number; position: number } | undefined
  #rest: Buffer = Buffer.alloc(0)

  constructor(folder: string, filter: LogFilter) {
    this.#folder = folder
    this.#filter = filter
    this.#begin(pathIn(folder))
    if (this.#open !== undefined) this.#open.position = this.#lastEnd(this.#open.descriptor)
  }

  /** Where it began; undefined while there was no file. */
  get mark(): Mark | undefined {
    return this.#open === undefined ? undefined : { inode: this.#open.inode, size: this.#open.position }
  }

  /** What was written since the last call. */
  next(): ReadonlyArray<LogLine> {
    const lines: Array<LogLine> = []
    this.#read(lines)
    const path = pathIn(this.#folder)
    const inode = fs.statSync(path, { throwIfNoEntry: false })?.ino
    if (inode === undefined || inode === this.#open?.inode) return lines
    // What was written between the last read and the change of the name.
    this.#read(lines)
    const files = existing(this.#folder)
    const mine = files.findIndex((file) => fs.statSync(file, { throwIfNoEntry: false })?.ino === this.#open?.inode)
    const later = mine < 0 ? [path] : files.slice(mine + 1)
    for (const file of later) {
      this.#close()
      this.#begin(file)
      this.#read(lines)
    }
    return lines
  }

  end(): void {
    this.#close()
  }

  #begin(path: string): void {
    try {
      const descriptor = fs.openSync(path, "r")
      this.#open = { descriptor, inode: fs.fstatSync(descriptor).ino, position: 0 }
    } catch {
      this.#open = undefined
    }
    this.#rest = Buffer.alloc(0)
  }

  #close(): void {
    if (this.#open !== undefined) fs.closeSync(this.#open.descriptor)
    this.#open = undefined
  }

  /** The end of the last whole line. */
  #lastEnd(descriptor: number): number {
    const { size } = fs.fstatSync(descriptor)
    for (let at = size; at > 0;) {
      const start = Math.max(0, at - chunk)
      const cut = bytesOf(descriptor, start, at).lastIndexOf(newline)
      if (cut >= 0) return start + cut + 1
      at = start
    }
    return 0
  }

  #read(lines: Array<LogLine>): void {
    const open = this.#open
    if (open === undefined) return
    const { size } = fs.fstatSync(open.descriptor)
    // Somebody emptied it.
    if (size < open.position) open.position = 0
    while (open.position < size) {
      const bytes = bytesOf(open.descriptor, open.position, Math.min(size, open.position + chunk))
      if (bytes.length === 0) return
      open.position += bytes.length
      const all = Buffer.concat([this.#rest, bytes])
      const cut = all.lastIndexOf(newline)
      this.#rest = all.subarray(cut + 1)
      if (cut < 0) continue
      for (const text of all.toString("utf8", 0, cut).split("\n")) {
        const line = mayMatch(text, this.#filter) ? parseLine(text) : undefined
        if (line !== undefined && matches(line, this.#filter)) lines.push(line)
      }
    }
  }
}
