/** TTML in MP4 (ISO/IEC 14496-30 §5): sample entries and samples. */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { decodeText } from "./charset.ts";
import type { Interval, SampledCue } from "./cue_merger.ts";
import type { TtmlContent, TtmlReader } from "./ttml/reader.ts";

/** XMLSubtitleSampleEntry (14496-12 §12.6.3). */
export interface StppEntry {
  readonly namespaces: readonly string[];
  readonly mimeTypes: readonly string[];
  /** `codecs` parameter of `mime`: `im1t`; "" without one. */
  readonly profile: string;
}

/** A document without text, for times at which a track has none. */
export const EMPTY_TTML: Uint8Array = new TextEncoder().encode(
  `<?xml version="1.0" encoding="UTF-8"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang=""><head/><body/></tt>`,
);

const HEADER_SIZE = 16;

/** @throws MediaError if the entry is truncated */
export function readStppEntry({ bytes, boxes }: SampleEntry): StppEntry {
  if (bytes.length < HEADER_SIZE) {
    throw new MediaError(`Cannot read stpp: expected at least ${HEADER_SIZE} bytes`);
  }
  const r = new ByteReader(bytes.subarray(HEADER_SIZE));
  const words = () => r.cstring().split(/\s+/).filter(Boolean);
  const [namespaces, , mimeTypes] = [words(), words(), words()];
  const mime = boxes.get("mime");
  const type = mime && mime.length > 4 ? new TextDecoder().decode(mime.subarray(4)) : "";
  const [, profile = ""] = /codecs\s*=\s*"?([\w|&]{1,40})/.exec(type) ?? [];
  return { namespaces, mimeTypes, profile };
}

export interface StppSample extends Interval {
  readonly bytes: Uint8Array;
  readonly timeOffset: number;
}

/**
 * Clips cues to the sample (14496-30 §5.5).
 *
 * @throws MediaError if the sample is not TTML
 */
export function readStppSample(
  { bytes, start, end, timeOffset }: StppSample,
  reader: TtmlReader,
): { ttml: TtmlContent; cues: SampledCue[] } {
  const ttml = reader.read(decodeText(bytes).text);
  const own = ttml.webvtt.cues;
  // Some muxers count document times from the start of the sample, so all cues would end before it.
  const isSampleTime = own.length > 0 && start > 0 &&
    own.every((cue) => cue.start + timeOffset < start && cue.end + timeOffset <= start) &&
    own.every((cue) => cue.start < end - start);
  if (isSampleTime) {
    reader.warnings.add("Times of documents are interpreted as relative to their samples");
  }
  const offset = isSampleTime ? start : timeOffset;
  const cues = own.map((cue) => ({
    ...cue,
    start: Math.max(start, cue.start + offset),
    end: Math.min(end, cue.end + offset),
  }));
  return { ttml, cues };
}
