import { assertEquals, assertThrows } from "@std/assert";
import { IngestError } from "../../../lib/live/ingest_error.ts";
import { parseRequestHead } from "../../../lib/live/http/request_head.ts";
import { toBytes } from "../memory_connection.ts";

const parse = (...lines: string[]) => parseRequestHead(toBytes(lines.join("\r\n")));

Deno.test("parseRequestHead() reads what ffmpeg 5.1 sends", () => {
  const head = parse(
    "POST /live/news.json/KEY/feed HTTP/1.1",
    "Transfer-Encoding: chunked",
    "User-Agent: Lavf/59.27.100",
    "Accept: */*",
    "Expect: 100-continue",
    "Connection: close",
    "Host: 127.0.0.1:1935",
    "Icy-MetaData: 1",
  );
  assertEquals([head.method, head.target], ["POST", "/live/news.json/KEY/feed"]);
  assertEquals([head.bodyLength, head.expectsContinue, head.isPersistent], [
    "chunked",
    true,
    false,
  ]);
  assertEquals(head.headers.get("user-agent"), "Lavf/59.27.100");
});

Deno.test("parseRequestHead() joins repeated headers, and trims values", () => {
  const { headers } = parse("PUT / HTTP/1.1", "Host:a", "X-A: \t1 ", "x-a:2", "Empty:");
  assertEquals(Object.fromEntries(headers), { host: "a", "x-a": "1, 2", empty: "" });
});

Deno.test("parseRequestHead() reads a path in UTF-8", () => {
  assertEquals(parse("PUT /é.json HTTP/1.1", "Host: a").target, "/é.json");
});

const accepted: [headers: string, bodyLength: number | "chunked", isPersistent: boolean][] = [
  ["Content-Length: 17", 17, true],
  ["Content-Length: 007", 7, true],
  ["Accept: */*", 0, true],
  ["Transfer-Encoding: Chunked", "chunked", true],
  ["Transfer-Encoding: \t chunked \t", "chunked", true],
  ["Connection: keep-alive", 0, true],
  ["Connection: TE, Close", 0, false],
];

for (const [header, bodyLength, isPersistent] of accepted) {
  Deno.test(`parseRequestHead() understands ${header}`, () => {
    const head = parse("PUT / HTTP/1.1", "Host: a", header);
    assertEquals([head.bodyLength, head.isPersistent], [bodyLength, isPersistent]);
  });
}

Deno.test("parseRequestHead() takes HTTP/1.0 for the last request, which waits for nothing", () => {
  const head = parse("PUT / HTTP/1.0", "Content-Length: 5", "Expect: 100-continue");
  assertEquals([head.bodyLength, head.expectsContinue, head.isPersistent], [5, false, false]);
});

const LINE = "PUT / HTTP/1.1";

const rejected: [lines: string[], status: number][] = [
  [[""], 400],
  [["PUT /"], 400],
  [["PUT  / HTTP/1.1", "Host: a"], 400],
  [["PUT /a b HTTP/1.1", "Host: a"], 400],
  [["PUT /\u0001 HTTP/1.1", "Host: a"], 400],
  [["P(T / HTTP/1.1", "Host: a"], 400],
  [["PUT / HTTP/1.1 ", "Host: a"], 400],
  [["PRI * HTTP/2.0"], 505],
  [[LINE], 400],
  [[LINE, "Host: a", "Host: a"], 400],
  [[LINE, "Host : a"], 400],
  [[LINE, "Host: a", " folded"], 400],
  [[LINE, "Host: a", ":b"], 400],
  [[LINE, "Host: a", "no colon"], 400],
  [[LINE, "Host: a", "X: 1\n2"], 400],
  [[LINE, "Host: a", "X: 1\r2"], 400],
  [[LINE, "Host: a", "X: 1\x002"], 400],
  [[LINE, "Host: a", "Content-Length: 5", "Content-Length: 5"], 400],
  [[LINE, "Host: a", "Content-Length: -5"], 400],
  [[LINE, "Host: a", "Content-Length: 5, 5"], 400],
  [[LINE, "Host: a", "Content-Length: 1e3"], 400],
  [[LINE, "Host: a", "Content-Length:"], 400],
  [[LINE, "Host: a", "Content-Length: 9007199254740993"], 400],
  [[LINE, "Host: a", "Content-Length: 5", "Transfer-Encoding: chunked"], 400],
  [[LINE, "Host: a", "Transfer-Encoding: gzip, chunked"], 501],
  [[LINE, "Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], 501],
  [[LINE, "Host: a", "Transfer-Encoding:"], 501],
  [[LINE, "Host: a", "Transfer-Encoding: chun\u212Aed"], 501], // the sign of Kelvin
  [[LINE, "Host: a", "Transfer-Encoding: \xa0chunked"], 501],
  [[LINE, "Host: a", "Transfer-Encoding: \x0bchunked"], 400],
  [[LINE, "Host: a", "X: \x7f"], 400],
  [["\uFEFFPUT / HTTP/1.1", "Host: a"], 400],
  [["PUT / HTTP/1.0", "Transfer-Encoding: chunked"], 400],
  [[LINE, "Host: a", "Expect: 200-ok"], 417],
  [[LINE, "Host: a", "Authorization: a", "Authorization: b"], 400],
];

for (const [lines, status] of rejected) {
  Deno.test(`parseRequestHead() rejects ${JSON.stringify(lines)} with ${status}`, () => {
    const error = assertThrows(() => parse(...lines), IngestError, "Cannot ");
    assertEquals(error.status, status);
  });
}

Deno.test("parseRequestHead() rejects bytes that are not UTF-8 in the path", () => {
  const bytes = toBytes("PUT /? HTTP/1.1\r\nHost: a");
  bytes[5] = 0xff;
  assertThrows(() => parseRequestHead(bytes), IngestError, "the request line");
});
