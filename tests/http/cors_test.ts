import { assertEquals, assertStringIncludes } from "@std/assert";
import { Cors } from "../../lib/http/cors.ts";
import { METHODS } from "../../lib/http/responder.ts";
import { type TestApp, testApp } from "../server/fixture.ts";

Deno.test("Cors adds its headers to cross-origin responses only", async () => {
  using server = testApp();
  const origin = "https://page.example";
  const plain = await server.request("GET /film.json/.mpd");
  assertEquals(plain.headers.get("access-control-expose-headers"), null);
  const crossOrigin = await server.request("GET /film.json/.mpd", { origin });
  assertStringIncludes(crossOrigin.headers.get("access-control-expose-headers")!, "Content-Range");
  assertStringIncludes(crossOrigin.headers.get("vary")!, "Origin");
  const wrong = await server.request("GET /none.json/.mpd", { origin });
  assertStringIncludes(wrong.headers.get("access-control-expose-headers")!, "AMS-Error");
  const preflight = await server.request("OPTIONS /film.json/.mpd", {
    origin,
    "access-control-request-method": "GET",
    "access-control-request-headers": "range, x-token",
  });
  assertEquals(preflight.status, 204);
  assertEquals(preflight.headers.get("access-control-allow-headers"), "range, x-token");
  assertEquals(preflight.headers.get("access-control-allow-methods"), "GET, HEAD, OPTIONS");
});

Deno.test("Cors allows listed origins only", async () => {
  const [one, other] = ["https://one.example", "https://other.example"];
  const allowed = async (server: TestApp, origin: string) =>
    (await server.request("GET /film.json/.mpd", { origin })).headers.get(
      "access-control-allow-origin",
    );
  using some = testApp({ allowedOrigins: [one] });
  assertEquals([await allowed(some, one), await allowed(some, other)], [one, null]);
  assertEquals(
    (await some.request("GET /film.json/.mpd")).headers.get("vary"),
    "Origin, Accept-Encoding",
  );
  using none = testApp({ allowedOrigins: [] });
  assertEquals(await allowed(none, one), null);
  assertEquals((await none.request("GET /film.json/.mpd")).headers.get("vary"), "Accept-Encoding");
});

/** Expected `Access-Control-Allow-Origin`, `-Credentials` and, of a preflight without requested headers, `-Headers`. */
const credentials: [allowed: string[], origin: string, expected: (string | null)[]][] = [
  [["*"], "https://a.example", ["*", null, "*"]],
  [["https://a.example"], "https://a.example", ["https://a.example", "true", null]],
  [["https://b.example", "https://a.example"], "https://a.example", [
    "https://a.example",
    "true",
    null,
  ]],
  [["https://a.example"], "https://b.example", [null, null, null]],
  [["https://a.example"], "null", [null, null, null]],
  [["https://a.example"], "*", [null, null, null]],
  [["*", "https://a.example"], "https://a.example", ["https://a.example", "true", null]],
  [["*", "https://a.example"], "https://b.example", ["*", null, "*"]],
  [[], "https://a.example", [null, null, null]],
];

for (const [allowed, origin, expected] of credentials) {
  Deno.test(`Cors allows credentials of named origins: [${allowed}], ${origin}`, () => {
    const cors = new Cors(allowed);
    const request = new Headers({ origin });
    const [headers, preflight] = [cors, cors].map(({ constantHeaders }) =>
      new Headers(constantHeaders)
    ) as [Headers, Headers];
    cors.addCorsHeaders(headers, request);
    cors.addPreflightHeaders(preflight, request, METHODS);
    const names = ["origin", "credentials"].map((name) => `access-control-allow-${name}`);
    assertEquals(names.map((name) => headers.get(name)), expected.slice(0, 2));
    assertEquals(
      [...names, "access-control-allow-headers"].map((name) => preflight.get(name)),
      expected,
    );
  });
}

Deno.test("Cors sends credentials headers with media, 304, ranges and errors", async () => {
  const origin = "https://a.example";
  using server = testApp({ allowedOrigins: ["*", origin] });
  const allows = async (line: string, headers: Record<string, string> = {}) => {
    const response = await server.request(line, { origin, ...headers });
    await response.body?.cancel();
    return [response.status, response.headers.get("access-control-allow-credentials")];
  };
  const path = "/film.json/.mpd";
  const etag = (await server.request(`GET ${path}`)).headers.get("etag")!;
  assertEquals(await allows(`GET ${path}`), [200, "true"]);
  assertEquals(await allows(`GET ${path}`), [200, "true"]);
  assertEquals(await allows(`GET ${path}`, { "if-none-match": etag }), [304, "true"]);
  assertEquals(await allows(`GET ${path}`, { "if-match": '"x"' }), [412, "true"]);
  assertEquals(await allows(`GET ${path}`, { range: "bytes=0-1" }), [206, "true"]);
  assertEquals(await allows("GET /none.json/.mpd"), [404, "true"]);
  assertEquals(await allows(`GET ${path}`, { origin: "https://b.example" }), [200, null]);
});
