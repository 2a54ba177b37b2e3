/** The files of deploy/kubernetes/ and its overlays agree with each other, with the options of ams and with its admin endpoint. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml/parse";
import config from "../deno.json" with { type: "json" };
import { handleAdminRequest } from "../lib/admin/admin_handler.ts";
import { parseAuthFile } from "../lib/access/auth_file.ts";
import { parseAmsOptions } from "../lib/ams/options.ts";
import { hasRemoteRoot } from "../lib/ams/source_options.ts";
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

interface Kustomization {
  readonly bases?: string[];
  readonly resources: string[];
  readonly patchesStrategicMerge?: string[];
  readonly secretGenerator?: { readonly name: string; readonly files: string[] }[];
  readonly images: unknown;
}

for (const directory of ["kubernetes", "kubernetes_live", "kubernetes_s3"]) {
  Deno.test(`${directory}/kustomization.yaml lists all files, and the version of ams`, () => {
    const { bases, resources, patchesStrategicMerge = [], secretGenerator = [], images } = readYaml(
      "kustomization.yaml",
      directory,
    ) as Kustomization;
    const files = [...Deno.readDirSync(`${ROOT}/deploy/${directory}`)].map(({ name }) => name);
    const secrets = secretGenerator.flatMap(({ files }) => files);
    const listed = [...resources, ...patchesStrategicMerge, ...secrets, "kustomization.yaml"];
    assertEquals(listed.sort(), files.sort());
    assertEquals(bases, directory === "kubernetes" ? undefined : ["../kubernetes"]);
    assertEquals(images, [{ name: "ams", newTag: config.version }]);
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

Deno.test("source.yaml serves a bucket with the options of deployment.yaml, and a cache that fits its volume", () => {
  const source = readDeployment("source.yaml", "kubernetes_s3");
  const { root, sources } = options;
  assertEquals({ ...source.options, root, sources }, options);
  assert(hasRemoteRoot(source.options.sources));
  const [, directory, gigabytes] = /--source-disk=([^:]*):(\d+)G\b/.exec(
    source.container.args.join(" "),
  )!;
  const [removed, cache] = source.container.volumeMounts;
  assertEquals([removed!.mountPath, cache!.mountPath], [options.root, directory]);
  const { volumes } = source.pod as unknown as {
    volumes: { name: string; emptyDir?: { sizeLimit: string } }[];
  };
  const limit = Number.parseInt(volumes.find(({ name }) => name === "cache")!.emptyDir!.sizeLimit);
  assert(limit * 2 ** 30 > Number(gigabytes) * 1e9 * 1.1);
});

Deno.test("auth.yaml names the file of the secret, which opens everything until somebody changes it", () => {
  const { secretGenerator } = readYaml("kustomization.yaml", "kubernetes_s3") as Kustomization;
  const [{ name, files }] = secretGenerator as [{ name: string; files: [string] }];
  const text = read("deploy/kubernetes_s3/auth.yaml");
  const { template }: { template: { spec: Pod } } = (parse(text) as { spec: never }).spec;
  const [{ volumeMounts: [mount], env: [variable] }] = template.spec.containers as unknown as [
    { volumeMounts: [{ mountPath: string }]; env: [object] },
  ];
  assertEquals(variable, { name: "AMS_AUTH", value: `${mount.mountPath}/${files[0]}` });
  assertStringIncludes(text, `secretName: ${name},`);
  const { policies, default: whom } = parseAuthFile(read(`deploy/kubernetes_s3/${files[0]}`));
  assertEquals([policies, whom], [[], "open"]);
});

Deno.test("the other files of kubernetes_s3 name the Deployment, its account and its ports", () => {
  const { serviceAccountName } = readDeployment("source.yaml", "kubernetes_s3").pod as unknown as {
    serviceAccountName: string;
  };
  const names = ["service_account.yaml", "autoscaler.yaml", "network_policy.yaml"];
  const [account, autoscaler, policy] = names.map((name) => read(`deploy/kubernetes_s3/${name}`));
  assertStringIncludes(account!, `name: ${serviceAccountName}\n`);
  assertStringIncludes(
    autoscaler!,
    "scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ams }",
  );
  const ports = [...policy!.matchAll(/port: ([a-z]+) /g)].map(([, name]) => name);
  assertEquals(ports, container.ports.map(({ name }) => name));
});
