import { assert, describe, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { csvLine, readCsv } from "../../src/access/csv.ts"
import { columns, grantsCsv, guard, readGrants, unguard } from "../../src/access/grantsFile.ts"
import type { Grant } from "../../src/access/records.ts"
import { bank, shop } from "./kit.ts"

const header = columns.join(",")

const problemsOf = (file: string, account = shop) => {
  const read = readGrants(file, account)
  return Result.isFailure(read) ? read.failure.map(({ line, message }) => `${line}: ${message}`) : []
}
const entriesOf = (file: string, account?: typeof shop) => Result.getOrThrow(readGrants(file, account))

/** Whatever a stranger calls themselves, formulas and line ends included. */
const name = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string(),
  fc
    .array(fc.constantFrom('"', ",", ";", "\r", "\n", "'", "=", "+", "-", "@", "\t", " ", "ế", "\uFEFF", "＝"))
    .map((all) => all.join(""))
)
const grant: fc.Arbitrary<Grant> = fc.record({
  account: fc.constantFrom(shop, bank),
  senderId: fc.stringMatching(/^-?[a-f0-9]{3,20}$/),
  displayName: name,
  approvedBy: name.filter((by) => by.trim() !== ""),
  approvedAt: fc.integer({ min: 0, max: 8_640_000_000_000 }).map(DateTime.makeUnsafe),
  how: fc.constant("code")
})

describe("a file of grants", () => {
  it("read again gives the same grants, whatever people are called", () => {
    fc.assert(
      fc.property(fc.array(grant), fc.boolean(), (grants, excel) => {
        const read = entriesOf(`${excel ? "\uFEFF" : ""}${grantsCsv(grants)}`)
        assert.deepStrictEqual(
          read,
          grants.map(({ account, approvedAt, approvedBy, displayName, senderId }) => ({
            account,
            senderId,
            displayName,
            approvedBy,
            approvedAt: DateTime.toEpochMillis(approvedAt)
          }))
        )
      })
    )
  })

  it("holds nothing that a spreadsheet would run", () => {
    fc.assert(
      fc.property(name, (cell) => {
        assert.notMatch(guard(cell), /^[=+\-@\t\r\n]/)
        assert.strictEqual(unguard(guard(cell)), cell)
      })
    )
    const [, line] = grantsCsv([
      {
        account: shop,
        senderId: "abc",
        displayName: '=HYPERLINK("http://x")',
        approvedBy: "cli",
        approvedAt: DateTime.makeUnsafe(0),
        how: "code"
      }
    ]).split("\r\n")
    assert.strictEqual(line, `shop,abc,"'=HYPERLINK(""http://x"")",cli,1970-01-01T00:00:00.000Z`)
  })

  it("has a header, and every line ends as RFC 4180 has it", () => {
    assert.strictEqual(grantsCsv([]), "account,senderId,displayName,approvedBy,approvedAt\r\n")
  })

  it("may have its columns in any order, in any case, with semicolons, and only the sender", () => {
    assert.deepStrictEqual(entriesOf("DisplayName;SENDERID\n\nLan;zalo:ABC\n  \nAn;def", shop), [
      { account: shop, senderId: "abc", displayName: "Lan", approvedBy: "", approvedAt: undefined },
      { account: shop, senderId: "def", displayName: "An", approvedBy: "", approvedAt: undefined }
    ])
    assert.deepStrictEqual(entriesOf("senderId,account\rabc,SHOP"), [
      { account: shop, senderId: "abc", displayName: "", approvedBy: "", approvedAt: undefined }
    ])
  })

  it("may be the JSON that export writes", () => {
    const file = JSON.stringify({ grants: [{ account: "shop", senderId: "ABC", approvedAt: "2026-11-22T08:00:00Z" }] })
    assert.deepStrictEqual(entriesOf(file), [
      { account: shop, senderId: "abc", displayName: "", approvedBy: "", approvedAt: Date.UTC(2026, 10, 22, 8) }
    ])
    assert.match(problemsOf('{"grants":[{"senderId":7}]}')[0] ?? "", /^1: not what export writes/)
    assert.deepStrictEqual(problemsOf('{"grants":[{"senderId":"a"},{"senderId":"*"}]}'), [
      '2: senderId is "*": only the configuration may let everybody in'
    ])
  })

  it("names every wrong line with its number", () => {
    const file = [
      header,
      "shop,abc,Lan,cli,2026-11-22T08:00:00Z",
      "shop,,Lan,cli,",
      'shop,def,"two',
      'lines",cli,',
      "shop,*,,,",
      "shop,zgr-abc,,,",
      "shop,6.5E+19,,,",
      "shop,a b,,,",
      "bank,ghi,,,",
      "no such,ghi,,,",
      "shop,ghi,,,22/11/2026",
      "shop,ghi",
      'shop,ghi,"x"y,,',
      'shop,"ghi'
    ].join("\n")
    assert.deepStrictEqual(problemsOf(file), [
      "3: senderId is empty",
      '6: senderId is "*": only the configuration may let everybody in',
      "7: zgr-abc is a group: groups are let in by groupAllowFrom",
      "8: 6.5E+19 is an id that a spreadsheet has rounded: mark that column as text",
      "9: senderId is not a Zalo id",
      "10: account bank is not shop, which --account names",
      '11: "no such" is no account\'s id',
      '12: approvedAt "22/11/2026" is not a time such as 2026-11-22T08:00:00Z',
      "13: 2 fields, and the header has 5",
      "14: something stands behind the closing quote of a field",
      "15: a quoted field has no end"
    ])
    assert.deepStrictEqual(
      Result.match(readGrants("senderId\nabc", undefined), { onFailure: (all) => all.length, onSuccess: () => 0 }),
      1
    )
  })

  it.each([
    ["", "1: the file is empty; its first line must be account,senderId,displayName,approvedBy,approvedAt"],
    [
      "abc,def\nx,y",
      "1: the header must name senderId; it may name account, senderId, displayName, approvedBy, approvedAt"
    ],
    [
      "\n\nsenderId,name\na,b",
      '3: the header names "name", which is none of account, senderId, displayName, approvedBy, approvedAt'
    ],
    ["senderId,senderId\na,b", "1: the header names senderId twice"]
  ])("needs a header: %j", (file, problem) => {
    assert.deepStrictEqual(problemsOf(file), [problem])
  })
})

describe("CSV", () => {
  it("gives back any fields in any number of records", () => {
    // A record that is nothing but one blank field is a blank line.
    const record = fc.array(name, { minLength: 2, maxLength: 4 }).filter((fields) => !fields[0]?.startsWith("\uFEFF"))
    fc.assert(
      fc.property(fc.array(record), (records) => {
        // A first line with a comma: else a semicolon may be taken for the separator.
        const file = csvLine(["a", "b"]) + records.map(csvLine).join("")
        const read = readCsv(file)
        assert.deepStrictEqual(read.problems, [])
        assert.deepStrictEqual(
          read.records.slice(1).map((one) => one.fields),
          records
        )
      })
    )
  })

  it("never fails to come to an end, whatever the file holds", () => {
    fc.assert(
      fc.property(name, (file) => {
        const { problems, records } = readCsv(file)
        for (const { line } of [...problems, ...records]) assert.isAtLeast(line, 1)
      })
    )
  })
})
