/** Source files by their path below `src`. */
export type Sources = ReadonlyMap<string, string>

const work = ["domain", "zalo", "render", "journal", "access", "updates", "agent", "media", "pipeline"]

/** Who may import whom, besides itself (`design.md` §5). */
const allowed: Readonly<Record<string, ReadonlyArray<string>>> = {
  domain: [],
  zalo: ["domain"],
  render: ["domain"],
  journal: ["domain"],
  access: ["domain", "journal"],
  media: ["domain", "zalo", "journal"],
  updates: ["domain", "zalo", "journal"],
  agent: ["domain", "media"],
  pipeline: work,
  gateway: work,
  http: [...work, "gateway"],
  // Written from the platform's description alone, so that a mistake of `zalo` is not made twice.
  sandbox: ["domain"],
  cli: [...work, "gateway"],
  node: [...work, "gateway", "http", "sandbox"],
  // The test kit runs on Node: its journal is SQLite's.
  testing: [...work, "gateway", "http", "sandbox", "node"],
  // The package's own entries, where everything meets.
  entry: [...work, "gateway", "http", "sandbox", "cli", "node", "testing"]
}

/** The portable entry: no Node, and nothing that needs it, however far away. */
const portable = "index.ts"

/** Modules of `effect` that may change in a minor release, and the rooms that have to do with them. */
const unstable: Readonly<Record<string, ReadonlyArray<string>>> = {
  http: ["zalo", "agent", "media", "updates", "gateway", "http", "sandbox", "node", "testing", "entry"],
  // The command line is a client of the API.
  "http-api": ["http", "entry"],
  sql: ["journal", "access", "media", "gateway", "node"],
  process: ["agent", "gateway", "node", "testing"],
  crypto: ["access", "media", "updates", "pipeline", "gateway", "sandbox", "node"],
  encoding: ["agent"],
  ai: ["agent"],
  net: ["media", "updates", "gateway", "http", "sandbox", "node"],
  reactivity: ["node"],
  // The formatter of `/metrics`.
  observability: ["http", "node"],
  cluster: ["pipeline", "node"],
  rpc: ["pipeline", "node"],
  cli: []
}

/** What is stable in those folders. */
const stable = new Set(["effect/encoding/Base64", "effect/encoding/Base64Url", "effect/encoding/Hex"])

const maxLines = 300

export const roomOf = (file: string): string => {
  const [first = "", ...rest] = file.split("/")
  return rest.length === 0 || first === "main" ? "entry" : first
}

/** Every module that a file names, types included. */
export const importsOf = (source: string): ReadonlyArray<string> => {
  const statements = source.matchAll(/^(?:import|export)\b[^"';]*?\bfrom\s+"([^"]+)"/gm)
  const bare = source.matchAll(/^import\s+"([^"]+)"/gm)
  const dynamic = source.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g)
  return [...statements, ...bare, ...dynamic].map((match) => match[1] ?? "")
}

/** The file below `src` that a relative import means. */
const resolve = (file: string, specifier: string): string =>
  new URL(specifier, `file:///src/${file}`).pathname.replace(/^\/(?:src\/)?/, "")

interface Import {
  readonly file: string
  readonly room: string
  readonly specifier: string
}

const all = (sources: Sources): ReadonlyArray<Import> =>
  [...sources].flatMap(([file, source]) =>
    importsOf(source).map((specifier) => ({ file, room: roomOf(file), specifier }))
  )

const isRelative = ({ specifier }: Import) => specifier.startsWith(".")

const wrongRooms = (sources: Sources) =>
  all(sources)
    .filter(isRelative)
    .flatMap(({ file, room, specifier }) => {
      const target = roomOf(resolve(file, specifier))
      const known = allowed[room]
      if (known === undefined) return [`${file} is in a room that the rules do not know`]
      return target === room || known.includes(target)
        ? []
        : [`${room} may not import ${target}: ${file} ← ${specifier}`]
    })

const cycles = (sources: Sources) => {
  const graph = new Map<string, Set<string>>()
  for (const one of all(sources).filter(isRelative)) {
    const target = roomOf(resolve(one.file, one.specifier))
    if (target !== one.room) graph.set(one.room, (graph.get(one.room) ?? new Set()).add(target))
  }
  const found = new Set<string>()
  const walk = (room: string, path: ReadonlyArray<string>): void => {
    const seen = path.indexOf(room)
    if (seen >= 0) found.add(`rooms in a circle: ${[...path.slice(seen), room].join(" → ")}`)
    else for (const next of graph.get(room) ?? []) walk(next, [...path, room])
  }
  for (const room of graph.keys()) walk(room, [])
  return [...found]
}

const ofNode = /^(?:node:|@effect\/platform-node)/
const knowNode = new Set(["node", "testing", "entry"])

const platform = (sources: Sources) =>
  all(sources)
    .filter(({ room, specifier }) => ofNode.test(specifier) && !knowNode.has(room))
    .map(({ file, specifier }) => `only node, testing and main.ts know Node: ${file} imports ${specifier}`)

/** Files that the portable entry reaches, and what of Node they name. */
const reachesNode = (sources: Sources) => {
  const reached = new Set([portable])
  const found: Array<string> = []
  for (const file of reached) {
    for (const specifier of importsOf(sources.get(file) ?? "")) {
      if (specifier.startsWith(".")) reached.add(resolve(file, specifier))
      else if (ofNode.test(specifier)) found.push(`${portable} reaches ${specifier} through ${file}`)
    }
  }
  return found
}

const barrels = (sources: Sources) =>
  all(sources)
    .filter(({ specifier }) => /^(?:effect|effect\/[a-z-]+|@effect\/[a-z-]+)$/.test(specifier))
    .map(({ file, specifier }) => `import the module, not the barrel: ${file} imports ${specifier}`)

const doormen = (sources: Sources) =>
  all(sources).flatMap(({ file, room, specifier }) => {
    const area = /^effect\/([a-z-]+)\//.exec(specifier)?.[1]
    if (area === undefined || area === "testing" || stable.has(specifier)) return []
    return unstable[area]?.includes(room) === true ? [] : [`${room} has no business with ${specifier}: ${file}`]
  })

const long = (sources: Sources) =>
  [...sources]
    .map(([file, source]) => ({ file, lines: source.split("\n").length - 1 }))
    .filter(({ lines }) => lines > maxLines)
    .map(({ file, lines }) => `${file} has ${lines} lines; over ${maxLines} it holds two things`)

const endings = (sources: Sources) =>
  all(sources)
    .filter(isRelative)
    .filter(({ file, specifier }) => !specifier.endsWith(".ts") || !sources.has(resolve(file, specifier)))
    .map(({ file, specifier }) => `${file} imports ${specifier}, which is no file here`)

/** Each rule by the sentence that it keeps true; each answers its offenders. */
export const rules: Readonly<Record<string, (sources: Sources) => ReadonlyArray<string>>> = {
  "rooms import only those below them": wrongRooms,
  "no rooms import each other in a circle": cycles,
  "only node, the test kit and the entries know Node": platform,
  "the portable entry reaches nothing of Node": reachesNode,
  "effect is imported by module, never by barrel": barrels,
  "unstable modules of effect stay in the rooms that need them": doormen,
  "no file is longer than 300 lines": long,
  "relative imports name a file with its ending": endings
}
