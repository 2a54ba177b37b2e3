/** Swift stands in for S3 in these tests: what it does with ranges, validators, multipart uploads and keys. */

import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
} from "npm:@aws-sdk/client-s3@3.1169.0";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createS3Client, serveBucket, SWIFT_CREDENTIALS, uploadInParts } from "./swift_server.ts";

const Bucket = "media";

/** Sorted by their UTF-8, as listings are. */
const ODD_KEYS = [
  "odd/!(*)",
  "odd/100%",
  "odd/a b",
  "odd/a&b",
  "odd/a+b",
  "odd/a=b?c#d",
  "odd/it's",
  "odd/ä€😀",
];

const served = serveBucket(Bucket);

async function readRange(Key: string, Range: string, IfMatch?: string) {
  const options = { Bucket, Key, Range, ...(IfMatch && { IfMatch }) };
  const { Body, ContentRange, ETag } = await served.client.send(new GetObjectCommand(options));
  return { text: await Body!.transformToString(), range: ContentRange, etag: ETag };
}

/** Status of the response to a request that fails. */
async function findStatus(request: Promise<unknown>): Promise<number | undefined> {
  const error = await assertRejects(() => request, S3ServiceException);
  return error.$metadata.httpStatusCode;
}

Deno.test("Swift gives a range of an object if its ETag matches", async () => {
  const Key = "film.mp4";
  const { ETag } = await served.client.send(
    new PutObjectCommand({ Bucket, Key, Body: "0123456789" }),
  );
  assertMatch(ETag!, /^"[0-9a-f]{32}"$/);
  const expected = { text: "234", range: "bytes 2-4/10", etag: ETag };
  assertEquals(await readRange(Key, "bytes=2-4", ETag), expected);
  assertEquals(await findStatus(readRange(Key, "bytes=2-4", '"other"')), 412);
  assertEquals(await findStatus(readRange(Key, "bytes=10-19", ETag)), 416);
  assertEquals(await findStatus(readRange("none.mp4", "bytes=0-9")), 404);
});

Deno.test("Swift gives ranges across the parts of a multipart upload, whose ETag is no digest", async () => {
  const object = { Bucket, Key: "parts.mp4" };
  const parts = ["aaaa", "bbbb", "cc"].map((text) => new TextEncoder().encode(text));
  const ETag = await uploadInParts(served.client, object, parts);
  assertMatch(ETag!, /^"[0-9a-f]{32}-3"$/);
  const expected = { text: "abbbbc", range: "bytes 3-8/10", etag: ETag };
  assertEquals(await readRange(object.Key, "bytes=3-8", ETag), expected);
});

Deno.test("Swift keeps and lists keys with every kind of character", async () => {
  for (const Key of [...ODD_KEYS, "odd/sub/key", "odd/"]) {
    await served.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    assertEquals((await readRange(Key, "bytes=0-99")).text, Key);
  }
  const listing = { Bucket, Prefix: "odd/", Delimiter: "/", EncodingType: "url" } as const;
  const { Contents, CommonPrefixes } = await served.client.send(new ListObjectsV2Command(listing));
  const keys = Contents!.map(({ Key }) => decodeURIComponent(Key!));
  assertEquals(keys, ["odd/", ...ODD_KEYS]); // the first is a marker of the directory
  assertEquals(CommonPrefixes, [{ Prefix: "odd/sub/" }]);
});

Deno.test("Swift lists in pages", async () => {
  const page = { Bucket, Prefix: "odd/", MaxKeys: 3 };
  const first = await served.client.send(new ListObjectsV2Command(page));
  assertEquals([first.Contents!.length, first.IsTruncated], [3, true]);
  const ContinuationToken = first.NextContinuationToken!;
  const second = await served.client.send(new ListObjectsV2Command({ ...page, ContinuationToken }));
  assertEquals(second.Contents![0]!.Key, ODD_KEYS[2]);
});

Deno.test("Swift refuses a signature with another secret", async () => {
  const credentials = { ...SWIFT_CREDENTIALS, secretAccessKey: "other" };
  const other = createS3Client(served.endpoint, credentials);
  const request = other.send(new GetObjectCommand({ Bucket, Key: "film.mp4" }));
  assertEquals(await findStatus(request), 403);
  other.destroy();
});
