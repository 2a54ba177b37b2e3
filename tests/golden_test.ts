/**
 * Compares manifests with testdata/golden/: MPDs of every media file and of two packages, HLS playlists and Smooth
 * manifests of some. `deno task test:update` updates the files; review the changes before you commit them.
 */

import type { OpenPresentation } from "./open_presentation.ts";
import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { buildMpd } from "../lib/dash/mpd.ts";
import { buildIframePlaylist } from "../lib/hls/iframe_playlist.ts";
import { buildMediaPlaylist } from "../lib/hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../lib/hls/multivariant_playlist.ts";
import { buildSmoothManifest } from "../lib/smooth/manifest.ts";
import { formatPackage } from "../lib/package/package.ts";
import { type InputOptions, openInputs } from "./open_presentation.ts";
import { toPackage } from "../lib/presentation/to_package.ts";
import type { MediaRendition, Presentation } from "../lib/presentation/presentation.ts";
import { openFile } from "../lib/storage/local/file.ts";
import { LABELED_INPUTS, MEDIA } from "./sample_presentations.ts";

const TESTDATA = fromFileUrl(new URL("../testdata/", import.meta.url));
const GOLDEN = join(TESTDATA, "golden");
const UPDATE = Deno.args.includes("--update");

/** In seconds: short, so that small files have several segments. */
const SEGMENT_DURATION = 2;

const names = [...Deno.readDirSync(TESTDATA)].map(({ name }) => name).sort();
const ladder: InputOptions[] = names.filter((name) => name.startsWith("ladder")).map((file) => ({
  file,
  language: /fra?\b/.test(file) ? "fra" : "eng",
}));

/** Inputs of each golden MPD. */
const presentations = new Map<string, InputOptions[]>([
  ...MEDIA.map((file): [string, InputOptions[]] => [`${file}.mpd`, [{ file }]]),
  ["ladder.mpd", ladder],
  ["choices.mpd", [...LABELED_INPUTS]],
]);

/** Each kind of playlist, and Smooth manifests. `first` is the first rendition. */
const playlists = new Map<
  string,
  [inputs: InputOptions[], build: (presentation: Presentation, first: MediaRendition) => string]
>([
  ["ladder.m3u8", [ladder, (presentation) => buildMultivariantPlaylist(presentation, "fmp4")]],
  ["ladder.ts.m3u8", [ladder, (presentation) => buildMultivariantPlaylist(presentation, "ts")]],
  ["multi-avc-tracks.mp4.m3u8", [
    [{ file: "multi-avc-tracks.mp4" }],
    (presentation) => buildMultivariantPlaylist(presentation, "fmp4"),
  ]],
  ["test-hevc-hdr10.mp4.m3u8", [
    [{ file: "test-hevc-hdr10.mp4" }],
    (presentation) => buildMultivariantPlaylist(presentation, "fmp4"),
  ]],
  ["test-avc-2997fps.mp4.iframes.m3u8", [
    [{ file: "test-avc-2997fps.mp4" }],
    (presentation, first) => buildIframePlaylist(presentation, first, "fmp4"),
  ]],
  ["test-avc-opengop.mp4.ts.iframes.m3u8", [
    [{ file: "test-avc-opengop.mp4" }],
    (presentation, first) => buildIframePlaylist(presentation, first, "ts"),
  ]],
  ["tone-aac-mono.m4a.media.m3u8", [
    [{ file: "tone-aac-mono.m4a" }],
    (presentation, first) => buildMediaPlaylist(presentation, first, "fmp4"),
  ]],
  ["tone-ac3-surround.mp4.media.ts.m3u8", [
    [{ file: "tone-ac3-surround.mp4" }],
    (presentation, first) => buildMediaPlaylist(presentation, first, "ts"),
  ]],
  ["ladder-mjpeg-thumbs.mp4.images.m3u8", [
    [{ file: "ladder-mjpeg-thumbs.mp4" }, { file: "tone-aac-mono.m4a" }],
    (presentation, first) => buildMediaPlaylist(presentation, first, "fmp4"),
  ]],
  ["ladder.Manifest", [ladder, (presentation) => buildSmoothManifest(presentation)]],
  ["choices.m3u8", [
    [...LABELED_INPUTS],
    (presentation) => buildMultivariantPlaylist(presentation, "fmp4"),
  ]],
  ["choices.Manifest", [[...LABELED_INPUTS], (presentation) => buildSmoothManifest(presentation)]],
]);

async function open(inputs: readonly InputOptions[]): Promise<OpenPresentation> {
  return await openInputs(inputs, {
    segmentDuration: SEGMENT_DURATION,
    open: (file) => openFile(join(TESTDATA, file), file),
  });
}

async function compare(name: string, text: string): Promise<void> {
  if (UPDATE) return await Deno.writeTextFile(join(GOLDEN, name), text);
  assertEquals(text, await Deno.readTextFile(join(GOLDEN, name)));
}

for (const [name, inputs] of presentations) {
  Deno.test(`buildMpd() returns golden/${name}`, async () => {
    const presentation = await open(inputs);
    try {
      await compare(name, buildMpd(presentation));
    } finally {
      presentation.close();
    }
  });
}

for (const [name, [inputs, build]] of playlists) {
  Deno.test(`HLS or Smooth returns golden/${name}`, async () => {
    const presentation = await open(inputs);
    try {
      const [first] = [...presentation.renditions.values()] as [MediaRendition];
      await compare(name, build(presentation, first));
    } finally {
      presentation.close();
    }
  });
}

Deno.test("toPackage() returns golden/ladder.json", async () => {
  const presentation = await open(ladder);
  try {
    const { tracks, ...pack } = toPackage(presentation);
    const withoutIndexes = tracks.map(({ index: _, ...track }) => track); // compressed by the zlib of Deno
    await compare("ladder.json", formatPackage({ ...pack, tracks: withoutIndexes }));
  } finally {
    presentation.close();
  }
});

Deno.test("testdata/golden contains only files that a test reads", async () => {
  const expected = [...presentations.keys(), ...playlists.keys(), "ladder.json"];
  const stale = [...Deno.readDirSync(GOLDEN)].map(({ name }) => name)
    .filter((name) => !expected.includes(name));
  if (UPDATE) await Promise.all(stale.map((name) => Deno.remove(join(GOLDEN, name))));
  else assertEquals(stale, []);
});
