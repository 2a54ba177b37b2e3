/** What decoders need to know of a track, as a sample entry of ISO BMFF. */

import { ByteReader, ByteWriter } from "../../bytes.ts";
import { readStsd, type SampleEntry, stsd } from "../../mp4/sample_entry.ts";

const BOX_HEADER_SIZE = 8;

export interface TrackConfiguration {
  readonly type: "video" | "audio";
  /** Complete sample entry. */
  readonly entry: Uint8Array;
  /** Ticks per second: milliseconds of video, the sample rate of audio. */
  readonly timescale: number;
  /** Coded size in pixels; 0 for audio. */
  readonly width: number;
  readonly height: number;
  /** Returns the decoded samples of a frame of audio; 0 if it does not say. */
  countSamples(frame: Uint8Array): number;
}

/** Reads a sample entry that was just built. */
export function parseEntry(bytes: Uint8Array, type: TrackConfiguration["type"]): SampleEntry {
  const w = new ByteWriter(bytes.length + 64);
  stsd(w, [bytes]);
  const [entry] = readStsd(
    new ByteReader(w.finish().subarray(BOX_HEADER_SIZE)),
    type === "video" ? "vide" : "soun",
  );
  return entry!;
}
