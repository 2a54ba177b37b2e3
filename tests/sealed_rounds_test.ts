/** Round trips for a package of a remote origin that is sealed. */

import { assert, assertEquals } from "@std/assert";
import { formatPackage, type Package, parsePackage } from "../lib/package/package.ts";
import { formatIndex, parseIndex } from "../lib/package/index_text.ts";
import type { TrackIndex } from "../lib/package/track_index.ts";
import { buildSealedPackage } from "./sealed_package.ts";
import { serveStorage } from "./serve_files.ts";
import { RemoteSetup } from "./storage/remote/remote_setup.ts";
import { RoundOrigin } from "./storage/remote/round_origin.ts";
import { readTestdata } from "./test_files.ts";

const LADDER = [
  "ladder-avc-240p.mp4",
  "ladder-avc-360p.mp4",
  "ladder-avc-720p.mp4",
  "ladder-aac-eng.mp4",
  "ladder-vtt-eng.vtt",
];

const PACKAGE = await buildSealedPackage(LADDER);

/** Serves a package of the ladder, with nothing in memory. */
function serve(pack: Package) {
  const origin = new RoundOrigin();
  const setup = new RemoteSetup({ origin, pageCount: 256 });
  for (const file of LADDER) origin.write(file, readTestdata(file), '"1-2"');
  origin.write("film.json", new TextEncoder().encode(formatPackage(pack)));
  const server = serveStorage(setup.storage);
  const getText = async (path: string) => {
    const [status, body] = await server.get(`/film.json/${path}`);
    assertEquals(status, 200);
    return new TextDecoder().decode(body);
  };
  return {
    get: (path: string) => origin.measure(() => getText(path)),
    getText,
    [Symbol.dispose]() {
      server[Symbol.dispose]();
      setup[Symbol.dispose]();
    },
  };
}

/** Returns the URLs of the largest rendition. */
async function listMedia({ getText }: ReturnType<typeof serve>) {
  const playlist = (await getText(".m3u8")).match(/^video.*m3u8$/gm)!.at(-1)!;
  const text = await getText(playlist);
  return { init: /URI="(.*?)"/.exec(text)![1]!, segments: text.match(/^v.*m4s$/gm)! };
}

const NOTHING = { rounds: 0, requests: 0, bytes: 0 };

Deno.test("a manifest of a sealed ladder takes two round trips, and one request for each file", async () => {
  using asset = serve(PACKAGE);
  const { rounds, requests } = await asset.get(".mpd");
  assertEquals([rounds, requests], [2, 1 + LADDER.length]);
  for (const name of [".m3u8", "ts.m3u8", "Manifest", "about.json"]) {
    assertEquals(await asset.get(name), NOTHING, name);
  }
  const { init } = await listMedia(asset);
  assertEquals(await asset.get(init), NOTHING);
});

Deno.test("segments of a sealed ladder take one round trip, with their rows", async () => {
  using asset = serve(PACKAGE);
  const { segments } = await listMedia(asset);
  const last = await asset.get(segments.at(-1)!); // of a file of 118 KB, of which 64 are in memory
  assertEquals([last.rounds, last.requests], [1, 1]);
  assertEquals(await asset.get(segments[0]!), NOTHING);
});

/** Returns the package with indexes that fit neither rows nor samples. */
function forge(change: (index: TrackIndex) => Partial<TrackIndex>): Package {
  const tracks = PACKAGE.tracks.map((track) => {
    const index = track.index === undefined ? undefined : parseIndex(track.index)!;
    return index ? { ...track, index: formatIndex({ ...index, ...change(index) }) } : track;
  });
  return parsePackage(formatPackage({ ...PACKAGE, tracks }));
}

const forgeries: Record<string, (index: TrackIndex) => Partial<TrackIndex>> = {
  "sizes of segments": ({ totals }) => ({ totals: totals.map((total) => total + 1) }),
  "extents of segments": ({ extents }) => ({
    extents: {
      starts: extents!.starts.map((start) => start + 4096),
      ends: extents!.ends.map((end) => end + 4096),
    },
  }),
  "decode times of segments": ({ decodeTimes }) => ({
    decodeTimes: decodeTimes!.map((time, i) => i > 0 && i < 5 ? time + 1 : time),
  }),
};

for (const [what, change] of Object.entries(forgeries)) {
  Deno.test(`an index with other ${what} than its file has is dropped, and not served`, async () => {
    using right = serve(PACKAGE);
    using forged = serve(forge(change));
    const expected = await listMedia(right);
    const found = await listMedia(forged);
    const results = await Promise.all(
      found.segments.slice(1, 5).map((name) => forged.getText(name).catch(() => "404")),
    );
    assert(results.every((body) => body.length > 1000 || body === "404"), "segments");
    assertEquals(await listMedia(forged), expected); // opened again without the index
    for (const name of expected.segments) {
      assertEquals(await forged.getText(name), await right.getText(name));
    }
  });
}
