import { assertEquals } from "@std/assert";
import { ResponseCounts } from "../../lib/metrics/response_counts.ts";
import { takeCounts } from "../../lib/server/app_counts.ts";
import { getVersion, testApp } from "./fixture.ts";

Deno.test("takeCounts() counts lookups in every cache, and what they contain", async () => {
  using server = testApp();
  const responses = new ResponseCounts();
  const take = () => takeCounts(server.app, responses);
  assertEquals(take().openAssets, 0);
  const version = await getVersion(server);
  const segment = `/film.json/${version}/video/0.m4s`;
  assertEquals(take().lookups.assets, { hits: 0, misses: 1 });
  for (const path of ["/film.json/.mpd", "/film.json/.mpd", segment, segment, segment]) {
    assertEquals((await server.request(`GET ${path}`)).status, 200);
  }
  for (const path of ["/none.json/.mpd", "/video.mp4", "/film.json/none"]) {
    await server.request(`GET ${path}`);
  }
  const { lookups, openAssets, cacheBytes } = take();
  assertEquals(lookups, {
    assets: { hits: 5, misses: 1 },
    manifests: { hits: 1, misses: 1 },
    segments: { hits: 1, misses: 2 },
  });
  assertEquals(openAssets, 1);
  assertEquals(cacheBytes.assets > 1000 && cacheBytes.segments > 1000, true);
  server.app.library.close();
  const closed = take();
  assertEquals([closed.openAssets, closed.cacheBytes.assets], [0, 0]);
  assertEquals(closed.lookups.assets, { hits: 0, misses: 0 });
});

Deno.test("takeCounts() contains responses and tokens", () => {
  using server = testApp();
  const responses = new ResponseCounts();
  responses.begin();
  server.app.tokenResults.add("expired");
  const { inFlight, tokens } = takeCounts(server.app, responses);
  assertEquals([inFlight, tokens], [1, { expired: 1 }]);
  assertEquals(takeCounts(server.app, responses).tokens, {});
});
