/** An upgrade of ams that changes media URLs, behind the nginx of deploy/: players of the earlier version continue (docs/scale.md). */

import { assertEquals } from "@std/assert";
import { startNginx } from "./nginx.ts";
import { rawRequest } from "./raw_request.ts";
import { eventually } from "./page_driver.ts";
import { startServer } from "./test_server.ts";

const IMMUTABLE = "public, max-age=31536000, immutable";

/** Starts a stand-in for an ams whose media has a version; another version is not there. */
function startVersion(version: string) {
  return startServer(({ url }) => {
    const { pathname } = new URL(url);
    if (pathname.endsWith("/.mpd")) {
      return new Response(version, { headers: { "cache-control": "no-cache" } });
    }
    if (pathname.includes(`/${version}/`)) {
      return new Response(version, { headers: { "cache-control": IMMUTABLE } });
    }
    const headers = { "ams-error": "NOT_FOUND", "cache-control": "max-age=1" };
    return new Response("none", { status: 404, headers });
  });
}

async function summarize(url: string): Promise<string> {
  const { status, body } = await rawRequest(url);
  return `${status} ${new TextDecoder().decode(body)}`;
}

Deno.test("with the earlier version as backup, all manifests are new, and media of both versions is there", async () => {
  await using later = startVersion("v2");
  await using earlier = startVersion("v1");
  const servers = [later.url, earlier.url] as const;
  await using nginx = await startNginx({ servers, hasEarlierVersion: true });
  for (let i = 0; i < 12; i++) {
    assertEquals(await summarize(`${nginx.url}/${i}.json/.mpd`), "200 v2");
    for (const version of ["v1", "v2"]) {
      const media = `${nginx.url}/a.json/${version}/video/${i}.m4s`;
      assertEquals(await summarize(media), `200 ${version}`);
    }
    assertEquals(await summarize(`${nginx.url}/a.json/v3/video/${i}.m4s`), "404 none");
  }
});

Deno.test("with the earlier version as backup, manifests fall back to it while the later one is down", async () => {
  await using earlier = startVersion("v1");
  const later = startVersion("v2");
  const servers = [later.url, earlier.url] as const;
  await using nginx = await startNginx({ servers, hasEarlierVersion: true });
  assertEquals(await summarize(`${nginx.url}/a.json/.mpd`), "200 v2");
  await later[Symbol.asyncDispose]();
  await eventually(() => summarize(`${nginx.url}/a.json/.mpd`), (text) => text === "200 v1");
  assertEquals(await summarize(`${nginx.url}/a.json/v1/video/0.m4s`), "200 v1");
});
