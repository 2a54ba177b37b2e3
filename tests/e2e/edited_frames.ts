/** Compares what clients decode of a track with several edits with what ffmpeg decodes of its file. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { createFile, MP4BoxBuffer } from "mp4box";
import { isSameTime } from "./compare.ts";
import type { Packet } from "./ffmpeg.ts";

/** An edit, in seconds. */
export interface TrackEdit {
  /** Composition times `[start, end)`. */
  readonly start: number;
  readonly end: number;
  /** Presentation time of `start`. */
  readonly at: number;
}

/** Samples that are needed only for decoding are presented within this time, in seconds. */
const HIDDEN = 0.0005;

/** A frame that the start of an edit cuts is presented after the hidden ones, which last a tick of 90 kHz each in MPEG-TS. In seconds. */
const CUT = 0.001;

/** Reads the edits of a track with npm's mp4box, without the empty ones. */
export function readTrackEdits(bytes: Uint8Array<ArrayBuffer>, trackId: number): TrackEdit[] {
  const file = createFile(false);
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(bytes.slice().buffer, 0), true);
  file.flush();
  const trak = file.moov!.traks.find(({ tkhd }) => tkhd.track_id === trackId)!;
  const edits: TrackEdit[] = [];
  let at = 0;
  for (const edit of trak.edts?.elst?.entries ?? []) {
    const duration = edit.segment_duration / file.moov!.mvhd.timescale;
    const start = edit.media_time / trak.mdia.mdhd.timescale;
    if (edit.media_time >= 0) edits.push({ start, end: start + duration, at });
    at += duration;
  }
  return edits;
}

/**
 * Returns the frames that edits present. ffmpeg 5.1 presents later edits up to 0.12 s too late if one before them starts between
 * key frames, so it decodes the file without edits.
 *
 * @param whole all frames of the file, at their composition times
 */
export function applyEdits(whole: readonly Packet[], edits: readonly TrackEdit[]): Packet[] {
  return edits.flatMap(({ start, end, at }) =>
    whole.filter(({ pts }) => pts > start - HIDDEN && pts < end - HIDDEN)
      .map((frame) => ({ ...frame, pts: frame.pts - start + at }))
  );
}

/**
 * Checks that each frame that ffmpeg decodes of the edits is presented at its time, and nothing else but what decoding needs, for
 * less than half a millisecond at a time; and the frame that an edit cuts, at the start of the edit.
 *
 * @param source see `applyEdits()`
 * @param client decoded frames, with presentation times of the file
 */
export function checkEditedVideo(
  source: readonly Packet[],
  client: readonly Packet[],
  edits: readonly TrackEdit[],
): void {
  assertGreater(source.length, 1);
  const shown = client.toSorted((a, b) => a.pts - b.pts)
    .filter(({ pts }, i, all) => !(all[i + 1] && all[i + 1]!.pts - pts < HIDDEN));
  for (const frame of source) {
    const same = shown.find(({ pts }) => isSameTime(pts, frame.pts));
    assertEquals(same?.md5, frame.md5, `the frame at ${frame.pts} s`);
  }
  const end = source.at(-1)!.pts;
  for (const { pts } of shown) {
    const isKnown = source.some((frame) => isSameTime(frame.pts, pts)) || pts > end ||
      edits.some(({ at }) => Math.abs(pts - at) < CUT);
    assert(isKnown, `a frame of no edit is presented at ${pts} s`);
  }
}

/**
 * Checks that packets are presented at the times at which their edit presents them, and that packets cover each edit to half a
 * packet at its ends.
 *
 * @param whole all packets of the file, at their composition times
 * @param client packets of all edits, in order
 */
export function checkEditedAudio(
  whole: readonly Packet[],
  client: readonly Packet[],
  edits: readonly TrackEdit[],
): void {
  const { duration } = whole[0]!;
  const half = duration / 2 + HIDDEN;
  const editAt = (pts: number) => Math.max(0, edits.findLastIndex(({ at }) => pts + half >= at));
  for (const [i, { at, start, end }] of edits.entries()) {
    const own = client.filter(({ pts }) => editAt(pts) === i);
    assertGreater(own.length, 0, `packets of the edit at ${at} s`);
    for (const { pts, md5 } of own) {
      const source = whole.find((packet) => isSameTime(packet.pts, pts - at + start));
      assertEquals(md5, source?.md5, `the packet at ${pts} s`);
    }
    const [early, late] = [own[0]!.pts - at, own.at(-1)!.pts + duration - at - (end - start)];
    if (i > 0) assert(Math.abs(early) <= half, `the edit at ${at} s starts ${early} s late`);
    if (i + 1 < edits.length) assert(Math.abs(late) <= half, `it ends ${late} s late`);
  }
}
