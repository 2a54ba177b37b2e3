/** The player alone, `<pkg>/?embed`. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { createAccessServer, getCode, PATH_TOKEN } from "./access_server.ts";
import { readTestdata } from "../test_files.ts";
import { testApp } from "./fixture.ts";

const HTML = { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" };

const embeds: [path: string, status: number][] = [
  ["/film.json/?embed", 200],
  ["/film.ism/?embed&start=1", 200],
  ["/video.mp4/?autoplay&embed", 200],
  ["/?embed", 404],
  ["/films/?embed", 404],
  ["/none.json/?embed", 404],
  ["/text.vtt/?embed", 404],
];

Deno.test("handle() serves the player alone and what it needs, also with --no-listing", async () => {
  for (const listing of [true, false]) {
    using server = testApp({ listing });
    server.files.makeDirectory("films");
    for (const [path, status] of embeds) {
      const response = await server.request(`GET ${path}`);
      assertEquals([path, response.status], [path, status]);
      await response.body?.cancel();
    }
    const about = await server.request("GET /film.json/about.json");
    assertEquals([about.status, (await about.json()).file], [200, "film.json"]);
    const page = await server.request("GET /film.json/?embed", HTML);
    const [script] = /[^"]*embed\.js/.exec(await page.text())!;
    const url = new URL(script, "http://a.example/film.json/").pathname;
    const response = await server.request(`GET ${url}`);
    assertEquals(response.status, 200);
    await response.body?.cancel();
  }
});

Deno.test("handle() opens no directory that is named like media to embed it", async () => {
  using server = testApp();
  server.files.makeDirectory("film.mkv");
  server.files.write("film.mkv/a.mp4", readTestdata("ladder-avc-240p.mp4"));
  const response = await server.request("GET /film.mkv/?embed");
  assertEquals(getCode(response), "NOT_FOUND");
  await response.body?.cancel();
  assertEquals(server.app.library.openCount, 0);
});

const ancestors: [embedders: string[] | undefined, policy: string][] = [
  [undefined, "frame-ancestors *"],
  [[], "frame-ancestors 'none'"],
  [["https://a.example", "'self'"], "frame-ancestors https://a.example 'self'"],
];

for (const [embedders, expected] of ancestors) {
  Deno.test(`handle() restricts who embeds the player: ${expected}`, async () => {
    using server = testApp({ ...embedders && { embedders } });
    const policies = [];
    for (const path of ["/film.json/?embed", "/none.json/?embed", "/film.json/", "/none.json/"]) {
      const { headers, body } = await server.request(`GET ${path}`, HTML);
      policies.push(headers.get("content-security-policy")!.split("; ").at(-1));
      await body?.cancel();
    }
    const alone = "frame-ancestors 'none'";
    assertEquals(policies, [expected, expected, alone, alone]);
  });
}

Deno.test("handle() serves the player of an asset behind a token in the path", async () => {
  using server = createAccessServer();
  const response = await server.request(`GET ${PATH_TOKEN}/films/a.mp4/?embed`, HTML);
  assertEquals(response.status, 200);
  assertStringIncludes(await response.text(), '"../../.ams/');
  assertEquals(getCode(await server.request("GET /films/a.mp4/?embed", HTML)), "TOKEN_MISSING");
});
