/** Like tests/packets_test.ts, with Smooth Streaming: a client prepends an init segment of its own. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { concat } from "./mp4/movie_file.ts";
import {
  type BoxSample,
  type BoxTrack,
  isImages,
  readTestdataTracks,
  readTracks,
  WITH_SHORT_AUDIO,
} from "./mp4box.ts";
import { checkSmoothSamples } from "./sample_comparison.ts";
import { ORIGIN, packageFile, serveTemporaryRoot } from "./serve.ts";
import {
  type Level,
  readManifest,
  REORDERED,
  TICKS,
  UNSUPPORTED,
  withDecodeTime,
} from "./smooth.ts";
import { copyAllMedia, MEDIA, SEVERAL_EDITS } from "./sample_presentations.ts";
import { buildSmoothInit } from "./smooth_init.ts";

/** The most compatible first: the order of StreamIndexes. */
const ENTRIES = ["avc1", "avc3", "hvc1", "hev1", "mp4a", "ac-3", "ec-3"];

const served = serveTemporaryRoot(copyAllMedia);

const SUPPORTED = MEDIA.filter((name) =>
  !UNSUPPORTED.test(name) && name !== WITH_SHORT_AUDIO && !(name in SEVERAL_EDITS)
);

for (const media of SUPPORTED) {
  Deno.test(`every sample of ${media} is in its Smooth fragments, packaged and plain`, async () => {
    const tracks = (await readTestdataTracks(media)).filter((track) => !isImages(track));
    if (media === REORDERED) tracks.reverse();
    tracks.sort((a, b) => rank(a) - rank(b));
    await packageFile(served.root, media);
    await checkManifest(`${ORIGIN}/${media}.ism/Manifest`, tracks);
    await checkManifest(`${ORIGIN}/${media}/manifest?only`, tracks);
  });
}

for (const media of MEDIA.filter((name) => UNSUPPORTED.test(name))) {
  Deno.test(`${media} is rejected by Smooth Streaming`, async () => {
    const reason = "expected video or audio in a codec that Smooth Streaming supports";
    await assertRejects(() => served.fetch(`${ORIGIN}/${media}/Manifest`), Error, reason);
  });
}

function rank({ samples }: BoxTrack): number {
  return ENTRIES.indexOf(samples[0]!.entry.type);
}

async function checkManifest(url: string, tracks: readonly BoxTrack[]): Promise<void> {
  const manifest = readManifest(new TextDecoder().decode(await served.fetch(url)), url);
  const levels = manifest.streams.flatMap(({ levels }) => levels)
    .filter(({ type }) => type !== "text"); // cues are converted
  assertEquals(levels.length, tracks.length, "QualityLevels");
  for (const [i, track] of tracks.entries()) await checkLevel(track, levels[i]!);
  const ends = levels.map(({ fragments }) => fragments.at(-1)!.time + fragments.at(-1)!.duration);
  assertEquals(manifest.duration, Math.max(...ends), "Duration");
}

async function checkLevel(track: BoxTrack, level: Level): Promise<void> {
  const bytesKnown = track.samples[0]!.md5 !== "";
  const samples: BoxSample[] = [];
  for (const { url, time, duration } of level.fragments) {
    const fragment = withDecodeTime(await served.fetch(url), time);
    // One by one, since mp4box reads only the first tfdt of a file.
    const bytes = concat(buildSmoothInit(level), fragment) as Uint8Array<ArrayBuffer>;
    const [got] = readTracks(bytes, bytesKnown);
    assertEquals(getStartTime(got!), time, "t");
    assert(duration > 0);
    samples.push(...got!.samples);
  }
  checkSmoothSamples(track, samples);
}

/** Earliest presentation time, in ticks; at least 0. */
function getStartTime({ samples }: BoxTrack): number {
  const earliest = Math.min(...samples.map(({ presentationTime }) => presentationTime));
  return Math.max(0, Math.round(earliest * TICKS));
}
