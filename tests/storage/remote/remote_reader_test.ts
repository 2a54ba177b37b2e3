import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { parseMountSource } from "../../../lib/storage/remote/mount_source.ts";
import type { RemoteOrigin } from "../../../lib/storage/remote/origin.ts";
import {
  createRemoteReader,
  type OriginSecrets,
} from "../../../lib/storage/remote/remote_reader.ts";
import { eventually } from "../../eventually.ts";
import { TestOrigin } from "./test_origin.ts";

const { signal } = new AbortController();

const KEYS = { getCredentials: () => ({ accessKeyId: "a", secretAccessKey: "b" }) };

const cases: [source: string, secrets: OriginSecrets, target: string, authorization: RegExp][] = [
  ["URL", {}, "/a", /^$/],
  ["URL/x/", { authorization: "Bearer y" }, "/x/a", /^Bearer y$/],
  ["s3://media/x?endpoint=URL", {}, "/media/x/a", /^$/],
  ["s3://media?endpoint=URL&credentials=anonymous", KEYS, "/media/a", /^$/],
  [
    "s3://media?endpoint=URL&region=eu-west-1",
    KEYS,
    "/media/a",
    /^AWS4-HMAC-SHA256 Credential=a\/\d{8}\/eu-west-1\/s3\/aws4_request, /,
  ],
];

for (const [source, secrets, target, authorization] of cases) {
  Deno.test(`createRemoteReader() reads from ${source} with ${Object.keys(secrets)}`, async () => {
    await using server = await TestOrigin.start();
    const origin = parseMountSource(source.replace("URL", server.url), () => undefined);
    using remote = createRemoteReader(origin as RemoteOrigin, { hosts: new Set(), ...secrets });
    server.files.set(target, { bytes: new Uint8Array(10) });
    assertEquals((await remote.reader.open("a", signal))?.file.size, 10);
    assertMatch(`${server.requests[0]!.headers.authorization ?? ""}`, authorization);
    assertEquals([remote.isUp, (await remote.probe(signal)).isUsable], [
      true,
      !source.startsWith("s3:"),
    ]);
  });
}

Deno.test("RemoteReader.replaceSecrets() sends others, and lets requests in progress end", async () => {
  await using server = await TestOrigin.start();
  const origin = { kind: "http", url: `${server.url}/`, sidecars: false } as const;
  using remote = createRemoteReader(origin, { hosts: new Set(), authorization: "Bearer a" });
  server.files.set("/a", { bytes: new Uint8Array(10), etag: '"1"' });
  const { file } = (await remote.reader.open("a", signal))!;
  server.latencyMs = 50;
  const inProgress = remote.reader.read(file, 0, 10, signal);
  await eventually(() => server.requests.length === 2, "a request");
  remote.replaceSecrets({ authorization: "Bearer b" });
  assertThrows(() => remote.replaceSecrets({ authorization: "a\nb" }));
  assertEquals([(await inProgress).length, server.requests.length], [10, 2]);
  await remote.reader.read(file, 0, 10, signal);
  assertEquals(server.requests.map(({ headers }) => headers.authorization), [
    "Bearer a",
    "Bearer a",
    "Bearer b",
  ]);
});

Deno.test("createRemoteReader() rejects secrets that cannot be used", () => {
  const origin = { kind: "http", url: "https://a.example/", sidecars: false } as const;
  const caCert = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----";
  assertThrows(() => createRemoteReader(origin, { hosts: new Set(), caCert }));
  assertThrows(() => createRemoteReader(origin, { hosts: new Set(), authorization: "a\nb" }));
});
