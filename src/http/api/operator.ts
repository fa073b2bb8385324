import * as Schema from "effect/Schema"

/** Who of several people or programs with the token asks, for the record: `X-Operator: lan`. */
export const Operator = {
  "x-operator": Schema.optionalKey(Schema.String.check(Schema.isBetweenLength(1, 64)))
}

/** As the record has it: `api`, or `api:lan`. */
export const byOf = (headers: { readonly "x-operator"?: string }): string => {
  const name = headers["x-operator"]?.trim() ?? ""
  return name === "" ? "api" : `api:${name}`
}
