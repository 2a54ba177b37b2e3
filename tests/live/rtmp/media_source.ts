/** Tracks of testdata as an encoder pushes them over RTMP: times in rounded milliseconds, and decoder configurations. */

import { readEsds } from "../../../lib/codecs/esds.ts";
import { readMovie } from "../../../lib/mp4/read_movie.ts";
import type { Track } from "../../../lib/mp4/movie.ts";
import type { SampleEntry } from "../../../lib/mp4/sample_entry.ts";
import { IS_NON_SYNC } from "../../../lib/mp4/samples/sample_table.ts";
import { readBytes, type Source } from "../../../lib/storage/source.ts";
import { open } from "../../archive/recorded_asset.ts";
import { ascii, concat, u8 } from "../../mp4/movie_file.ts";

export interface SourceFrame {
  /** Decode time in seconds, after the edit list: below 0 of frames that are presented after time 0. */
  readonly seconds: number;
  /** Decode time and composition offset in milliseconds, rounded each as ffmpeg does: the difference of rounded times. */
  readonly time: number;
  readonly offset: number;
  readonly isKey: boolean;
  readonly bytes: Uint8Array;
}

export interface SourceTrack {
  readonly type: "audio" | "video";
  /** Of Enhanced RTMP. */
  readonly fourCc: string;
  /** Sequence header; empty if the codec has none. */
  readonly configuration: Uint8Array;
  readonly frames: readonly SourceFrame[];
  /** In seconds, so that copies of the track can follow. */
  readonly duration: number;
}

/** Configuration boxes with what precedes the record in the box. */
const BOXES: Readonly<Record<string, readonly [type: string, skipped: number]>> = {
  avc1: ["avcC", 0],
  hvc1: ["hvcC", 0],
  av01: ["av1C", 0],
  vp09: ["vpcC", 4],
};

/**
 * Reads the audio and video tracks of a file of testdata/, in the order of the file.
 *
 * @param repeats how often it is played, one after another
 */
export async function readSource(name: string, repeats = 1): Promise<SourceTrack[]> {
  const source = await open(name);
  try {
    return await readTracks(source, repeats);
  } finally {
    source.close();
  }
}

/** Reads the audio and video tracks of an MP4 file, in the order of the file. */
export async function readTracks(source: Source, repeats = 1): Promise<SourceTrack[]> {
  const { tracks } = await readMovie(source);
  const media = tracks.filter(({ handler }) => handler === "vide" || handler === "soun");
  return await Promise.all(media.map((track) => readTrack(track, source, repeats)));
}

async function readTrack(track: Track, source: Source, repeats: number): Promise<SourceTrack> {
  const { samples, timescale, handler, entries, edits } = track;
  const mediaTime = edits.find(({ mediaTime }) => mediaTime >= 0)?.mediaTime ?? 0;
  const { offsets, sizes, compositionOffsets, flags } = samples.readSamples(0, samples.count);
  const duration = samples.decodeTime(samples.count) / timescale;
  const bytes = await Promise.all(
    [...sizes].map((size, i) => readBytes(source, offsets[i]!, size)),
  );
  const frames = Array.from({ length: repeats }, (_, copy) =>
    bytes.map((bytes, i) => {
      const seconds = copy * duration + (samples.decodeTime(i) - mediaTime) / timescale;
      const time = Math.round(1000 * seconds);
      const presented = Math.round(1000 * (seconds + compositionOffsets[i]! / timescale));
      const isKey = (flags[i]! & IS_NON_SYNC) === 0;
      return { seconds, time, offset: presented - time, isKey, bytes };
    }));
  const [entry] = entries as [SampleEntry];
  return {
    type: handler === "vide" ? "video" : "audio",
    ...readConfiguration(entry),
    frames: frames.flat(),
    duration: duration * repeats,
  };
}

function readConfiguration(
  entry: SampleEntry,
): Pick<SourceTrack, "fourCc" | "configuration"> {
  const { type: fourCc, boxes } = entry;
  const [name, skipped] = BOXES[fourCc] ?? ["", 0];
  if (name) return { fourCc, configuration: boxes.get(name)!.slice(skipped) };
  if (fourCc === "Opus") return { fourCc, configuration: toOpusHead(boxes.get("dOps")!) };
  if (fourCc === "fLaC") {
    return { fourCc, configuration: concat(ascii("fLaC"), boxes.get("dfLa")!.slice(4)) };
  }
  if (fourCc === "ac-3" || fourCc === "ec-3") return { fourCc, configuration: new Uint8Array() };
  const { decoderSpecificInfo } = readEsds(entry);
  return decoderSpecificInfo
    ? { fourCc: "mp4a", configuration: decoderSpecificInfo }
    : { fourCc: ".mp3", configuration: new Uint8Array() };
}

/** The ID header of Ogg (RFC 7845 §5.1) is little-endian, and has another version than `dOps`. */
function toOpusHead(dops: Uint8Array): Uint8Array {
  const [, channels, skipHigh, skipLow, r3, r2, r1, r0, gainHigh, gainLow, family] = dops;
  const fixed = u8(1, channels!, skipLow!, skipHigh!, r0!, r1!, r2!, r3!, gainLow!, gainHigh!);
  return concat(ascii("OpusHead"), fixed, u8(family!), dops.slice(11));
}

export interface NumberedFrame {
  /** Index in the list of tracks. */
  readonly track: number;
  readonly frame: SourceFrame;
}

/** Frames of all tracks as they are sent: by decode time, then in the order of the tracks. */
export function mergeFrames(tracks: readonly SourceTrack[]): NumberedFrame[] {
  const all = tracks.flatMap(({ frames }, track) => frames.map((frame) => ({ track, frame })));
  return all.sort((a, b) => a.frame.seconds - b.frame.seconds || a.track - b.track);
}
