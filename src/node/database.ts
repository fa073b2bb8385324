import { join } from "node:path"

/** The journal's file, where it is SQLite. */
export const databaseIn = (dataDir: string): string => join(dataDir, "zalo-effect.db")
