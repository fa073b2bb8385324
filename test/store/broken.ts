import * as Effect from "effect/Effect"
import { Journal } from "../../src/journal/Journal.ts"
import { counted } from "./inFlight.ts"

/** Lets each such statement on this table fail, until `repaired`. */
export const broken = (table: string, event: "INSERT" | "UPDATE") =>
  Journal.use(({ sql }) =>
    counted(
      sql.onDialectOrElse({
        pg: () =>
          sql
            .unsafe(
              `CREATE OR REPLACE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$`
            )
            .pipe(
              Effect.andThen(
                sql.unsafe(`CREATE TRIGGER broken BEFORE ${event} ON ${table} FOR EACH ROW EXECUTE FUNCTION broken()`)
              ),
              Effect.asVoid
            ),
        orElse: () =>
          Effect.asVoid(
            sql.unsafe(`CREATE TRIGGER broken BEFORE ${event} ON ${table} BEGIN SELECT RAISE(ABORT, 'broken'); END`)
          )
      })
    )
  )

export const repaired = (table: string) =>
  Journal.use(({ sql }) =>
    counted(
      sql.unsafe(
        sql.onDialectOrElse({ pg: () => `DROP TRIGGER broken ON ${table}`, orElse: () => "DROP TRIGGER broken" })
      )
    )
  )
