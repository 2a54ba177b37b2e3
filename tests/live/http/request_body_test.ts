import { assertEquals, assertRejects } from "@std/assert";
import { IngestError } from "../../../lib/live/ingest_error.ts";
import { IngestBody } from "../../../lib/live/http/request_body.ts";
import { StreamReader } from "../../../lib/live/http/stream_reader.ts";
import { MemoryConnection, splitAt, toBytes } from "../memory_connection.ts";

type Length = number | "chunked";

function open(connection: MemoryConnection, length: Length, sendContinue?: () => Promise<void>) {
  const reader = new StreamReader(connection);
  return { reader, body: new IngestBody({ reader, length, sendContinue }) };
}

async function readText(body: IngestBody): Promise<string> {
  let text = "";
  for await (const piece of body) text += new TextDecoder().decode(piece);
  return text;
}

const bodies: [length: Length, text: string, body: string][] = [
  [0, "", ""],
  [9, "some data", "some data"],
  ["chunked", "0\r\n\r\n", ""],
  ["chunked", "4\r\nsome\r\n5\r\n data\r\n0\r\n\r\n", "some data"],
  ["chunked", '0009 ;a="b"\r\nsome data\r\n000;c\r\nX: 1\r\nY: 2\r\n\r\n', "some data"],
  ["chunked", "A\r\n0123456789\r\n0\r\n\r\n", "0123456789"],
];

for (const [length, text, expected] of bodies) {
  Deno.test(`IngestBody reads ${JSON.stringify(text)} split at every position`, async () => {
    const bytes = toBytes(`${text}PUT /`);
    for (let at = 1; at < bytes.length; at++) {
      const { body, reader } = open(new MemoryConnection(splitAt(bytes, at)), length);
      assertEquals(await readText(body), expected, `at ${at}`);
      assertEquals([body.isWhole, body.isAtEnd, body.size], [true, true, expected.length]);
      while (reader.received.length < 5) await reader.receive();
      assertEquals(reader.received, toBytes("PUT /"));
    }
  });

  Deno.test(`IngestBody reads ${JSON.stringify(text)} byte by byte`, async () => {
    const bytes = toBytes(text);
    const offsets = Array.from(bytes.keys()).slice(1);
    const { body } = open(new MemoryConnection(splitAt(bytes, ...offsets)), length);
    assertEquals(await readText(body), expected);
  });

  Deno.test(`IngestBody is incomplete when ${JSON.stringify(text)} ends early`, async () => {
    const wholeAt = length === "chunked" ? text.search(/(^|\n)0+(;.)?\r\n/) : text.length;
    const isWholeFrom = length === "chunked" ? text.indexOf("\r\n", wholeAt + 1) + 2 : text.length;
    for (let end = 0; end < text.length; end++) {
      for (const ending of ["end", "reset"] as const) {
        const connection = new MemoryConnection([toBytes(text.slice(0, end))], ending);
        const { body } = open(connection, length);
        if (end < isWholeFrom) {
          const error = await assertRejects(() => readText(body), IngestError, "before it was");
          assertEquals(error.code, "BODY_INCOMPLETE");
          await assertRejects(() => readText(body), IngestError);
        } else {
          assertEquals(await readText(body), expected);
        }
        assertEquals([body.isWhole, body.isAtEnd], [end >= isWholeFrom, false], `at ${end}`);
      }
    }
  });
}

const malformed = [
  "\r\n",
  "g\r\n",
  "-1\r\n",
  "0x4\r\nsome\r\n",
  "4\nsome\r\n",
  "4\r\nsome data\r\n",
  "4\r\nsome\n0\r\n\r\n",
  "10000000000000\r\n",
  `4;${"x".repeat(1100)}\r\n`,
  "4 5\r\nsome\r\n",
];

for (const text of malformed) {
  Deno.test(`IngestBody rejects ${JSON.stringify(text.slice(0, 30))}`, async () => {
    const { body } = open(new MemoryConnection([toBytes(text)]), "chunked");
    const error = await assertRejects(() => readText(body), IngestError, "a chunk is malformed");
    assertEquals([error.status, body.isWhole], [400, false]);
  });
}

Deno.test("IngestBody reads no more of trailers than 16 KB, and stays whole", async () => {
  const pieces = Array.from({ length: 20 }, () => toBytes(`X: ${"x".repeat(1000)}\r\n`));
  const { body } = open(new MemoryConnection([toBytes("0\r\n"), ...pieces]), "chunked");
  assertEquals(await readText(body), "");
  assertEquals([body.isWhole, body.isAtEnd], [true, false]);
});

Deno.test("IngestBody is received no faster than it is iterated", async () => {
  const connection = new MemoryConnection([new Uint8Array(10_000_000)], "open");
  const { body } = open(connection, 10_000_000);
  let last = 0;
  for await (const { length } of body) {
    assertEquals(connection.received - body.size <= 65536 && length <= 65536, true);
    last = connection.received;
    await Promise.resolve();
    assertEquals(connection.received, last);
  }
  assertEquals([last, body.size], [10_000_000, 10_000_000]);
});

Deno.test("IngestBody can be iterated in turns", async () => {
  const { body } = open(
    new MemoryConnection([toBytes("3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n")]),
    "chunked",
  );
  for await (const piece of body) {
    assertEquals(piece, toBytes("abc"));
    break;
  }
  assertEquals(body.isWhole, false);
  assertEquals(await readText(body), "def");
  assertEquals(await readText(body), "");
});

for (
  const [received, isSent] of [["", true], ["3\r\nabc\r\n0\r\n\r\n", false]] as const
) {
  Deno.test(`IngestBody ${isSent ? "asks" : "does not ask"} for a body that begins with '${received}'`, async () => {
    const connection = new MemoryConnection(received ? [toBytes(received)] : []);
    let sent = 0;
    const { body, reader } = open(connection, "chunked", () => {
      sent++;
      connection.push("3\r\nabc\r\n0\r\n\r\n");
      return Promise.resolve();
    });
    if (received) await reader.receive();
    assertEquals(sent, 0);
    assertEquals(await readText(body), "abc");
    assertEquals(sent, isSent ? 1 : 0);
  });
}
