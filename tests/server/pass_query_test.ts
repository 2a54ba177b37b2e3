/** Parameters of a manifest's URL that reach every URL in it. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ladder, textOf, urlsIn } from "./ladder.ts";

/** Every manifest and playlist of the ladder, and a bare file. */
const MANIFESTS = [
  ...[".mpd", ".m3u8", "ts.m3u8", "Manifest", "low.iframes.m3u8"],
  ...["low", "english", "thumbs", "text"].flatMap((name) => [`${name}.m3u8`, `${name}.ts.m3u8`]),
].map((name) => `/ladder.json/${name}`).concat("/video.mp4/.mpd", "/video.mp4/low.mpd");

/** A query of parameters that are passed on, and how they stand in a URL. */
const passed: [query: string, carried: string][] = [
  ["token=1", "token=1"],
  ["a=0&token=1&b=0&user=2", "token=1&user=2"],
  ["user=2&token=1&user=%203", "user=2&token=1&user=%203"],
  ["token=&user", "token=&user"],
  ["token=%2f+%41~!'()*,;:@/?", "token=%2f+%41~!'()*,;:@/?"],
  ['token="<>&amp;user=1', "token=%22%3C%3E"],
  ["token=%22%26amp;", "token=%22%26amp;"],
];

Deno.test("handle() carries parameters on to every URL in a manifest", async (t) => {
  using on = ladder(["token", "user"]);
  for (const [query, carried] of passed) {
    await t.step(query, async () => {
      for (const path of MANIFESTS) {
        const plain = urlsIn(await textOf(on, `GET ${path}`));
        const urls = urlsIn(await textOf(on, `GET ${path}?${query}`));
        assertEquals(urls, plain.map((url) => `${url}?${carried}`), path);
        assert(plain.length > 0);
      }
    });
  }
});

Deno.test("handle() writes a dollar twice into the templates of DASH, and once elsewhere", async () => {
  using on = ladder(["token"]);
  const mpd = await textOf(on, "GET /ladder.json/.mpd?token=$Time$");
  assertStringIncludes(mpd, '/init.mp4?token=$$Time$$"');
  assertStringIncludes(mpd, '/$Time$.m4s?token=$$Time$$"');
  assertStringIncludes(mpd, "all.vtt?token=$Time$<");
  assertStringIncludes(
    await textOf(on, "GET /ladder.json/Manifest?token=$"),
    '={start time})?token=$"',
  );
});

Deno.test("handle() carries selections on to playlists, and not to media", async () => {
  using on = ladder(["token"]);
  const query = "?start=2&token=1&filter=type!=%22text%22&end=8";
  for (const name of ["master.m3u8", "ts.m3u8"]) {
    const urls = urlsIn(await textOf(on, `GET /ladder.json/${name}${query}`));
    assert(urls.length > 4);
    assertEquals(urls.filter((url) => !url.endsWith(query)), []);
    for (const url of urls) {
      const media = urlsIn(await textOf(on, `GET /ladder.json/${url}`));
      assert(media.length === 3 || media.length === 4, `${url}: ${media}`);
      assertEquals(media.filter((url) => !url.endsWith("?token=1")), []);
      for (const url of media) {
        assertEquals((await on.request(`GET /ladder.json/${url}`)).status, 200);
      }
    }
  }
});

Deno.test("handle() passes nothing on that it was not told to", async () => {
  using on = ladder();
  const [plain, queried] = ["", "?token=1"].map((query) =>
    textOf(on, `GET /ladder.json/.m3u8${query}`)
  );
  assertEquals(await queried, await plain);
});
