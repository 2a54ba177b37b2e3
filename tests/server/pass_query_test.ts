/** Query parameters that a manifest appends to every URL in it. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createLadder, fetchText, findUrls } from "./ladder.ts";

/** Every manifest and playlist of the ladder, and manifests of a plain media file. */
const MANIFESTS = [
  ...[".mpd", ".m3u8", "ts.m3u8", "Manifest", "low.iframes.m3u8"],
  ...["low", "english", "thumbs", "text"].flatMap((name) => [`${name}.m3u8`, `${name}.ts.m3u8`]),
].map((name) => `/ladder.json/${name}`).concat("/video.mp4/.mpd", "/video.mp4/low.mpd");

/** Queries, and how manifests forward them. */
const queries: [query: string, forwarded: string][] = [
  ["token=1", "token=1"],
  ["a=0&token=1&b=0&user=2", "token=1&user=2"],
  ["user=2&token=1&user=%203", "user=2&token=1&user=%203"],
  ["token=&user", "token=&user"],
  ["token=%2f+%41~!'()*,;:@/?", "token=%2f+%41~!'()*,;:@/?"],
  ['token="<>&amp;user=1', "token=%22%3C%3E"],
  ["token=%22%26amp;", "token=%22%26amp;"],
];

Deno.test("handle() forwards parameters to every URL in a manifest", async (t) => {
  using server = createLadder(["token", "user"]);
  for (const [query, forwarded] of queries) {
    await t.step(query, async () => {
      for (const path of MANIFESTS) {
        const plain = findUrls(await fetchText(server, `GET ${path}`));
        const urls = findUrls(await fetchText(server, `GET ${path}?${query}`));
        assertEquals(urls, plain.map((url) => `${url}?${forwarded}`), path);
        assert(plain.length > 0);
      }
    });
  }
});

Deno.test("handle() escapes a dollar sign in DASH templates only", async () => {
  using server = createLadder(["token"]);
  const mpd = await fetchText(server, "GET /ladder.json/.mpd?token=$Time$");
  assertStringIncludes(mpd, '/init.mp4?token=$$Time$$"');
  assertStringIncludes(mpd, '/$Time$.m4s?token=$$Time$$"');
  assertStringIncludes(mpd, "all.vtt?token=$Time$<");
  assertStringIncludes(
    await fetchText(server, "GET /ladder.json/Manifest?token=$"),
    '={start time})?token=$"',
  );
});

Deno.test("handle() forwards selections to playlists, but not to media", async () => {
  using server = createLadder(["token"]);
  const query = "?start=2&token=1&filter=type!=%22text%22&end=8";
  for (const name of ["master.m3u8", "ts.m3u8"]) {
    const urls = findUrls(await fetchText(server, `GET /ladder.json/${name}${query}`));
    assert(urls.length > 4);
    assertEquals(urls.filter((url) => !url.endsWith(query)), []);
    for (const url of urls) {
      const media = findUrls(await fetchText(server, `GET /ladder.json/${url}`));
      assert(media.length === 3 || media.length === 4, `${url}: ${media}`);
      assertEquals(media.filter((url) => !url.endsWith("?token=1")), []);
      for (const url of media) {
        assertEquals((await server.request(`GET /ladder.json/${url}`)).status, 200);
      }
    }
  }
});

Deno.test("handle() forwards no other parameters", async () => {
  using server = createLadder();
  const [plain, queried] = ["", "?token=1"].map((query) =>
    fetchText(server, `GET /ladder.json/.m3u8${query}`)
  );
  assertEquals(await queried, await plain);
});
