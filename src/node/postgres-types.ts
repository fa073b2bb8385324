import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Result from "effect/Result"

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const tooLarge = (value: bigint) =>
  new PgTypes.CodecError({ message: `${value} is beyond the integers that a number can hold` })

/** Milliseconds and row numbers fit into a number: then both databases answer the same, and nothing is decoded twice. */
const bigint: PgTypes.Codec<number | bigint> = {
  encode: (value) => {
    const bytes = new Uint8Array(8)
    view(bytes).setBigInt64(0, BigInt(value))
    return Result.succeed(bytes)
  },
  decode: (bytes) => {
    const value = view(bytes).getBigInt64(0)
    const number = Number(value)
    return Number.isSafeInteger(number) ? Result.succeed(number) : Result.fail(tooLarge(value))
  }
}

export const types: PgTypes.Registry = PgTypes.makeRegistry()
types.register(PgTypes.OID.int8, bigint)
