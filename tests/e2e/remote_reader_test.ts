/** Remote files of servers of others: Swift, which is an S3, and nginx. */

import { PutObjectCommand } from "npm:@aws-sdk/client-s3@3.1169.0";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { SourceError } from "../../lib/errors.ts";
import { parseMountSource } from "../../lib/storage/remote/mount_source.ts";
import type { RemoteOrigin, S3Origin } from "../../lib/storage/remote/origin.ts";
import { SourceChanged } from "../../lib/storage/remote/range_reader.ts";
import {
  createRemoteReader,
  type OriginSecrets,
  writeRemoteObject,
} from "../../lib/storage/remote/remote_reader.ts";
import { startStaticNginx } from "./nginx.ts";
import { serveBucket, SWIFT_CREDENTIALS, uploadInParts } from "./swift_server.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

const Bucket = "media";

const { signal } = new AbortController();

const BYTES = new Uint8Array(300_000).map((_, i) => i * 31 >> 3);

const ODD_NAMES = [
  "!(*)",
  "100%",
  "a b",
  "a&b",
  "a+b",
  "a=b?c#d;e:f@g,h$",
  "it's <x>",
  "ä€😀",
  "~%41",
];

const served = serveBucket(Bucket);

const put = (Key: string, Body: Uint8Array | string = BYTES) =>
  served.client.send(new PutObjectCommand({ Bucket, Key, Body }));

/** A reader with the lines that it logs. */
function createReader(source: string, secrets: OriginSecrets = {}) {
  const origin = parseMountSource(source, () => undefined) as RemoteOrigin;
  const log: string[] = [];
  const options = { hosts: new Set<string>(), log: (line: string) => log.push(line), ...secrets };
  return Object.assign(createRemoteReader(origin, options), { log });
}

const createSwiftReader = (path = "", query = "", credentials = SWIFT_CREDENTIALS) =>
  createReader(`s3://${Bucket}${path}?endpoint=${served.endpoint}${query}`, {
    getCredentials: () => credentials,
  });

Deno.test("RangeClient reads objects of Swift, until they are replaced", async () => {
  using remote = createSwiftReader("/films");
  const { reader } = remote;
  const { ETag } = await put("films/a b/c+d.mp4");
  const opened = (await reader.open("a b/c+d.mp4", signal))!;
  const { file } = opened;
  assertEquals([file.size, file.etag, opened.head], [300_000, ETag, BYTES.subarray(0, 65536)]);
  assertEquals(await reader.read(file, 1000, 300_000, signal), BYTES.subarray(1000));
  assert((await reader.open("a b/c+d.mp4", signal, file))?.file === file);
  assertEquals(await reader.open("none.mp4", signal), undefined);
  await put("films/a b/c+d.mp4", BYTES.toReversed());
  await assertRejects(() => reader.read(file, 0, 10, signal), SourceChanged);
  const next = (await reader.open("a b/c+d.mp4", signal, file))!;
  assertEquals(next.head, BYTES.toReversed().subarray(0, 65536));
});

Deno.test("RangeClient reads multipart uploads and empty objects of Swift", async () => {
  using remote = createSwiftReader();
  const { reader } = remote;
  const parts = [BYTES.subarray(0, 100_000), BYTES.subarray(100_000)];
  const ETag = await uploadInParts(served.client, { Bucket, Key: "parts.mp4" }, parts);
  const { file } = (await reader.open("parts.mp4", signal))!;
  assertEquals([file.size, file.etag], [300_000, ETag]);
  assertEquals(await reader.read(file, 99_000, 101_000, signal), BYTES.subarray(99_000, 101_000));
  await put("empty.mp4", "");
  assertEquals((await reader.open("empty.mp4", signal))?.file.size, 0);
});

Deno.test("RangeClient lists objects of Swift, and opens what it lists", async () => {
  using remote = createSwiftReader("/odd");
  const { reader } = remote;
  for (const name of ODD_NAMES) {
    await put(`odd/${name}`, name);
    await put(`odd/${name}!/${name}`, name);
  }
  for (const key of ["odd/", "odd/.", "odd/..", "odd//x", "odd/../x"]) await put(key, key);
  const entries = (await reader.list("", signal))!;
  const list = (kind: string) =>
    entries.filter((it) => it.kind === kind).map(({ name }) => name).sort();
  assertEquals(list("file"), ODD_NAMES.toSorted());
  assertEquals(list("directory"), ODD_NAMES.map((name) => `${name}!`).sort());
  for (const name of ODD_NAMES) {
    const entry = entries.find((it) => it.name === name)!;
    const { file, head } = (await reader.open(name, signal))!;
    assertEquals(new TextDecoder().decode(head), name);
    assertEquals([entry.size, entry.etag], [file.size, file.etag]);
    assertEquals((await reader.list(`${name}!`, signal))?.map((it) => it.name), [name]);
  }
  assertEquals(await reader.list("none", signal), undefined);
});

Deno.test("writeRemoteObject() replaces an object of Swift", async () => {
  const origin = parseMountSource(
    `s3://${Bucket}/new?endpoint=${served.endpoint}`,
    () => undefined,
  ) as S3Origin;
  const write = (text: string, secretAccessKey = "secret") => {
    const bytes = new TextEncoder().encode(text);
    const object = { path: "a b/+.json", bytes, type: "application/json", signal };
    const getCredentials = () => ({ ...SWIFT_CREDENTIALS, secretAccessKey });
    return writeRemoteObject(origin, object, { hosts: new Set(), getCredentials });
  };
  using remote = createSwiftReader("/new");
  for (const text of ["{}", '{"ams":1}']) {
    const etag = await write(text);
    const { file, head } = (await remote.reader.open("a b/+.json", signal))!;
    assertEquals([file.etag, new TextDecoder().decode(head)], [etag, text]);
  }
  const error = await assertRejects(() => write("x", "other"), SourceError);
  assertEquals(error.code, "SOURCE_DENIED");
  assertEquals((await remote.reader.open("a b/+.json", signal))?.file.size, 9);
});

const refusals: [name: string, query: string, secret: string, line: RegExp][] = [
  ["another secret", "", "other/+", /the signature does not match/],
  [
    "another region",
    "&region=eu-west-1",
    "secret",
    /the bucket is in another region: expected region=us-east-1/,
  ],
];

for (const [name, query, secretAccessKey, line] of refusals) {
  Deno.test(`RangeClient reports that Swift denies ${name}`, async () => {
    using remote = createSwiftReader("", query, { ...SWIFT_CREDENTIALS, secretAccessKey });
    const error = await assertRejects(
      () => remote.reader.open("films/a b/c+d.mp4", signal),
      SourceError,
    );
    assertEquals(error.code, "SOURCE_DENIED");
    assert(line.test(remote.log.join("\n")), remote.log.join("\n"));
  });
}

Deno.test("RangeClient reads files of nginx, also where that compresses", async () => {
  using directory = createTemporaryDirectory();
  await Deno.chmod(directory.path, 0o755);
  const text = "WEBVTT\n\n".repeat(10_000);
  for (const name of ODD_NAMES) await Deno.writeFile(`${directory.path}/${name}.mp4`, BYTES);
  await Deno.writeTextFile(`${directory.path}/a.vtt`, text);
  await Deno.writeTextFile(`${directory.path}/empty.vtt`, "");
  await using nginx = await startStaticNginx(directory.path, "gzip on; gzip_types *;");
  const compressed = await fetch(`${nginx.url}/a.vtt`, { headers: { "accept-encoding": "gzip" } });
  assertEquals(compressed.headers.get("content-encoding"), "gzip"); // unlike what follows
  await compressed.body?.cancel();
  using remote = createReader(nginx.url);
  const { reader } = remote;
  for (const name of ODD_NAMES) {
    const { file, head } = (await reader.open(`${name}.mp4`, signal))!;
    assertEquals(head, BYTES.subarray(0, 65536));
    assertEquals(await reader.read(file, 65536, 300_000, signal), BYTES.subarray(65536));
    assert((await reader.open(`${name}.mp4`, signal, file))?.file === file);
  }
  assertEquals(
    new TextDecoder().decode((await reader.open("a.vtt", signal))?.head),
    text.slice(0, 65536),
  );
  assertEquals((await reader.open("empty.vtt", signal))?.file.size, 0);
  assertEquals(await reader.open("none", signal), undefined);
  await Deno.mkdir(`${directory.path}/films`);
  assertEquals(await reader.open("films", signal), undefined);
});
