import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Deployment } from "kubernetes-models/apps/v1/Deployment"
import { Ingress } from "kubernetes-models/networking.k8s.io/v1/Ingress"
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy"
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget"
import { ConfigMap } from "kubernetes-models/v1/ConfigMap"
import { Secret } from "kubernetes-models/v1/Secret"
import { Service } from "kubernetes-models/v1/Service"
import { readFileSync } from "node:fs"
import { type Document, parseAllDocuments } from "yaml"
import { checkConfig } from "../../src/gateway/config/load.ts"
import { world } from "../gateway/config/kit.ts"

const documents = parseAllDocuments(readFileSync("docs/kubernetes/gateway.yaml", "utf8"))

/** Kubernetes' own schemas: what is missing, misspelt or of the wrong type is refused. */
const validate: Readonly<Record<string, (one: Document) => void>> = {
  Deployment: (one) => new Deployment(one.toJS()).validate(),
  Ingress: (one) => new Ingress(one.toJS()).validate(),
  NetworkPolicy: (one) => new NetworkPolicy(one.toJS()).validate(),
  PodDisruptionBudget: (one) => new PodDisruptionBudget(one.toJS()).validate(),
  ConfigMap: (one) => new ConfigMap(one.toJS()).validate(),
  Secret: (one) => new Secret(one.toJS()).validate(),
  Service: (one) => new Service(one.toJS()).validate()
}

const ofKind = (kind: string) => documents.filter((one) => "get" in one && one.get("kind") === kind)

describe("the manifests for Kubernetes", () => {
  it("are what Kubernetes' schemas ask for, each of a kind that is checked", () => {
    let checked = 0
    for (const [kind, against] of Object.entries(validate)) {
      for (const one of ofKind(kind)) {
        against(one)
        checked++
      }
    }
    assert.strictEqual(checked, documents.length)
    const [deployment] = ofKind("Deployment")
    const broken = deployment?.clone()
    broken?.setIn(["spec", "replicas"], "two")
    assert.throws(() => broken !== undefined && validate["Deployment"]?.(broken))
  })

  it.effect("hold a configuration that a runner takes", () =>
    Effect.gen(function* () {
      const strings = Schema.decodeUnknownSync(Schema.Record(Schema.String, Schema.String))
      const inside = (kind: string, key: string) => strings(ofKind(kind)[0]?.toJS()[key])
      const env = inside("Secret", "stringData")
      const files = { "/etc/config.json5": inside("ConfigMap", "data")["zalo-effect.json5"] ?? "" }
      const checked = yield* checkConfig({ file: "/etc/config.json5", clusterHost: "10.0.0.5" }).pipe(
        Effect.provide(world({ env, files }))
      )
      assert.deepStrictEqual(checked.problems, [])
      assert.deepStrictEqual(checked.config?.gateway.cluster, { host: "10.0.0.5", port: 8790, listen: "10.0.0.5" })
      assert.isDefined(checked.config?.store.postgres)
    })
  )
})
