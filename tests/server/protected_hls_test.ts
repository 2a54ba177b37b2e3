/** HLS of protected packages as clients request it: errors, and keys found from playlists. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { DrmSystemName } from "../../lib/drm/system_id.ts";
import type { AppOptions } from "../../lib/server/app.ts";
import { createAccessConfig } from "../access/tokens.ts";
import { findAttributes, readStrictPlaylist } from "../m3u8.ts";
import {
  declareProtection,
  getSeededKeys,
  type ProtectionOptions,
} from "../protected_presentations.ts";
import { getCode, PATH_TOKEN, TOKEN } from "./access_server.ts";
import { MOVIE_PACKAGE, type TestApp, testApp } from "./fixture.ts";
import { fetchText, findUrls } from "./ladder.ts";

/** Creates an app with `films/a.json`, which is protected. */
function createServer(protection: ProtectionOptions, options: Partial<AppOptions> = {}): TestApp {
  const server = testApp(options, undefined, getSeededKeys(protection));
  const tracks = MOVIE_PACKAGE.tracks.map((track) => ({ ...track, file: `.media/${track.file}` }));
  for (const { file } of MOVIE_PACKAGE.tracks) {
    server.files.write(`films/.media/${file}`, server.files.read(file));
  }
  const pack = { ...MOVIE_PACKAGE, tracks, protection: declareProtection(protection) };
  server.files.write("films/a.json", JSON.stringify(pack));
  return server;
}

const FMP4 = ["master.m3u8", "video.m3u8", "audio.m3u8", "video.iframes.m3u8", "text.m3u8"];
const TS = ["ts.m3u8", "video.ts.m3u8", "audio.ts.m3u8", "video.ts.iframes.m3u8", "text.ts.m3u8"];

const FAIRPLAY: readonly DrmSystemName[] = ["fairplay"];
const NOT_IN_TS = "which MPEG-TS does not support";

const cases: [protection: ProtectionOptions, names: string[], code?: string, reason?: string][] = [
  [{ scheme: "cbcs" }, FMP4],
  [{ scheme: "cenc" }, FMP4],
  [{ scheme: "cbcs", systems: FAIRPLAY }, FMP4],
  [{ scheme: "cbcs" }, TS, "NOT_FOUND", `it is protected with cbcs, ${NOT_IN_TS}`],
  [{ scheme: "cenc" }, TS, "NOT_FOUND", `it is protected with cenc, ${NOT_IN_TS}`],
  [
    { scheme: "cenc", systems: FAIRPLAY },
    FMP4,
    "NOT_FOUND",
    "it is protected with cenc, for which none of its DRM systems has an EXT-X-KEY: fairplay",
  ],
  [{ scheme: "aes-128" }, [...FMP4, ...TS], "KEYS_INVALID", "players cannot get the key"],
];

for (const [protection, names, code, reason] of cases) {
  const { scheme, systems = "all" } = protection;
  Deno.test(`playlists ${names[0]} … in ${scheme} of ${systems}: ${code ?? "served"}`, async () => {
    using server = createServer(protection);
    for (const name of names) {
      const response = await server.request(`GET /films/a.json/${name}`);
      const text = await response.text();
      const status = code === "NOT_FOUND" ? 404 : 500;
      assertEquals([response.status, getCode(response)], code ? [status, code] : [200, 200], name);
      if (reason !== undefined) assertStringIncludes(text, reason);
    }
    await fetchText(server, "GET /films/a.json/about.json");
  });
}

Deno.test("playlists with cenc omit FairPlay, which is a warning for the operator", async () => {
  using server = createServer({ scheme: "cenc" });
  const text = await fetchText(server, "GET /films/a.json/master.m3u8");
  assertEquals(text.includes("com.apple"), false);
  assertEquals(server.messages, ["films/a.json: HLS omits fairplay, which supports cbcs only"]);
});

/** Returns paths of the media playlists of a multivariant playlist, and those of its key and of theirs. */
async function findKeys(server: TestApp, path: string): Promise<[string[], string[]]> {
  const fetchKeys = async (path: string, tag: string) => {
    const playlist = readStrictPlaylist(await fetchText(server, `GET ${path}`));
    return findAttributes(playlist, tag).map(({ URI }) => resolve(path, URI!));
  };
  const urls = findUrls(await fetchText(server, `GET ${path}`)).filter((url) =>
    /^(video|audio)[^/]*m3u8/.test(url)
  ).map((url) => resolve(path, url));
  const keys = await fetchKeys(path, "EXT-X-SESSION-KEY");
  for (const url of urls) keys.push(...await fetchKeys(url, "EXT-X-KEY"));
  return [urls, keys];
}

function resolve(path: string, relative: string): string {
  const { pathname, search } = new URL(relative, `http://ams.example${path}`);
  return pathname + search;
}

/** How a client presents its token: path before the package, and query. */
const tokens: [what: string, prefix: string, query: string][] = [
  ["in the path", PATH_TOKEN, ""],
  ["in the query", "", `?token=${TOKEN}`],
  ["in the query of a clip", "", `?start=2&token=${TOKEN}&end=6`],
];

for (const [what, prefix, query] of tokens) {
  Deno.test(`playlists in aes-128 name keys that a token ${what} admits`, async () => {
    const access = createAccessConfig([{ path: "/films/" }], { default: "open" });
    using server = createServer({ scheme: "aes-128" }, { access, serveKeys: "access" });
    for (const name of ["master.m3u8", "ts.m3u8"]) {
      const [urls, keys] = await findKeys(server, `${prefix}/films/a.json/${name}${query}`);
      assert(urls.length > 2 || name === "ts.m3u8");
      assertEquals(keys.length, 1 + urls.length);
      assertEquals(new Set(keys).size, 1);
      const response = await server.request(`GET ${keys[0]}`);
      assertEquals([response.status, (await response.bytes()).length], [200, 16]);
    }
  });
}
