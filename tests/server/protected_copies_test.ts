/** Protected packages on two machines: two document roots, with files of other times. */

import { assertEquals, assertNotEquals } from "@std/assert";
import type { EncryptionScheme } from "../../lib/drm/encryption_scheme.ts";
import {
  declareProtection,
  getSeededKeys,
  OTHER_SEED,
  type ProtectionOptions,
} from "../protected_presentations.ts";
import { getVersion, MOVIE_PACKAGE, type TestApp, testApp } from "./fixture.ts";

const LICENCES = { clearkey: "https://media.example/{package}/clearkey" };

function createServer(options: ProtectionOptions, modifiedAt: number): TestApp {
  const getKeys = getSeededKeys({ licences: LICENCES, ...options });
  const server = testApp({ serveKeys: "open" }, undefined, getKeys);
  const tracks = MOVIE_PACKAGE.tracks.map((track) => ({ ...track, file: `.media/${track.file}` }));
  for (const { file } of MOVIE_PACKAGE.tracks) {
    server.files.write(`.media/${file}`, server.files.read(file));
    server.files.setModifiedAt(`.media/${file}`, modifiedAt);
  }
  const pack = { ...MOVIE_PACKAGE, tracks, protection: declareProtection(options) };
  server.files.write("film.json", JSON.stringify(pack));
  return server;
}

const NAMES = [
  ...[".mpd", ".m3u8", "video.m3u8", "audio.m3u8", "video.iframes.m3u8", "ts.m3u8", "Manifest"],
  ...["video.ts.m3u8", "about.json"],
];

const MEDIA = [
  ...["video/init.mp4", "audio/init.mp4", "video/0.m4s", "audio/0.m4s", "video/0.iframe.m4s"],
  ...["video/0.ts", "audio/0.aac", "video/0.iframe.ts", "text/all.vtt", "image/0.jpg"],
];

/** Status, ETag and body of each URL. */
async function fetchAll(server: TestApp): Promise<Map<string, unknown>> {
  const version = await getVersion(server);
  const found = new Map<string, unknown>();
  for (const name of [...NAMES, ...MEDIA.map((name) => `${version}/${name}`)]) {
    const response = await server.request(`GET /film.json/${name}`);
    const body = (await response.bytes()).toBase64();
    found.set(name, [response.status, response.headers.get("etag"), body]);
  }
  return found;
}

const schemes: EncryptionScheme[] = ["cbcs", "cenc", "aes-128"];

for (const scheme of schemes) {
  Deno.test(`copies of a package in ${scheme} have equal URLs, bytes and ETags`, async () => {
    using first = createServer({ scheme }, 1000);
    using second = createServer({ scheme }, 2000);
    const responses = await fetchAll(first);
    assertEquals(await fetchAll(second), responses);
    const statuses = [...responses.values()].map((response) => (response as [number])[0]);
    assertEquals(new Set(statuses), new Set([200, 404])); // formats that do not support the scheme
  });

  Deno.test(`another key gives a package in ${scheme} another version`, async () => {
    using first = createServer({ scheme }, 1000);
    using second = createServer({ scheme, seed: OTHER_SEED }, 1000);
    assertNotEquals(await getVersion(first), await getVersion(second));
  });
}
