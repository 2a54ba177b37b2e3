/** The files of deploy/kubernetes/ agree with each other, with the options of ams and with its admin endpoint. */

import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml/parse";
import config from "../deno.json" with { type: "json" };
import { handleAdminRequest } from "../lib/admin/admin_handler.ts";
import { parseAmsOptions } from "../lib/ams/options.ts";
import { read, ROOT } from "./documents.ts";

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly timeoutSeconds?: number;
}

interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly [{
    readonly name: string;
    readonly image: string;
    readonly args: string[];
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
    readonly startupProbe: Probe;
    readonly readinessProbe: Probe;
    readonly livenessProbe: Probe;
    readonly volumeMounts: readonly { readonly mountPath: string; readonly readOnly: boolean }[];
  }];
}

const readYaml = (name: string) => parse(read(`deploy/kubernetes/${name}`)) as never;

const { template }: { template: { metadata: { annotations: object }; spec: Pod } } =
  (readYaml("deployment.yaml") as { spec: never }).spec;
const pod = template.spec;
const [container] = pod.containers;

const options = parseAmsOptions(container.args);
if (typeof options === "string") throw new Error(`Cannot serve with ${container.args}`);

Deno.test("kustomization.yaml lists all files, and the version of ams", () => {
  const { resources, images }: { resources: string[]; images: unknown } = readYaml(
    "kustomization.yaml",
  );
  const files = [...Deno.readDirSync(`${ROOT}/deploy/kubernetes`)].map(({ name }) => name);
  assertEquals([...resources, "kustomization.yaml"].sort(), files.sort());
  assertEquals(images, [{ name: container.image, newTag: config.version }]);
});

Deno.test("deployment.yaml declares the ports, the volume and the time of the options", () => {
  const { port, admin, root, drainSeconds, graceSeconds } = options;
  assertEquals(container.ports, [
    { name: "http", containerPort: port },
    { name: "admin", containerPort: admin!.port },
  ]);
  assertEquals(container.volumeMounts.map(({ mountPath, readOnly }) => [mountPath, readOnly]), [
    [root, true],
  ]);
  assert(pod.terminationGracePeriodSeconds > drainSeconds + graceSeconds);
  assert(drainSeconds > 0);
  const annotations = { "prometheus.io/scrape": "true", "prometheus.io/port": `${admin!.port}` };
  assertEquals(template.metadata.annotations, annotations);
  const { spec }: { spec: { ports: { targetPort: string }[] } } = readYaml("service.yaml");
  assertEquals(spec.ports.map(({ targetPort }) => targetPort), ["http"]);
});

Deno.test("deployment.yaml probes URLs of the admin endpoint, and waits for their answers", async () => {
  const services = {
    metrics: { contentType: "text/plain", format: () => Promise.resolve("") },
    ping: () => Promise.resolve(true),
    findProblem: () => Promise.resolve(undefined),
  };
  const { startupProbe, readinessProbe, livenessProbe } = container;
  for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe]) {
    const url = `http://pod${httpGet.path}`;
    const { status } = await handleAdminRequest({ method: "GET", url }, services);
    assertEquals([httpGet.port, status], ["admin", 200], url);
  }
  assertEquals([readinessProbe, livenessProbe].map(({ httpGet }) => httpGet.path), [
    "/readyz",
    "/livez",
  ]);
  assert(livenessProbe.timeoutSeconds! > 5); // a worker has 5 seconds to respond
});
