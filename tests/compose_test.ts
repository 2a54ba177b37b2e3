/** compose.yaml and the Dockerfile of deploy/ agree with each other, with its nginx files and with the options of ams. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml/parse";
import { parseAmsOptions } from "../lib/ams/options.ts";
import { parseRoute } from "../lib/server/routes.ts";
import { read } from "./documents.ts";

interface Service {
  readonly command: string[];
  readonly volumes: string[];
  readonly ports?: string[];
  readonly "stop_grace_period": string;
  readonly healthcheck: { readonly test: string[] };
  readonly networks: Record<string, { readonly "ipv4_address"?: string }>;
  readonly build: { readonly dockerfile: string; readonly target: string };
}

const COMPOSE = parse(read("deploy/compose.yaml")) as { services: Record<string, Service> };
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
