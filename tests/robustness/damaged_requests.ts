/** Damaged requests of publishers. */

import { assert, assertEquals } from "@std/assert";
import { HttpRequestReader } from "../../lib/live/http/http_request.ts";
import { IngestError } from "../../lib/live/ingest_error.ts";
import { identifyPublisher } from "../../lib/live/publisher.ts";
import { StreamKeys } from "../../lib/live/stream_keys.ts";
import { StreamReader } from "../../lib/live/http/stream_reader.ts";
import type { Prng } from "./prng.ts";
import { MemoryConnection, splitAt, toBytes } from "../live/memory_connection.ts";

const MAX_LENGTH = 20_000;

const KEYS = new StreamKeys([{ name: "main", key: "abcdefghijklmnop" }]);

const REQUESTS = [
  "PUT /live/news.json/abcdefghijklmnop/feed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1f;x=y\r\n0123456789012345678901234567890\r\n0\r\n\r\n",
  "POST /live/news.isml/abcdefghijklmnop/Streams(feed) HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nConnection: keep-alive\r\n\r\nsome content",
  "PUT /live/news.json/a.m4s HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eDphYmNkZWZnaGlqa2xtbm9w\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nabcd",
  "POST /live/news.json/a/b HTTP/1.0\r\nAuthorization: Bearer abcdefghijklmnop\r\nContent-Length: 2\r\n\r\nab",
  "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
];

const TOKENS = [
  ...["\r\n", "\r", "\n", "\r\n\r\n", "\0", " ", ":", ";", ",", "0", "ffffffff", "0\r\n\r\n", "-1"],
  ...[
    "Content-Length: 99\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Connection: close\r\n",
    "%2f",
    "..",
  ],
  ...[
    "Expect: 100-continue\r\n",
    "Host: b\r\n",
    "HTTP/1.1",
    "HTTP/9.9",
    "é",
    "\ufffd",
    "?",
    "#",
    "*",
  ],
];

function buildInput(prng: Prng): Uint8Array {
  const requests = Array.from({ length: 1 + prng.below(3) }, () => prng.pick(REQUESTS));
  let bytes = toBytes(requests.join(""));
  for (let i = prng.below(4); i > 0; i--) bytes = damage(bytes, prng);
  return bytes.subarray(0, MAX_LENGTH);
}

function damage(bytes: Uint8Array, prng: Prng): Uint8Array<ArrayBuffer> {
  const at = prng.below(bytes.length + 1);
  const end = Math.min(at + prng.below(20), bytes.length);
  const inserted = prng.below(4) === 0
    ? Uint8Array.from({ length: 1 + prng.below(20) }, () => prng.below(256))
    : toBytes(prng.pick(TOKENS).repeat(prng.below(50) === 0 ? 4000 : 1));
  const replaced = prng.below(2) === 0 ? end : at;
  return Uint8Array.from([...bytes.subarray(0, at), ...inserted, ...bytes.subarray(replaced)]);
}

/** Describes everything that is read of the pieces. */
async function readPieces(pieces: readonly Uint8Array[]): Promise<string[]> {
  const connection = new MemoryConnection(pieces, "end");
  const requests = new HttpRequestReader(new StreamReader(connection), () => Promise.resolve());
  const read: string[] = [];
  try {
    for (let isOpen = true; isOpen;) {
      const request = await requests.read();
      if (!request) return read;
      let size = 0;
      read.push(`${request.method} ${request.target}`, identify(request));
      for await (const { length } of request.body) size += length;
      read.push(`${size} bytes`);
      isOpen = request.body.isAtEnd && request.isPersistent;
      assert(request.body.isWhole);
    }
  } catch (error) {
    read.push(describe(error));
  }
  return read;
}

function identify(request: Parameters<typeof identifyPublisher>[0] | object): string {
  try {
    const { stream } = identifyPublisher(
      { ...request, remoteAddress: "::1" } as Parameters<typeof identifyPublisher>[0],
      () => KEYS,
    );
    assert(/^[A-Za-z0-9_=-]{1,100}$/.test(stream), stream);
    return stream;
  } catch (error) {
    return describe(error);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof IngestError)) throw error;
  assert(error.status >= 400 && error.message.startsWith("Cannot "), error.message);
  assert(!error.message.includes("abcdefghijklmnop"), error.message);
  return `${error.status} ${error.message}`;
}

function pickOffsets(length: number, prng: Prng): number[] {
  const count = 1 + prng.below(6);
  return Array.from({ length: count }, () => prng.below(length + 1)).sort((a, b) => a - b);
}

/** Reads requests that are damaged, whole and in pieces. Returns false if one is rejected. */
export async function readDamagedRequests(prng: Prng): Promise<boolean> {
  const bytes = buildInput(prng);
  const whole = await readPieces([bytes]);
  const split = await readPieces(splitAt(bytes, ...pickOffsets(bytes.length, prng)));
  assertEquals(split, whole, new TextDecoder().decode(bytes));
  return !whole.some((line) => /^[45]/.test(line));
}
