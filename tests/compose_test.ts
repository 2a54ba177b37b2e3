/** The compose files and the Dockerfile of deploy/ agree with each other, with its nginx files and with the options of ams. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml/parse";
import { parseAmsOptions } from "../lib/ams/options.ts";
import { parseRoute } from "../lib/server/routes.ts";
import { read } from "./documents.ts";

interface Service {
  readonly command: string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes: string[];
  readonly ports?: string[];
  readonly "stop_grace_period": string;
  readonly healthcheck: { readonly test: string[] };
  readonly networks: Record<string, { readonly "ipv4_address"?: string }>;
  readonly build: { readonly dockerfile: string; readonly target: string };
}

interface Composition {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: unknown;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const COMPOSE = parse(read("deploy/compose.yaml")) as Composition;
const { nginx, recorder, ...SERVERS } = COMPOSE.services;

const findServers = (text: string, maxFails = 3, upstream = "ams") =>
  [...text.matchAll(/^upstream (\w+) \{$([^}]*)/gm)]
    .filter(([, name]) => name === upstream)
    .flatMap(([, , lines]) =>
      [...lines!.matchAll(/server (\S+) max_fails=(\d)/g)]
        .filter(([, , count]) => count === `${maxFails}`).map(([, server]) => server!)
    );

for (const name of ["upstream.conf", "compose_upstream.conf"]) {
  Deno.test(`ams_again in ${name} contains the servers of ams, and counts no failures`, () => {
    const text = read(`deploy/${name}`);
    assert(findServers(text).length > 1);
    assertEquals(findServers(text, 0, "ams_again"), findServers(text));
  });
}

Deno.test("compose_upstream.conf is upstream.conf with the addresses of compose.yaml", () => {
  const [own, composed] = [read("deploy/upstream.conf"), read("deploy/compose_upstream.conf")];
  const addresses = Object.values(SERVERS).map(({ command, networks }) =>
    `${networks["inside"]!["ipv4_address"]}:${parseServeOptions(command).port}`
  );
  assertEquals(findServers(composed), addresses);
  const rest = (text: string) => {
    const parts = findServers(text).reduce((text, server) => text.replaceAll(server, ""), text);
    return parts.split("\n").slice(1);
  };
  assertEquals(rest(composed), rest(own));
});

function parseServeOptions(command: readonly string[]) {
  const options = parseAmsOptions(command);
  if (typeof options === "string") throw new Error(`Cannot serve with ${command}`);
  return options;
}

const HEALTH = "/.ams/health";

Deno.test("nginx checks and passes the health of ams, and does not log it", () => {
  assertEquals(parseRoute(HEALTH).kind, "health");
  assertStringIncludes(nginx!.healthcheck.test.join(" "), `/80 && printf 'GET ${HEALTH} `);
  const [location] = /^location = \/\.ams\/health \{[^}]*/m.exec(read("deploy/ams_server.conf"))!;
  for (const line of ["access_log off;", "proxy_pass http://ams$request_uri;"]) {
    assertStringIncludes(location, line);
  }
});

for (const [name, service] of Object.entries(SERVERS)) {
  Deno.test(`compose.yaml starts ${name} with a volume, a health check and time to stop`, () => {
    const { root, port, admin, graceSeconds } = parseServeOptions(service.command);
    assertEquals(service.volumes.map((volume) => volume.split(":").slice(-2)), [[root, "ro"]]);
    const check = service.healthcheck.test.join(" ");
    assertStringIncludes(check, `/dev/tcp/127.0.0.1/${port} `);
    assertStringIncludes(check, `GET ${HEALTH} `);
    assert(admin && admin.port !== port);
    assert(Number.parseInt(service["stop_grace_period"]) > graceSeconds);
  });
}

Deno.test("compose.yaml starts a recorder that may write where its options record", () => {
  const { root, channels, ingest, port, admin } = parseServeOptions(recorder!.command);
  assertEquals(recorder!.volumes.map((volume) => volume.replace(/^\$\{[^}]*\}/, "")), [
    `:${root}:ro`,
    `/${channels}:${root}/${channels}`,
  ]);
  assertEquals(recorder!.ports, [`${ingest!.port}:${ingest!.port}`]);
  assertStringIncludes(read("deploy/Dockerfile"), `EXPOSE ${port} ${ingest!.port}\n`);
  assertStringIncludes(recorder!.healthcheck.test.join(" "), `/dev/tcp/127.0.0.1/${port} `);
  const servers = Object.values(SERVERS).map(({ command }) => parseServeOptions(command));
  assertEquals(servers.map((it) => it.channels), servers.map(() => channels));
  assertEquals(servers.map((it) => it.admin), servers.map(() => admin));
});

const COMPOSE_S3 = parse(read("deploy/compose.s3.yaml")) as Composition;

Deno.test("compose.s3.yaml starts the servers of compose.yaml on a bucket, and the same nginx", () => {
  const { ams1, ams2, nginx: proxy } = COMPOSE_S3.services;
  assertEquals(proxy, nginx);
  assertEquals(COMPOSE_S3.networks, COMPOSE.networks);
  for (const [name, server] of Object.entries({ ams1, ams2 })) {
    const { networks, healthcheck, command, "stop_grace_period": grace } = server!;
    const own = SERVERS[name]!;
    assertEquals([networks, healthcheck, grace], [
      own.networks,
      own.healthcheck,
      own["stop_grace_period"],
    ]);
    const options = parseServeOptions(command);
    const { root, sources } = options;
    assertEquals(options, { ...parseServeOptions(own.command), root, sources });
    assertEquals(options.root, "s3://media");
  }
});

Deno.test("compose.s3.yaml makes the bucket of its servers, and the user with whom they read it", () => {
  const { ams1, bucket, minio } = COMPOSE_S3.services;
  const [script] = bucket!.command as [string];
  const { AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = ams1!.environment!;
  const { root } = parseServeOptions(ams1!.command);
  assertStringIncludes(script, `mc mb --ignore-existing local/${root.replace("s3://", "")}\n`);
  assertStringIncludes(script, `mc admin user add local ${AWS_ACCESS_KEY_ID} "$$BUCKET_SECRET"\n`);
  const [, policy] = /printf '%s' '(.*)' > \/tmp\/policy\.json\n/.exec(script)!;
  assertEquals(JSON.parse(policy!).Statement, [{
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:ListBucket"],
    Resource: [root, `${root}/*`].map((it) => it.replace("s3://", "arn:aws:s3:::")),
  }]);
  assertStringIncludes(script, "policy create local media-reader /tmp/policy.json\n");
  assertStringIncludes(script, `media-reader --user ${AWS_ACCESS_KEY_ID} `);
  assertStringIncludes(
    script,
    ` ${AWS_ENDPOINT_URL_S3} ${minio!.environment!["MINIO_ROOT_USER"]} `,
  );
  assertEquals(bucket!.environment!["BUCKET_SECRET"], AWS_SECRET_ACCESS_KEY);
  const password = "MINIO_ROOT_PASSWORD";
  assertEquals(bucket!.environment![password], minio!.environment![password]);
});

Deno.test("compose.s3.yaml gives each server a cache of its own, which the image lets it write", () => {
  const { ams1, ams2 } = COMPOSE_S3.services;
  const [, directory] = /--source-disk=([^:]+):/.exec(ams1!.command.join(" "))!;
  assertEquals([ams1!.volumes, ams2!.volumes], [[`blocks1:${directory}`], [
    `blocks2:${directory}`,
  ]]);
  const owned = `RUN install -d -o nobody -g nogroup ${directory}\nUSER nobody\n`;
  assertStringIncludes(read("deploy/Dockerfile"), owned);
  const used = Object.values(COMPOSE_S3.services).flatMap(({ volumes }) => volumes ?? [])
    .map((volume) => volume.split(":")[0]!).filter((name) => !name.startsWith("."));
  assertEquals(used.sort(), Object.keys(COMPOSE_S3.volumes).sort());
});

Deno.test("prometheus_compose.yml is prometheus.yml with the servers of compose.s3.yaml", () => {
  const { prometheus, ams1 } = COMPOSE_S3.services;
  const { admin } = parseServeOptions(ams1!.command);
  const targets = ["ams1", "ams2"].map((name) => `"${name}:${admin!.port}"`).join(", ");
  const expected = read("deploy/observe/prometheus.yml").split("\n").slice(1).join("\n")
    .replace(/targets: .*/, `targets: [${targets}]`);
  const composed = read("deploy/observe/prometheus_compose.yml");
  assertEquals(composed.split("\n").slice(1).join("\n"), expected);
  const mounted = prometheus!.volumes.filter((volume) => volume.startsWith("./observe/"))
    .map((volume) => volume.split(":").slice(0, 2));
  assertEquals(mounted, [
    ["./observe/prometheus_compose.yml", "/etc/prometheus/prometheus.yml"],
    ["./observe/alerts.yml", "/etc/prometheus/alerts.yml"],
  ]);
});

Deno.test("the Dockerfile builds the images of compose.yaml from files that the build context contains", () => {
  const dockerfile = read("deploy/Dockerfile");
  const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, name]) => name!);
  for (const { build } of [nginx!, ...Object.values(SERVERS)]) {
    assertEquals([build.dockerfile, stages.includes(build.target)], ["deploy/Dockerfile", true]);
  }
  const ignored = read("deploy/Dockerfile.dockerignore");
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)]
    .flatMap(([, paths]) => paths!.split(" "));
  assertEquals(copied.filter((path) => !ignored.includes(`!${path}\n`)), []);
});

Deno.test("the Dockerfile uses the version of Deno in .ci/run", () => {
  const [, version] = /DENO_VERSION=([\d.]+)/.exec(read(".ci/run"))!;
  assertStringIncludes(read("deploy/Dockerfile"), `FROM denoland/deno:${version} `);
});
