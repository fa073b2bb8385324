import { assert, describe, it } from "@effect/vitest"
import * as Option from "effect/Option"
import { rule } from "../../src/access/rules.ts"
import type { AccessPolicy } from "../../src/domain/Policy.ts"
import { Content } from "../../src/domain/Update.ts"
import { messageOf, policyOf, type Said } from "./kit.ts"

const owned = (policy: Partial<AccessPolicy> = {}): Partial<AccessPolicy> => ({
  ...policy,
  pairing: { ...policyOf().pairing, owners: ["6ede"] }
})
const blocked = { granted: false, blocked: true }
const nobody = { granted: false, blocked: false }
const granted = { granted: true, blocked: false }

/** One word for a ruling. */
const ruled = (
  policy: Partial<AccessPolicy>,
  said: Said = {},
  facts = nobody,
  name = Option.some("Bot Shop")
): string => {
  const ruling = rule(policyOf(policy), name, messageOf("6EDE", said), facts)
  switch (ruling._tag) {
    case "Allow":
      return `allow ${ruling.rule}`
    case "Drop":
      return `drop ${ruling.reason}`
    case "NeedsPairing":
      return "pair"
  }
}

describe("direct messages", () => {
  it.each<[string, Partial<AccessPolicy>, typeof nobody, string]>([
    [
      "disabled hears nobody, not even the listed",
      { dmPolicy: "disabled", allowFrom: ["*", "6ede"] },
      granted,
      "drop dm-disabled"
    ],
    ["open with a star hears everybody", { dmPolicy: "open", allowFrom: ["*"] }, nobody, "allow open"],
    ["open without a star hears the listed", { dmPolicy: "open", allowFrom: ["6ede"] }, nobody, "allow allowFrom"],
    ["open without a star does not hear the approved", { dmPolicy: "open" }, granted, "drop not-allowed"],
    ["allowlist hears the listed", { dmPolicy: "allowlist", allowFrom: ["6ede"] }, nobody, "allow allowFrom"],
    ["allowlist does not hear the approved", { dmPolicy: "allowlist", allowFrom: ["7"] }, granted, "drop not-allowed"],
    ["pairing hears the listed", { allowFrom: ["6ede"] }, nobody, "allow allowFrom"],
    ["pairing hears the approved", {}, granted, "allow grant"],
    ["pairing asks the others", { allowFrom: ["7"] }, nobody, "pair"],
    ["an owner is heard under any policy", owned({ dmPolicy: "disabled" }), nobody, "allow owner"],
    ["an owner is heard though somebody blocked them", owned(), blocked, "allow owner"],
    ["somebody who is blocked is not heard", { dmPolicy: "open", allowFrom: ["*"] }, blocked, "drop blocked"]
  ])("%s", (_, policy, facts, expected) => {
    assert.strictEqual(ruled(policy, {}, facts), expected)
  })
})

describe("groups", () => {
  const group = "zgr-1"
  it.each<[string, Partial<AccessPolicy>, typeof nobody, string]>([
    ["disabled hears nobody", { groupPolicy: "disabled", groupAllowFrom: ["*"] }, granted, "drop group-disabled"],
    ["open hears everybody", { groupPolicy: "open" }, nobody, "allow group-open"],
    ["a listed member is heard", { groupAllowFrom: ["6ede"] }, nobody, "allow groupAllowFrom"],
    ["an owner is one of the listed", owned({ groupAllowFrom: ["7"] }), nobody, "allow owner"],
    ["an owner is not heard where no group is", owned({ groupPolicy: "disabled" }), nobody, "drop group-disabled"],
    ["a star hears every member", { groupAllowFrom: ["*"] }, nobody, "allow groupAllowFrom"],
    ["a listed group is heard", { groupAllowFrom: ["zgr-1"] }, nobody, "allow groupAllowFrom"],
    ["another group is not", { groupAllowFrom: ["zgr-2"] }, nobody, "drop group-not-allowed"],
    [
      "the list for direct messages does not add to the groups' own",
      { groupAllowFrom: ["7"], allowFrom: ["6ede"] },
      nobody,
      "drop group-not-allowed"
    ],
    ["an empty list falls back to the one for direct messages", { allowFrom: ["6ede"] }, nobody, "allow allowFrom"],
    ["two empty lists hear nobody", {}, nobody, "drop group-not-allowed"],
    [
      "an approval never counts in a group, and nobody is asked there",
      { dmPolicy: "pairing" },
      granted,
      "drop group-not-allowed"
    ],
    [
      "who may talk in a group does not hang on the policy for direct messages",
      { dmPolicy: "disabled", groupPolicy: "open" },
      nobody,
      "allow group-open"
    ]
  ])("%s", (_, policy, facts, expected) => {
    assert.strictEqual(ruled(policy, { group }, facts), expected)
  })

  const asked = { groupPolicy: "open", requireMention: true } as const
  it("with requireMention only what begins with the bot's name is heard", () => {
    const photo = (caption: string) => Content.cases.Photo.make({ caption })
    const sticker = Content.cases.Sticker.make({ sticker: "s" })
    assert.strictEqual(ruled(asked, { group, text: "@Bot Shop giá?" }), "allow group-open")
    assert.strictEqual(ruled(asked, { group, text: "giá?" }), "drop no-mention")
    assert.strictEqual(ruled(asked, { group, content: photo("@bot shop này") }), "allow group-open")
    assert.strictEqual(ruled(asked, { group, content: photo("này") }), "drop no-mention")
    assert.strictEqual(ruled(asked, { group, content: sticker }), "drop no-mention")
    assert.strictEqual(ruled({ ...asked, groupPolicy: "allowlist" }, { group, text: "giá?" }), "drop group-not-allowed")
    assert.strictEqual(ruled({ ...asked, allowFrom: ["6ede"] }, { text: "giá?" }), "allow allowFrom")
  })

  it("while the bot's name is not known, any mention at the start will do", () => {
    assert.strictEqual(ruled(asked, { group, text: "@Somebody giá?" }, nobody, Option.none()), "allow group-open")
    assert.strictEqual(ruled(asked, { group, text: "giá?" }, nobody, Option.none()), "drop no-mention")
  })
})

describe("whoever they are", () => {
  const open = { dmPolicy: "open", groupPolicy: "open", allowFrom: ["*", "6ede"] } as const
  const blocked = { granted: true, blocked: true }

  it("bots are not heard, in chats and groups", () => {
    assert.strictEqual(ruled(open, { bot: true }), "drop bot")
    assert.strictEqual(ruled(open, { bot: true, group: "zgr-1" }), "drop bot")
  })

  it("the blocked are not heard, in chats and groups, even if listed and approved", () => {
    assert.strictEqual(ruled(open, {}, blocked), "drop blocked")
    assert.strictEqual(ruled(open, { group: "zgr-1" }, blocked), "drop blocked")
    assert.strictEqual(ruled({ groupAllowFrom: ["zgr-1"] }, { group: "zgr-1" }, blocked), "drop blocked")
  })
})
