/** WebVTT in MP4 (ISO/IEC 14496-30 §7): reader and writer of sample entries and samples. */

import { ByteReader, ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readBoxes } from "../mp4/box.ts";
import type { SampledCue } from "./cue_merger.ts";

const MAX_CUES = 10_000;

/**
 * Reads the cues of a sample; none for `vtte`. Ignores comments (`vtta`).
 *
 * @throws MediaError with the box path if a box size is invalid
 */
export function readWvttSample(bytes: Uint8Array): SampledCue[] {
  const cues: SampledCue[] = [];
  readBoxes(new ByteReader(bytes), {
    vttc: (r) => {
      if (cues.length >= MAX_CUES) {
        throw new MediaError(`Cannot read a sample of more than ${MAX_CUES} cues`);
      }
      cues.push(readVttc(r));
    },
  });
  return cues;
}

/** VTTCueBox (14496-30 §7.5.2). In a sample. */
function readVttc(r: ByteReader): SampledCue {
  const cue = { id: "", settings: "", text: "", source: undefined as number | undefined };
  readBoxes(r, {
    vsid: (r) => cue.source = r.u32(),
    iden: (r) => cue.id = toOneLine(readText(r)),
    sttg: (r) => cue.settings = toOneLine(readText(r)),
    payl: (r) => cue.text = toCueLines(readText(r)),
  });
  return cue;
}

function readText(r: ByteReader): string {
  return new TextDecoder().decode(r.rest().bytes).replaceAll("\0", "");
}

/** Collapses line breaks, and removes arrows, which would turn the line into a timing line. */
function toOneLine(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("-->", "->").trim();
}

/** Removes empty lines and escapes arrows, which would end the cue. */
function toCueLines(text: string): string {
  const nonEmpty = text.split(/\r\n?|\n/).filter((line) => line.trim() !== "");
  return nonEmpty.join("\n").replaceAll("-->", "--&gt;");
}

export interface WrittenCue {
  readonly id: string;
  readonly settings: string;
  readonly text: string;
  /** Source id (`vsid`), equal in all samples of the cue; undefined if the cue is in one sample only. */
  readonly source?: number | undefined;
}

const encoder = new TextEncoder();

/**
 * Writes a VTTCueBox (14496-30 §7.5.2). In a sample.
 *
 * @param time of the sample, which timestamps in the text refer to
 */
export function vttc(
  w: ByteWriter,
  { id, settings, text, source }: WrittenCue,
  time: string,
): void {
  w.box("vttc", () => {
    if (source !== undefined) w.box("vsid", () => w.u32(source));
    if (id) w.box("iden", () => w.bytes(encoder.encode(id)));
    if (source !== undefined && INNER_TIME.test(text)) w.box("ctim", () => w.ascii(time));
    if (settings) w.box("sttg", () => w.bytes(encoder.encode(settings)));
    w.box("payl", () => w.bytes(encoder.encode(text)));
  });
}

/** WebVTT timestamp in cue text: `<00:01.000>`. */
const INNER_TIME = /<\d/;

/** Writes a VTTEmptyCueBox (14496-30 §7.5.3): no cue is shown. In a sample. */
export function vtte(w: ByteWriter): void {
  w.box("vtte", () => {});
}

/**
 * Writes a WVTTSampleEntry (14496-30 §7.4). In stsd.
 *
 * @param configuration WebVTT file header with styles and regions
 */
export function wvttEntry(configuration: string): Uint8Array {
  const w = new ByteWriter(64 + configuration.length);
  w.box("wvtt", () => {
    w.skip(6);
    w.u16(1); // data_reference_index
    w.box("vttC", () => w.bytes(encoder.encode(configuration)));
  });
  return w.finish();
}
