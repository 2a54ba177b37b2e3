/** Packages in `aes-128` as clients of HLS read them: IVs of media sequence numbers, keys of EXT-X-KEY. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { createDecipheriv } from "node:crypto";
import { findAttributes, getOnlyTagValue, readStrictPlaylist } from "../m3u8.ts";
import { declareProtection, getSeededKeys } from "../protected_presentations.ts";
import { addMedia, type TestApp, testApp } from "./fixture.ts";
import { fetchText } from "./ladder.ts";

const FILES = [
  ["ladder-avc-240p.mp4", "video", "video"],
  ["ladder-aac-eng.mp4", "audio", "aac"],
  ["tone-ac3-surround.mp4", "audio", "ac3"],
  ["tone-eac3-stereo.mp4", "audio", "eac3"],
  ["tone-mp3-stereo.mp4", "audio", "mp3"],
] as const;

/** Creates an app with `clear.json`, and `protected.json` of the same files; MPEG-TS has one audio muxed. */
function createServer(files: readonly typeof FILES[number][] = FILES): TestApp {
  const getKeys = getSeededKeys({ scheme: "aes-128" });
  const server = testApp({ serveKeys: "open" }, undefined, getKeys);
  const tracks = files.map(([file, type, name]) => {
    const path = `.media/${file}`;
    addMedia(server, file, path);
    return { file: path, track: 1, type, language: "eng", name };
  });
  const pack = { ams: 1, segmentDuration: 2, tracks };
  const protection = declareProtection({ scheme: "aes-128" });
  server.files.write("clear.json", JSON.stringify(pack));
  server.files.write("protected.json", JSON.stringify({ ...pack, protection }));
  return server;
}

async function fetchBytes(server: TestApp, url: string): Promise<Uint8Array> {
  const response = await server.request(`GET ${url}`);
  assertEquals(response.status, 200, url);
  return await response.bytes();
}

/** Decrypts as RFC 8216 §5.2 demands of a client; throws if the padding is invalid. */
function decrypt(key: Uint8Array, sequence: number, segment: Uint8Array): Uint8Array {
  const iv = new Uint8Array(16);
  new DataView(iv.buffer).setUint32(12, sequence);
  const decipher = createDecipheriv("aes-128-cbc", key, iv);
  return new Uint8Array([...decipher.update(segment), ...decipher.final()]);
}

const PLAYLISTS = [
  ...FILES.map(([, , name]) => name).filter((name) => name !== "mp3").map((name) => `${name}.m3u8`),
  ...FILES.map(([, , name]) => `${name}.ts.m3u8`),
  "video.iframes.m3u8",
  "video.ts.iframes.m3u8",
];

const cases: [query: string, files: typeof FILES[number][], playlists: string[]][] = [
  ["", [...FILES], PLAYLISTS],
  ["?start=2.5&end=7", [...FILES], PLAYLISTS],
  ["?start=2.5", FILES.slice(0, 2), ["video.ts.m3u8", "aac.ts.m3u8"]],
];

for (const [query, files, playlists] of cases) {
  const what = `${playlists.length} playlists${query}`;
  Deno.test(`segments of ${what} in aes-128 decrypt to those of the clear package`, async (t) => {
    using server = createServer(files);
    for (const name of playlists) {
      await t.step(name, async () => {
        const [clear, encrypted] = await Promise.all(
          ["clear", "protected"].map(async (pack) =>
            readStrictPlaylist(await fetchText(server, `GET /${pack}.json/${name}${query}`))
          ),
        );
        const [{ URI }] = findAttributes(encrypted!, "EXT-X-KEY") as [{ URI: string }];
        const key = await fetchBytes(server, `/protected.json/${URI}`);
        const first = Number(getOnlyTagValue(encrypted!, "EXT-X-MEDIA-SEQUENCE") ?? 0);
        assertEquals(first > 0, query !== "");
        assert(clear!.uris.length > 0);
        for (const [i, { uri }] of clear!.uris.entries()) {
          const expected = await fetchBytes(server, `/clear.json/${uri}`);
          const segment = await fetchBytes(server, `/protected.json/${encrypted!.uris[i]!.uri}`);
          assertNotEquals(segment.subarray(0, 16), expected.subarray(0, 16));
          assertEquals(segment.length % 16, 0);
          assert(equals(decrypt(key, first + i, segment), expected), uri);
        }
      });
    }
  });
}

function equals(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

Deno.test("init segments in aes-128 are clear", async () => {
  using server = createServer();
  for (const [, , name] of FILES) {
    if (name === "mp3") continue;
    const inits = await Promise.all(["clear", "protected"].map(async (pack) => {
      const text = await fetchText(server, `GET /${pack}.json/${name}.m3u8`);
      const [{ URI }] = findAttributes(readStrictPlaylist(text), "EXT-X-MAP") as [{ URI: string }];
      return await fetchBytes(server, `/${pack}.json/${URI}`);
    }));
    assertEquals(inits[1], inits[0]);
  }
});
