/** kubectl renders deploy/kubernetes/ and its overlays, and each object is valid. They have not been applied to a cluster. */

import { HorizontalPodAutoscaler } from "npm:kubernetes-models@5.1.0/autoscaling/v2/HorizontalPodAutoscaler";
import { Deployment } from "npm:kubernetes-models@5.1.0/apps/v1/Deployment";
import { NetworkPolicy } from "npm:kubernetes-models@5.1.0/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "npm:kubernetes-models@5.1.0/policy/v1/PodDisruptionBudget";
import { Secret } from "npm:kubernetes-models@5.1.0/v1/Secret";
import { Service } from "npm:kubernetes-models@5.1.0/v1/Service";
import { ServiceAccount } from "npm:kubernetes-models@5.1.0/v1/ServiceAccount";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { parse } from "@std/yaml/parse";
import { DEPLOY } from "./nginx.ts";

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** Models by kind, each of one version of its API. */
const MODELS: Record<string, { new (data: never): { validate(): void }; apiVersion: string }> = {
  Deployment,
  HorizontalPodAutoscaler,
  NetworkPolicy,
  PodDisruptionBudget,
  Secret,
  Service,
  ServiceAccount,
};

/** .ci/run installs it; a machine of a developer may lack it. */
const ignore = !Deno.env.get("CI") && !(await isInstalled());

async function isInstalled(): Promise<boolean> {
  try {
    return (await kubectl("version", "--client")).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function kubectl(...args: string[]): Promise<{ success: boolean; output: string }> {
  const { success, stdout, stderr } = await new Deno.Command("kubectl", { args }).output();
  return { success, output: new TextDecoder().decode(success ? stdout : stderr) };
}

async function render(directory: string): Promise<KubernetesObject[]> {
  const { success, output } = await kubectl("kustomize", join(DEPLOY, directory));
  assert(success, output);
  return output.split(/^---$/m).map((text) => parse(text) as KubernetesObject);
}

/** @throws Error for an object that the API does not accept */
function validate(object: KubernetesObject): void {
  const model = MODELS[object.kind];
  assertEquals(model?.apiVersion, object.apiVersion, object.kind);
  new model!(object as never).validate();
}

const SERVED = ["Deployment ams", "PodDisruptionBudget ams", "Service ams"];
const OVERLAYS: [directory: string, objects: string[]][] = [
  ["kubernetes", SERVED],
  ["kubernetes_live", [...SERVED, "Deployment ams-recorder", "Service ams-ingest"]],
  ["kubernetes_s3", [
    ...SERVED,
    "HorizontalPodAutoscaler ams",
    "NetworkPolicy ams",
    "Secret ams-auth",
    "ServiceAccount ams",
  ]],
];

for (const [directory, objects] of OVERLAYS) {
  Deno.test({
    name: `kubectl kustomize deploy/${directory} renders valid objects`,
    ignore,
    fn: async () => {
      const rendered = await render(directory);
      const names = rendered.map(({ kind, metadata }) =>
        `${kind} ${metadata.name.replace(/^(ams-auth)-\w{10}$/, "$1")}`
      );
      assertEquals(names.sort(), objects.toSorted());
      rendered.forEach(validate);
    },
  });
}

Deno.test({
  name: "kubernetes_s3 leaves nothing of the volume of kubernetes, nor the number of its pods",
  ignore,
  fn: async () => {
    const rendered = await render("kubernetes_s3");
    const { spec } = rendered.find(({ kind }) => kind === "Deployment") as KubernetesObject & {
      spec: { replicas?: number; template: { spec: { volumes: { name: string }[] } } };
    };
    assertEquals(spec.replicas, undefined);
    assertEquals(spec.template.spec.volumes.map(({ name }) => name).sort(), ["auth", "cache"]);
    assertEquals(JSON.stringify(spec).includes("/srv/media"), false);
    const { metadata } = rendered.find(({ kind }) => kind === "Secret")!;
    assert(JSON.stringify(spec).includes(`"secretName":"${metadata.name}"`));
  },
});

Deno.test("validate() rejects members of another type", () => {
  const metadata = { name: "a" };
  const spec = { ports: [{ name: "http", port: "eighty" }] };
  const service = { apiVersion: "v1", kind: "Service", metadata, spec };
  assertThrows(() => validate(service), Error, "port");
});
