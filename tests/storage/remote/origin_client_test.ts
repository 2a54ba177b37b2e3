import { assertEquals, assertRejects } from "@std/assert";
import { SourceError } from "../../../lib/errors.ts";
import { CredentialsMissing, S3Signer } from "../../../lib/storage/remote/signer.ts";
import { RemoteClient } from "./remote_client.ts";
import { TestOrigin } from "./test_origin.ts";

const { signal } = new AbortController();

/** A server that accepts signatures of its own time alone. */
async function createSkewed(now: () => number) {
  const origin = await TestOrigin.start();
  const signer = new S3Signer({
    region: "us-east-1",
    getCredentials: () => ({ accessKeyId: "a", secretAccessKey: "b" }),
    now,
  });
  const remote: RemoteClient = new RemoteClient(origin, {
    signer,
    async fetch(url, init) {
      const time = new Headers(init.headers).get("x-amz-date")!;
      const isoTime = time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z");
      const isSkewed = Math.abs(Date.parse(isoTime) - Date.now()) > 900_000;
      if (isSkewed) origin.fail("403 RequestTimeTooSkewed", 1);
      return await fetch(url, init);
    },
  });
  origin.files.set("/a", { bytes: new Uint8Array(10), etag: '"x"' });
  return remote;
}

Deno.test("OriginClient takes over the clock of an origin, and leaves it", async () => {
  let wrong = 3600_000;
  await using remote = await createSkewed(() => Date.now() + wrong);
  for (const ms of [3600_000, -7200_000, 0]) {
    wrong = ms;
    assertEquals((await remote.reader.open("a", signal))?.file.size, 10);
    assertEquals((await remote.reader.open("a", signal))?.file.size, 10);
  }
  assertEquals(remote.sent.map(({ result }) => result), [
    ...["denied", "success", "success"],
    ...["denied", "success", "success"],
    ...["denied", "success", "success"],
  ]);
  assertEquals(
    remote.log.map((line) =>
      line.replace(/\d+ s/, (text) => `${Math.round(parseInt(text) / 60)} min`)
    ),
    [
      "Clock is 60 min ahead of that of the origin: signatures use the origin's",
      "Clock is 120 min behind that of the origin: signatures use the origin's",
      "Clock agrees with that of the origin: signatures use it",
    ],
  );
});

Deno.test("OriginClient gives up on an origin that rejects its own time", async () => {
  await using remote = await createSkewed(Date.now);
  remote.origin.fail("403 RequestTimeTooSkewed", Infinity);
  const error = await assertRejects(() => remote.reader.open("a", signal), SourceError);
  assertEquals([error.code, remote.sent.length, remote.client.isUp], ["SOURCE_DENIED", 4, true]);
});

Deno.test("OriginClient reports that there are no credentials, and waits for them", async () => {
  await using origin = await TestOrigin.start();
  origin.files.set("/a", { bytes: new Uint8Array(10) });
  let missing = Infinity;
  const sign = () => {
    if (missing-- > 0) throw new CredentialsMissing("Cannot get credentials: no such profile");
    return {};
  };
  await using remote = new RemoteClient(origin, { signer: { sign } });
  const error = await assertRejects(() => remote.reader.open("a", signal), SourceError);
  assertEquals([error.code, error.message, remote.sent.length], [
    "SOURCE_DENIED",
    "Cannot read 'a' from its origin: ams has no credentials for it",
    0,
  ]);
  assertEquals(remote.log, ["Cannot get credentials: no such profile"]);
  missing = 1;
  assertEquals((await remote.reader.open("a", signal))?.file.size, 10);
});

Deno.test("OriginClient logs a fault once a minute", async () => {
  await using remote = await RemoteClient.start();
  const { origin, reader, log } = remote;
  origin.files.set("/a", { bytes: new Uint8Array(10) });
  const faults = ["no range", "another range", "403 AccessDenied", "301 without Location"] as const;
  for (const fault of faults) {
    origin.fail(fault, 3);
    for (let i = 0; i < 3; i++) await reader.open("a", signal).catch(() => {});
  }
  assertEquals(log, [
    "Cannot use a response for 'a': it responds with no range",
    `Cannot use a response for 'a': it responds with another range than bytes 0-9: "bytes 1-10/10"`,
    "Access to 'a' is denied, which counts as not found",
    "Origin denies access: the bucket is in another region: expected region=eu-west-1",
  ]);
});

Deno.test("OriginClient reports each request that the origin sees, with its bytes", async () => {
  await using remote = await RemoteClient.start();
  const { origin, reader, sent } = remote;
  origin.files.set("/a", { bytes: new Uint8Array(100_000), etag: '"x"' });
  const { file } = (await reader.open("a", signal))!;
  origin.fail("503", 2);
  await reader.read(file, 0, 100_000, signal);
  origin.fail("half", 1);
  await reader.read(file, 50_000, 100_000, signal);
  origin.fail("a redirect", 1);
  await reader.open("a", signal);
  await reader.open("none", signal);
  assertEquals(sent.map(({ result, bytes }) => `${result} ${bytes}`), [
    "success 65536",
    ...["failed 0", "failed 0", "success 100000"],
    ...["failed 25000", "success 25000"],
    ...["redirected 0", "success 65536"],
    "missing 13",
  ]);
  assertEquals([origin.requests.length, remote.retries], [sent.length, 3]);
});

Deno.test("OriginClient uses a connection again after short responses", async () => {
  await using remote = await RemoteClient.start();
  const { origin, reader } = remote;
  origin.files.set("/a", { bytes: new Uint8Array(10), etag: '"x"' });
  const { file } = (await reader.open("a", signal))!;
  for (const fault of ["404", "503", "403", "412", "416", "a redirect"] as const) {
    origin.fail(fault, 1);
    await reader.open("a", signal).catch(() => {});
    origin.fail(fault, 1);
    await reader.read(file, 0, 10, signal).catch(() => {});
    await reader.open("a", signal, file);
  }
  assertEquals(origin.connections, 1);
});
