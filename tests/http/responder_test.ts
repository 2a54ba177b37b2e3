import { assertEquals } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { Cors } from "../../lib/http/cors.ts";
import { IMMUTABLE } from "../../lib/http/resource.ts";
import { Responder } from "../../lib/http/responder.ts";

const BYTES = Uint8Array.of(0, 1, 2, 3, 4);
const responder = new Responder(new Cors([]));

const cases: [
  request: string,
  headers: Record<string, string>,
  status: number,
  body: number[],
  reads: number,
][] = [
  ["GET", {}, 200, [0, 1, 2, 3, 4], 1],
  ["GET", { range: "bytes=1-2" }, 206, [1, 2], 1],
  ["HEAD", {}, 200, [], 0],
  ["GET", { "if-none-match": '"e"' }, 304, [], 0],
];

for (const [method, headers, status, body, reads] of cases) {
  Deno.test(`Responder.respond() responds to ${method} ${JSON.stringify(headers)} with ${status}`, async () => {
    const resource = { type: "text/plain", etag: '"e"', size: 5, caching: IMMUTABLE };
    const request = { method, rawPath: "/", headers: new Headers(headers) };
    let count = 0;
    const response = await responder.respond(request, resource, ({ start, end }) => {
      count++;
      return BYTES.subarray(start, end);
    });
    assertEquals([response.status, [...await response.bytes()], count], [status, body, reads]);
    assertEquals(response.headers.get("etag"), '"e"');
  });
}

Deno.test("Responder.respondWithError() writes the code into a header and the body", async () => {
  const request = { method: "GET", rawPath: "/", headers: new Headers() };
  const error = new RequestError("NOT_FOUND", "Cannot find 'a'");
  const response = responder.respondWithError(request, error);
  assertEquals([response.status, response.headers.get("ams-error")], [404, "NOT_FOUND"]);
  const expected = { status: "ERROR", code: "NOT_FOUND", reason: "Cannot find 'a'" };
  assertEquals(await response.json(), expected);
});
