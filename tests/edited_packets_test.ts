/**
 * AMS presents what the edit lists of files say, frame by frame: mp4box reads the samples of the file, and of the segments and
 * Smooth fragments that a client assembles.
 */

import { assert, assertEquals, assertLess } from "@std/assert";
import { type BoxSample, type BoxTrack, readTestdataTracks, readTracks } from "./mp4box.ts";
import { readMpd } from "./mpd.ts";
import { joinBytes } from "./mpegts.ts";
import { copyAllMedia, SEVERAL_EDITS } from "./sample_presentations.ts";
import { ORIGIN, packageFile, serveTemporaryRoot } from "./serve.ts";

/** In seconds: samples that are needed for decoding only last less, together. */
const HIDDEN = 0.0005;

const served = serveTemporaryRoot(copyAllMedia);

/** A sample of the file, or of segments. */
interface Shown {
  readonly time: number;
  readonly md5: string;
  readonly duration: number;
}

interface PresentedRange {
  /** Presentation times. */
  readonly start: number;
  readonly end: number;
  /** Time of the media at `start`. */
  readonly mediaStart: number;
}

function listRanges(file: string): PresentedRange[] {
  let end = 0;
  return SEVERAL_EDITS[file]!.flatMap(([duration, mediaStart]) => {
    const start = end;
    end += duration;
    return mediaStart === undefined ? [] : [{ start, end, mediaStart }];
  });
}

/** Lists the samples of the file in all edits: video that starts in them, audio whose centre is in them. */
function listExpected({ samples, handler, start }: BoxTrack, ranges: readonly PresentedRange[]) {
  const [first] = ranges;
  return ranges.flatMap(({ start: time, end, mediaStart }, i) =>
    samples.flatMap(({ presentationTime, md5, duration }): Shown[] => {
      const inMedia = presentationTime - start + first!.mediaStart; // mp4box applied the start of the first edit
      const shown = { time: time + inMedia - mediaStart, md5, duration };
      const isJoin = handler === "soun";
      const at = shown.time + (isJoin ? duration / 2 : 0);
      const isFirst = isJoin && i === 0 && shown.time + duration > HIDDEN;
      const isLast = isJoin && i === ranges.length - 1 && shown.time < end - HIDDEN;
      const isIn = (at > time - HIDDEN / 2 || isFirst) && (at < end - HIDDEN / 2 || isLast);
      return isIn ? [shown] : [];
    })
  );
}

function checkPresented(track: BoxTrack, got: readonly BoxSample[], file: string): void {
  const ranges = listRanges(file);
  const expected = listExpected(track, ranges).sort((a, b) => a.time - b.time);
  const all = got.map(({ presentationTime, md5, duration }) => ({
    ...{ time: presentationTime, md5, duration },
  })).sort((a, b) => a.time - b.time);
  const isHidden = (i: number) => {
    const next = all[i + 1]?.time ?? ranges.at(-1)!.end;
    const { time, duration } = all[i]!;
    return track.handler === "soun" ? time + duration < HIDDEN : next - time < HIDDEN;
  };
  const shown = all.filter((_, i) => !isHidden(i));
  assertEquals(shown.map(({ md5 }) => md5), expected.map(({ md5 }) => md5));
  for (const [i, { time }] of shown.entries()) {
    assertLess(Math.abs(time - expected[i]!.time), HIDDEN);
  }
  for (let i = 1; i < got.length; i++) assert(got[i]!.decodeTime > got[i - 1]!.decodeTime);
}

async function readRepresentations(url: string): Promise<BoxTrack[]> {
  const mpd = new TextDecoder().decode(await served.fetch(url));
  return await Promise.all(
    readMpd(mpd, url).map(async ({ init, segments }) => {
      const parts = [await served.fetch(init!)];
      for (const { url } of segments) parts.push(await served.fetch(url));
      return readTracks(joinBytes(parts), true)[0]!;
    }),
  );
}

for (const file of Object.keys(SEVERAL_EDITS)) {
  Deno.test(`the segments of ${file} present its edits, packaged and plain`, async () => {
    const tracks = await readTestdataTracks(file);
    await packageFile(served.root, file);
    for (const url of [`${file}.json/.mpd`, `${file}/.mpd?only`]) {
      const got = await readRepresentations(`${ORIGIN}/${url}`);
      assertEquals(got.length, tracks.length);
      for (const [i, track] of tracks.entries()) checkPresented(track, got[i]!.samples, file);
    }
  });
}
