/** Each fault of an origin, once and always: the right bytes or the named code, never wrong bytes. */

import { assert, assertEquals } from "@std/assert";
import { SourceError } from "../../../lib/errors.ts";
import { SourceChanged } from "../../../lib/storage/remote/range_reader.ts";
import { type FaultName, FAULTS } from "./origin_faults.ts";
import { RemoteClient } from "./remote_client.ts";

const BYTES = new Uint8Array(300_000).map((_, i) => i * 31 >> 3);

const FILE = { bytes: BYTES, etag: '"x"', modified: "Mon, 30 Nov 2026 12:00:00 GMT" };

const NAME = "a b+c.mp4";

const { signal } = new AbortController();

type Outcome = "bytes" | "missing" | "changed" | SourceError["code"];

/** How the start of a file and 200,000 bytes of an open file are read. */
interface Row {
  readonly open: Outcome;
  readonly read: Outcome;
  /** Requests of each at most; default: 1. */
  readonly requests?: number;
  /** `fetch()` repeats requests on kept connections by itself. */
  readonly isRepeated?: true;
}

const invalid: Row = { open: "SOURCE_INVALID", read: "SOURCE_INVALID" };
const denied: Row = { open: "SOURCE_DENIED", read: "SOURCE_DENIED" };
const right: Row = { open: "bytes", read: "bytes" };
const changed: Row = { open: "bytes", read: "changed" };
const retried: Row = { ...right, requests: 2 };
const unavailable: Row = { open: "SOURCE_UNAVAILABLE", read: "SOURCE_UNAVAILABLE", requests: 4 };

const table: Record<FaultName, Row | [once: Row, always: Row]> = {
  "500": [retried, unavailable],
  "503": [retried, unavailable],
  "503 of S3": [retried, unavailable],
  "429": [retried, unavailable],
  reset: [{ ...retried, isRepeated: true }, unavailable],
  half: [retried, unavailable],
  silent: [retried, unavailable],
  "2 KB/s": [retried, unavailable],
  "fewer bytes": [retried, { ...invalid, requests: 4 }],
  "more bytes": invalid,
  chunked: right,
  "another range": invalid,
  "no range": invalid,
  "another size": changed,
  "all of the file": invalid,
  gzip: invalid,
  "aws-chunked": right,
  "an empty coding": right,
  "a weak ETag": changed,
  "another ETag": changed,
  "no ETag": { open: "bytes", read: "SOURCE_INVALID" },
  "no validators": { open: "bytes", read: "SOURCE_INVALID" },
  "401": denied,
  "403": denied,
  "403 AccessDenied": { open: "missing", read: "changed" },
  "403 SignatureDoesNotMatch": denied,
  "403 RequestTimeTooSkewed": denied,
  "400 AuthorizationHeaderMalformed": denied,
  "301 without Location": denied,
  "404": { open: "missing", read: "changed" },
  "412": { open: "SOURCE_INVALID", read: "changed" },
  "416": { open: "SOURCE_INVALID", read: "changed" },
  "a redirect": [retried, { ...invalid, requests: 4 }],
  "a redirect elsewhere": invalid,
};

async function observe(
  read: () => Promise<Uint8Array | undefined>,
  start: number,
): Promise<Outcome> {
  try {
    const bytes = await read();
    if (bytes) assert(bytes.every((byte, i) => byte === BYTES[start + i]), "wrong bytes");
    return bytes ? "bytes" : "missing";
  } catch (error) {
    if (error instanceof SourceChanged) return "changed";
    if (!(error instanceof SourceError)) throw error;
    assert(error.message.startsWith(`Cannot read '${NAME}' from its origin: it `), error.message);
    return error.code;
  }
}

const open = async ({ reader }: RemoteClient) => (await reader.open(NAME, signal))?.head;

const ways: [way: "open" | "read", times: number][] = [
  ["open", 1],
  ["open", Infinity],
  ["read", 1],
  ["read", Infinity],
];

for (const name of Object.keys(FAULTS) as FaultName[]) {
  for (const [way, times] of ways) {
    const often = times === 1 ? "once" : "always";
    Deno.test(`RangeClient.${way}() meets ${name} ${often}`, async () => {
      const row = [table[name]].flat()[times === 1 ? 0 : 1] ?? [table[name]].flat()[0]!;
      await using remote = await RemoteClient.start();
      const { origin, reader, sent } = remote;
      origin.files.set(`/${NAME}`, FILE);
      const { file } = (await reader.open(NAME, signal))!;
      const before = sent.length;
      origin.fail(name, times);
      const outcome = way === "open"
        ? await observe(() => open(remote), 0)
        : await observe(() => reader.read(file, 100_000, 300_000, signal), 100_000);
      const { requests = 1, isRepeated } = row;
      const count = sent.length - before;
      assertEquals([outcome, isRepeated ? count <= requests : count], [
        row[way],
        isRepeated ?? requests,
      ]);
      assert(origin.requests.every(({ method, headers }) => method === "GET" && headers.range));
      if (times === 1 && row[way] !== "missing") {
        origin.fail(name, 0);
        assertEquals(await observe(() => open(remote), 0), "bytes", "all is well again");
      }
    });
  }
}
