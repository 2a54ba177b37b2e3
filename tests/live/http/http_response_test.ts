import { assertEquals } from "@std/assert";
import { formatResponse, INGESTED, toErrorResponse } from "../../../lib/live/http/http_response.ts";
import { IngestError } from "../../../lib/live/ingest_error.ts";

const NOW = { nowMs: Date.UTC(2026, 10, 29, 12, 0, 1), isLast: false };

const format = (...args: Parameters<typeof formatResponse>) =>
  new TextDecoder().decode(formatResponse(...args));

Deno.test("formatResponse() writes an empty response after which the connection stays open", () => {
  assertEquals(
    format(INGESTED, NOW),
    "HTTP/1.1 200 OK\r\nDate: Sun, 29 Nov 2026 12:00:01 GMT\r\nContent-Length: 0\r\n\r\n",
  );
});

Deno.test("formatResponse() writes the body of an error, in UTF-8", () => {
  const error = new IngestError("NOT_FOUND", 'Cannot find the channel "é.json"');
  const body =
    '{"status":"ERROR","code":"NOT_FOUND","reason":"Cannot find the channel \\"é.json\\""}\n';
  const head = [
    "HTTP/1.1 404 Not Found",
    "Date: Sun, 29 Nov 2026 12:00:01 GMT",
    "Content-Type: application/json",
    "AMS-Error: NOT_FOUND",
    `Content-Length: ${body.length + 1}`,
    "Connection: close\r\n\r\n",
  ].join("\r\n");
  assertEquals(format(toErrorResponse(error), { ...NOW, isLast: true }), head + body);
  const options = { ...NOW, isLast: true, omitsBody: true };
  assertEquals(format(toErrorResponse(error), options), head);
});

const headers = [
  ["UNAUTHORIZED", 'WWW-Authenticate: Basic realm="ams"'],
  ["METHOD_NOT_ALLOWED", "Allow: PUT, POST, DELETE"],
  ["DRAINING", "Retry-After: 1"],
] as const;

for (const [code, header] of headers) {
  Deno.test(`toErrorResponse() sends ${header} with ${code}`, () => {
    const text = format(toErrorResponse(new IngestError(code, "Cannot")), NOW);
    assertEquals(text.includes(`\r\n${header}\r\n`), true, text);
  });
}
