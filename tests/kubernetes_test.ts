/** The files of deploy/kubernetes/ and deploy/kubernetes_live/ agree with each other, with the options of ams and with its admin endpoint. */

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
    readonly volumeMounts: readonly {
      readonly mountPath: string;
      readonly readOnly?: boolean;
      readonly subPath?: string;
    }[];
  }];
}

const readYaml = (name: string, directory = "kubernetes") =>
  parse(read(`deploy/${directory}/${name}`)) as never;

function readDeployment(name: string, directory?: string) {
  const { template }: { template: { metadata: { annotations: object }; spec: Pod } } =
    (readYaml(name, directory) as { spec: never }).spec;
  const [container] = template.spec.containers;
  const options = parseAmsOptions(container.args);
  if (typeof options === "string") throw new Error(`Cannot serve with ${container.args}`);
  return { template, pod: template.spec, container, options };
}

const { template, pod, container, options } = readDeployment("deployment.yaml");

for (const directory of ["kubernetes", "kubernetes_live"]) {
  Deno.test(`${directory}/kustomization.yaml lists all files, and the version of ams`, () => {
    const { resources, images }: { resources: string[]; images: unknown } = readYaml(
      "kustomization.yaml",
      directory,
    );
    const files = [...Deno.readDirSync(`${ROOT}/deploy/${directory}`)].map(({ name }) => name);
    const listed = resources.filter((name) => name !== "../kubernetes");
    assertEquals(listed.length < resources.length, directory !== "kubernetes");
    assertEquals([...listed, "kustomization.yaml"].sort(), files.sort());
    assertEquals(images, [{ name: container.image, newTag: config.version }]);
  });
}

Deno.test("recorder.yaml may write where its options record, and takes publishers", () => {
  const recorder = readDeployment("recorder.yaml", "kubernetes_live");
  const { port, admin, root, channels, ingest, drainSeconds, graceSeconds } = recorder.options;
  assertEquals(recorder.container.ports, [
    { name: "http", containerPort: port },
    { name: "admin", containerPort: admin!.port },
    { name: "ingest", containerPort: ingest!.port },
  ]);
  const mounts = recorder.container.volumeMounts;
  assertEquals(mounts.map(({ mountPath, readOnly, subPath }) => [mountPath, readOnly, subPath]), [
    [root, true, undefined],
    [`${root}/${channels}`, undefined, channels],
  ]);
  assert(recorder.pod.terminationGracePeriodSeconds > drainSeconds + graceSeconds);
  assertEquals(recorder.container.livenessProbe, container.livenessProbe);
  assertEquals([recorder.options.root, recorder.options.channels], [
    options.root,
    options.channels,
  ]);
  const { spec }: { spec: { ports: object[]; selector: object } } = readYaml(
    "ingest.yaml",
    "kubernetes_live",
  );
  assertEquals(spec.ports, [{ name: "ingest", port: ingest!.port, targetPort: "ingest" }]);
  assertEquals(spec.selector, (recorder.template.metadata as { labels?: object }).labels);
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
