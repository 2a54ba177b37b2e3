import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Stage, stage } from "../server/fixture.ts";

Deno.test("handle() tells pages of other origins what they may read", async () => {
  using on = stage();
  const origin = "https://page.example";
  const plain = await on.ask("GET /film.json/.mpd");
  assertEquals(plain.headers.get("access-control-expose-headers"), null);
  const asked = await on.ask("GET /film.json/.mpd", { origin });
  assertStringIncludes(asked.headers.get("access-control-expose-headers")!, "Content-Range");
  assertStringIncludes(asked.headers.get("vary")!, "Origin");
  const wrong = await on.ask("GET /none.json/.mpd", { origin });
  assertStringIncludes(wrong.headers.get("access-control-expose-headers")!, "AMS-Error");
  const preflight = await on.ask("OPTIONS /film.json/.mpd", {
    origin,
    "access-control-request-method": "GET",
    "access-control-request-headers": "range, x-token",
  });
  assertEquals(preflight.status, 204);
  assertEquals(preflight.headers.get("access-control-allow-headers"), "range, x-token");
  assertEquals(preflight.headers.get("access-control-allow-methods"), "GET, HEAD, OPTIONS");
});

Deno.test("handle() tells some origins only, or none", async () => {
  const [one, other] = ["https://one.example", "https://other.example"];
  const allowed = async (on: Stage, origin: string) =>
    (await on.ask("GET /film.json/.mpd", { origin })).headers.get("access-control-allow-origin");
  using some = stage({ origins: [one] });
  assertEquals([await allowed(some, one), await allowed(some, other)], [one, null]);
  assertEquals(
    (await some.ask("GET /film.json/.mpd")).headers.get("vary"),
    "Origin, Accept-Encoding",
  );
  using none = stage({ origins: [] });
  assertEquals(await allowed(none, one), null);
  assertEquals((await none.ask("GET /film.json/.mpd")).headers.get("vary"), "Accept-Encoding");
});
