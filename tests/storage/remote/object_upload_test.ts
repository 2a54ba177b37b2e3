import { assertEquals } from "@std/assert";
import { SourceError } from "../../../lib/errors.ts";
import { uploadObject } from "../../../lib/storage/remote/object_upload.ts";
import { parseMountSource } from "../../../lib/storage/remote/mount_source.ts";
import type { S3Origin } from "../../../lib/storage/remote/origin.ts";
import { S3Signer } from "../../../lib/storage/remote/signer.ts";
import { RemoteClient } from "./remote_client.ts";
import { TestOrigin } from "./test_origin.ts";

const { signal } = new AbortController();

const ORIGIN = parseMountSource(
  "s3://media/films?endpoint=https://s3.example",
  () => undefined,
) as S3Origin;

const BYTES = new TextEncoder().encode('{"ams":1}');

const signer = new S3Signer({
  region: "us-east-1",
  getCredentials: () => ({ accessKeyId: "a", secretAccessKey: "b" }),
  now: () => Date.UTC(2026, 10, 30),
});

/** Uploads to a bucket that responds in turn. */
async function upload(path: string, ...responses: [status: number, body?: string][]) {
  const sent: { url: string; method: string | undefined; headers: Headers; body: unknown }[] = [];
  await using remote = new RemoteClient(await TestOrigin.start(), {
    signer,
    fetch(url, { method, headers, body }) {
      sent.push({ url: `${url}`, method, headers: new Headers(headers), body });
      const [status, text] = responses[Math.min(sent.length, responses.length) - 1]!;
      const stream = text === undefined ? null : new Blob([text]).stream();
      return Promise.resolve(new Response(stream, { status, headers: { etag: '"x"' } }));
    },
  }, ORIGIN);
  const object = { path, bytes: BYTES, type: "application/json", signal };
  const result = await uploadObject(remote.client, ORIGIN, object).catch((error) => error);
  return { result, sent, log: remote.log };
}

Deno.test("uploadObject() writes an object by one PUT, whose body is signed", async () => {
  const { result, sent } = await upload("new/a b.json", [200, ""]);
  assertEquals(result, '"x"');
  const { url, method, headers, body } = sent[0]!;
  assertEquals([sent.length, method, url, body], [
    1,
    "PUT",
    "https://s3.example/media/films/new/a%20b.json",
    BYTES,
  ]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", BYTES)).toHex();
  assertEquals([headers.get("content-type"), headers.get("x-amz-content-sha256")], [
    "application/json",
    digest,
  ]);
  const other = await signer.sign(new URL(url));
  const own = await signer.sign(new URL(url), { body: BYTES, digest });
  assertEquals([headers.get("authorization"), own.authorization === other.authorization], [
    own.authorization!,
    false,
  ]);
});

Deno.test("uploadObject() tries again while the origin is overloaded", async () => {
  const { result, sent } = await upload("a.json", [503], [500], [200]);
  assertEquals([result, sent.length], ['"x"', 3]);
});

const failures: [status: number, body: string, code: string, message: string][] = [
  [403, "<Code>AccessDenied</Code>", "SOURCE_DENIED", "it denies that, or has no such bucket"],
  [404, "<Code>NoSuchBucket</Code>", "SOURCE_DENIED", "it denies that, or has no such bucket"],
  [403, "<Code>SignatureDoesNotMatch</Code>", "SOURCE_DENIED", "it denies access to ams"],
  [503, "", "SOURCE_UNAVAILABLE", "it responds with status 503"],
  [409, "", "SOURCE_INVALID", "it responds with status 409"],
];

for (const [status, body, code, message] of failures) {
  Deno.test(`uploadObject() reports ${status} ${body}`, async () => {
    const { result } = await upload("a.json", [status, body]);
    assertEquals([result.code, result.message], [
      code,
      `Cannot write 'a.json' to its origin: ${message}`,
    ]);
  });
}

Deno.test("uploadObject() writes to no key that could not be read", async () => {
  const { result, sent } = await upload("a/../b.json", [200]);
  assertEquals([result instanceof SourceError, sent.length], [true, 0]);
});
