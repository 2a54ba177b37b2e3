/** TTML in MP4 (ISO/IEC 14496-30 §5): what an entry says, and the cues of a sample's document. */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { decodeText } from "./charset.ts";
import type { Interval, SampledCue } from "./cue_merger.ts";
import type { TtmlContent, TtmlReader } from "./ttml/reader.ts";

/** XMLSubtitleSampleEntry (14496-12 §12.6.3). */
export interface StppEntry {
  readonly namespaces: readonly string[];
  /** Types of what documents show beside text. */
  readonly mimeTypes: readonly string[];
  /** What its `mime` box names as codecs: `im1t`; "" without one. */
  readonly profile: string;
}

/** Bytes before an entry's own fields: the box's header, reserved, data_reference_index. */
const HEADER_SIZE = 16;

/** @throws MediaError when it is cut off */
export function readStppEntry({ bytes, boxes }: SampleEntry): StppEntry {
  if (bytes.length < HEADER_SIZE) throw new MediaError("Cannot read stpp: it is cut off");
  const r = new ByteReader(bytes.subarray(HEADER_SIZE));
  const words = () => r.cstring().split(/\s+/).filter(Boolean);
  const [namespaces, , mimeTypes] = [words(), words(), words()];
  const mime = boxes.get("mime");
  const type = mime && mime.length > 4 ? new TextDecoder().decode(mime.subarray(4)) : "";
  const [, profile = ""] = /codecs\s*=\s*"?([\w|&]{1,40})/.exec(type) ?? [];
  return { namespaces, mimeTypes, profile };
}

/** A sample, and what to add to its document's times to have those of the presentation; in milliseconds. */
export interface StppSample extends Interval {
  readonly bytes: Uint8Array;
  readonly timeOffset: number;
}

/**
 * The document's cues, as far as the sample lasts (14496-30 §5.5).
 *
 * @throws MediaError when it is no TTML
 */
export function readStppSample(
  { bytes, start, end, timeOffset }: StppSample,
  reader: TtmlReader,
): { ttml: TtmlContent; cues: SampledCue[] } {
  const ttml = reader.read(decodeText(bytes).text);
  const own = ttml.webvtt.cues;
  // Times are the track's; some programs count them from the sample's start, so that all would lie before it.
  const isOwnClock = own.length > 0 && start > 0 &&
    own.every((cue) => cue.start + timeOffset < start && cue.end + timeOffset <= start) &&
    own.every((cue) => cue.start < end - start);
  if (isOwnClock) reader.warnings.add("Its documents' times are taken to count from each sample");
  const added = isOwnClock ? start : timeOffset;
  const cues = own.map((cue) => ({
    ...cue,
    start: Math.max(start, cue.start + added),
    end: Math.min(end, cue.end + added),
  }));
  return { ttml, cues };
}
