/** Samples of an MP4 as npm's mp4box reads them: a parser that is not ours. */

import { createHash } from "node:crypto";
import { createFile, type ISOFile, MP4BoxBuffer } from "mp4box";

export interface BoxTrack {
  readonly id: number;
  /** `vide`, `soun`, … */
  readonly handler: string;
  /** Ticks a second. */
  readonly timescale: number;
  /** In decode order. */
  readonly samples: readonly BoxSample[];
  /** Presented from here to there, in seconds; endless where no edit says. */
  readonly start: number;
  readonly end: number;
}

/** Times in seconds; presentation times through the edit list. */
export interface BoxSample {
  readonly decodeTime: number;
  readonly presentationTime: number;
  readonly duration: number;
  readonly sync: boolean;
  readonly size: number;
  /** Of its bytes; "" where they are not looked at. */
  readonly md5: string;
  /** The sample entry that describes it: its type, and the bytes of what a decoder is set up with. */
  readonly entry: { readonly type: string; readonly md5: string };
  /** Which movie fragment it is in, counted from 1; 0 in a progressive file. */
  readonly fragment: number;
}

/** The sample entry that stands for a codec that nobody knows. */
const UNKNOWN = "zzzz";

/** Whether AMS must play a track: pictures and sound of a codec that it knows. */
export function isPlayable({ handler, samples }: BoxTrack): boolean {
  return /vide|soun/.test(handler) && samples[0]?.entry.type !== UNKNOWN;
}

/**
 * Tracks of a file, or of an init with its segments behind it.
 *
 * @param withBytes false where mp4box finds the samples in the wrong place
 * @throws Error where mp4box can't read it
 */
export function readTracks(bytes: Uint8Array<ArrayBuffer>, withBytes = true): BoxTrack[] {
  const file = createFile(false);
  file.onError = (module, message) => {
    throw new Error(`Cannot read with mp4box: ${module} ${message}`);
  };
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(whole.buffer, 0), true);
  file.flush();
  if (!file.moov) throw new Error("Cannot read with mp4box: it finds no moov");
  return file.moov.traks.map((trak) => readTrack(trak, file, { bytes, withBytes }));
}

type Trak = ISOFile["moov"]["traks"][number];

function readTrack(
  trak: Trak,
  file: ISOFile,
  { bytes, withBytes }: { bytes: Uint8Array; withBytes: boolean },
): BoxTrack {
  const id = trak.tkhd.track_id;
  const timescale = trak.mdia.mdhd.timescale;
  const { start, end, mediaTime } = readEdits(trak, file.moov.mvhd.timescale);
  const entries = trak.mdia.minf.stbl.stsd.entries.map(({ type, start = 0, size }) => {
    return { type, md5: md5(getConfiguration(type, bytes.subarray(start + 8, start + size))) };
  });
  const samples = file.getTrackSamplesInfo(id).map((sample): BoxSample => ({
    decodeTime: sample.dts / timescale,
    presentationTime: (sample.cts - mediaTime) / timescale + start,
    duration: sample.duration / timescale,
    sync: sample.is_sync,
    size: sample.size,
    md5: withBytes ? md5(bytes.subarray(sample.offset, sample.offset + sample.size)) : "",
    entry: entries[sample.description_index]!,
    fragment: sample.moof_number ?? 0,
  }));
  return { id, handler: trak.mdia.hdlr.handler, timescale, samples, start, end };
}

/**
 * Of an `mp4a` only the `esds`: the rest is written anew where it is a QuickTime sound description. Of all others
 * everything.
 */
function getConfiguration(type: string, entry: Uint8Array): Uint8Array {
  if (type !== "mp4a") return entry;
  const at = new TextDecoder("latin1").decode(entry).indexOf("esds");
  const size = new DataView(entry.buffer, entry.byteOffset + at - 4).getUint32(0);
  return entry.subarray(at, at + size - 4);
}

/**
 * Empty edits delay what the one after them shows; a duration of 0 is endless (14496-12 §8.6.6). Where there are more
 * edits after that one, AMS plays from the first to the end of the track, and says so.
 */
function readEdits(trak: Trak, movieTimescale: number) {
  const edits = trak.edts?.elst?.entries ?? [];
  const first = edits.findIndex(({ media_time: mediaTime }) => mediaTime >= 0);
  if (first < 0) return { start: 0, end: Infinity, mediaTime: 0 };
  const delay = edits.slice(0, first).reduce((sum, edit) => sum + edit.segment_duration, 0);
  const { segment_duration: duration, media_time: mediaTime } = edits[first]!;
  const endless = duration === 0 || first + 1 < edits.length;
  const start = delay / movieTimescale;
  return { start, end: endless ? Infinity : start + duration / movieTimescale, mediaTime };
}

export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
