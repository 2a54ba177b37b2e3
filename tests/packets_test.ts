/**
 * AMS serves every sample of every file in testdata unchanged, at its time: mp4box reads both the file and what a client
 * assembles from the MPD. tests/e2e/packets_test.ts does the same with ffmpeg.
 */

import { assert, assertEquals } from "@std/assert";
import {
  type BoxSample,
  type BoxTrack,
  md5,
  readTestdataTracks,
  readTracks,
  WITH_SHORT_AUDIO,
} from "./mp4box.ts";
import { joinBytes } from "./mpegts.ts";
import { readMpd, type Representation, withoutSubtitles } from "./mpd.ts";
import { checkSamples } from "./sample_comparison.ts";
import { copyAllMedia, MEDIA, SEVERAL_EDITS } from "./sample_presentations.ts";
import { type FetchBytes, ORIGIN, packageFile, serveTemporaryRoot } from "./serve.ts";

const served = serveTemporaryRoot(copyAllMedia);

for (const media of MEDIA.filter((name) => name !== WITH_SHORT_AUDIO && !(name in SEVERAL_EDITS))) {
  Deno.test(`every sample of ${media} is in its segments, packaged and plain`, async () => {
    const tracks = await readTestdataTracks(media);
    assert(tracks.length > 0);
    await packageFile(served.root, media);
    await checkMpd(`${ORIGIN}/${media}.json/.mpd`, tracks);
    await checkMpd(`${ORIGIN}/${media}/.mpd?only`, tracks);
  });
}

async function checkMpd(url: string, tracks: readonly BoxTrack[]): Promise<void> {
  const representations = withoutSubtitles(
    readMpd(new TextDecoder().decode(await served.fetch(url)), url),
  );
  assertEquals(representations.length, tracks.length, "Representations");
  for (const [i, track] of tracks.entries()) {
    const representation = representations[i]!;
    if (representation.init) await checkMedia(track, representation, served.fetch);
    else await checkImages(track, representation, served.fetch);
  }
}

async function checkMedia(track: BoxTrack, representation: Representation, fetch: FetchBytes) {
  const { init, segments, timescale } = representation;
  const parts = [await fetch(init)];
  for (const { url } of segments) parts.push(await fetch(url));
  const bytesKnown = track.samples[0]!.md5 !== "";
  const [got, ...more] = readTracks(joinBytes(parts), bytesKnown);
  assertEquals(more, [], "tracks of an init");
  checkSamples(track, got!);
  assertEquals(getStartTimes(got!.samples, timescale), segments.map(({ time }) => time), "S@t");
}

/** Earliest presentation time of each movie fragment, at least 0, which is `<time>` in its URL. */
function getStartTimes(samples: readonly BoxSample[], timescale: number): number[] {
  const fragments = Map.groupBy(samples, ({ fragment }) => fragment);
  return [...fragments.values()].map((samples) => {
    const earliest = Math.min(...samples.map(({ presentationTime }) => presentationTime));
    return Math.max(0, Math.round(earliest * timescale));
  });
}

async function checkImages(
  { samples }: BoxTrack,
  representation: Representation,
  fetch: FetchBytes,
) {
  const { segments, timescale } = representation;
  assertEquals(segments.length, samples.length, "images");
  for (const [i, { url, time }] of segments.entries()) {
    assertEquals(md5(await fetch(url)), samples[i]!.md5, url);
    assertEquals(time / timescale, samples[i]!.presentationTime, url);
  }
}
