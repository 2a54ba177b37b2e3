import { assertEquals, assertStringIncludes } from "@std/assert";
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
