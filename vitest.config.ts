import { defineConfig } from "vitest/config"

// Tests run the sources: the package's own entries resolve by the condition that the checkout switches on.
const resolve = { conditions: ["zalo-effect-source"] }

export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/chaos/**"],
          // Virtual time waits for nothing; the disk and the processor of a busy machine may.
          testTimeout: 60_000
        }
      },
      {
        // What is kept in a store, once more on PostgreSQL (`test/store`).
        extends: true,
        test: {
          name: "postgres",
          include: ["test/{journal,access,pipeline}/**/*.test.ts"],
          // These are about SQLite's own file: its log, its versions, what it says of a full disk.
          exclude: ["test/journal/{checkpoints,store,standing}.test.ts"],
          globalSetup: ["test/store/setup.ts"],
          // A file after the other in one process: each would make its tables, or start its database, for itself.
          isolate: false,
          testTimeout: 60_000
        }
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts", "test/chaos/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false
        }
      }
    ]
  }
})
