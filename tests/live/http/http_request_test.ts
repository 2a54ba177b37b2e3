import { assertEquals, assertRejects } from "@std/assert";
import { HttpRequestReader } from "../../../lib/live/http/http_request.ts";
import { IngestError } from "../../../lib/live/ingest_error.ts";
import { StreamReader } from "../../../lib/live/http/stream_reader.ts";
import { MemoryConnection, splitAt, toBytes } from "../memory_connection.ts";

function open(pieces: readonly Uint8Array[], ending: "open" | "end" | "reset" = "end") {
  const connection = new MemoryConnection(pieces, ending);
  const send = async (bytes: Uint8Array) => void await connection.write(bytes);
  return new HttpRequestReader(new StreamReader(connection), send);
}

async function readAll(requests: HttpRequestReader): Promise<string[]> {
  const read: string[] = [];
  while (true) {
    const request = await requests.read();
    if (!request) return read;
    let text = `${request.method} ${request.target} `;
    for await (const piece of request.body) text += new TextDecoder().decode(piece);
    read.push(text);
  }
}

const PIPELINED = [
  "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
  "\r\n",
  "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\ndefg",
  "GET /c HTTP/1.1\r\nHost: a\r\n\r\n",
].join("");

Deno.test("read() reads pipelined requests split at every position", async () => {
  const bytes = toBytes(PIPELINED);
  for (let at = 0; at < bytes.length; at++) {
    const read = await readAll(open(splitAt(bytes, at)));
    assertEquals(read, ["PUT /a abc", "POST /b defg", "GET /c "], `at ${at}`);
  }
});

Deno.test("read() reads pipelined requests byte by byte", async () => {
  const bytes = toBytes(PIPELINED);
  const read = await readAll(open(splitAt(bytes, ...Array.from(bytes.keys()).slice(1))));
  assertEquals(read, ["PUT /a abc", "POST /b defg", "GET /c "]);
});

Deno.test("read() resolves to undefined at the end of the connection", async () => {
  assertEquals(await open([]).read(), undefined);
  assertEquals(await open([toBytes("\r\n\r\n")]).read(), undefined);
});

Deno.test("read() rejects headers that end with the connection", async () => {
  const head = "PUT /a HTTP/1.1\r\nHost: a\r\n\r\n";
  for (let end = 1; end < head.length; end++) {
    const error = await assertRejects(
      () => open([toBytes(head.slice(0, end))]).read(),
      IngestError,
    );
    assertEquals([error.status, error.message], [
      400,
      "Cannot read the headers: the connection ended before they did",
    ]);
  }
});

for (const [length, isRead] of [[16384, true], [16385, false], [60000, false]] as const) {
  Deno.test(`read() ${isRead ? "reads" : "rejects"} headers of ${length} bytes`, async () => {
    const start = "PUT /a HTTP/1.1\r\nHost: a\r\nX: ";
    const bytes = toBytes(`${start}${"x".repeat(length - start.length)}\r\n\r\n`);
    for (const pieces of [[bytes], splitAt(bytes, 1000, 9000, length - 1, length + 2)]) {
      const read = open(pieces).read();
      if (isRead) assertEquals((await read)?.target, "/a");
      else assertEquals((await assertRejects(() => read, IngestError)).status, 431);
    }
  });
}

Deno.test("read() reads endless headers no further than the limit", async () => {
  const pieces = Array.from({ length: 100 }, () => toBytes("x".repeat(1000)));
  const connection = new MemoryConnection(pieces);
  const requests = new HttpRequestReader(new StreamReader(connection), () => Promise.resolve());
  await assertRejects(() => requests.read(), IngestError, "more than 16384 bytes");
  assertEquals(connection.received, 17000);
});

Deno.test("read() has 100 Continue sent when the body is read", async () => {
  const connection = new MemoryConnection([
    toBytes("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"),
  ]);
  const requests = new HttpRequestReader(new StreamReader(connection), async (bytes) => {
    await connection.write(bytes);
    connection.push("abc");
  });
  const request = await requests.read();
  assertEquals(connection.sent, "");
  for await (const piece of request!.body) assertEquals(piece, toBytes("abc"));
  assertEquals(connection.sent, "HTTP/1.1 100 "); // the first of two parts
});
