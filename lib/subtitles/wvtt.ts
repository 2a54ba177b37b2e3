/** WebVTT in MP4 (ISO/IEC 14496-30 §7): cues in samples, read and written. */

import { ByteReader, ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readBoxes } from "../mp4/box.ts";
import type { SampledCue } from "./cue_merger.ts";

/** What a sample can hold at most, as one of a file of 16 MB: so many boxes, or so many bytes. */
const MAX_CUES = 10_000;

/**
 * The cues of one sample, which are shown while it lasts; none in `vtte`. Comments (`vtta`) are passed over.
 *
 * @throws MediaError with the box's path when a size lies
 */
export function readWvttSample(bytes: Uint8Array): SampledCue[] {
  const cues: SampledCue[] = [];
  readBoxes(new ByteReader(bytes), {
    vttc: (r) => {
      if (cues.length >= MAX_CUES) {
        throw new MediaError(`Cannot show over ${MAX_CUES} cues at once`);
      }
      cues.push(readVttc(r));
    },
  });
  return cues;
}

/** Cue (14496-30 §7.5.2). In a sample. */
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

/** A timing's arrow would make it something else in a file. */
function toOneLine(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("-->", "->").trim();
}

/** Empty lines and arrows would end the cue. */
function toCueLines(text: string): string {
  const kept = text.split(/\r\n?|\n/).filter((line) => line.trim() !== "");
  return kept.join("\n").replaceAll("-->", "--&gt;");
}

/** A cue as a sample is written with it. */
export interface WrittenCue {
  readonly id: string;
  readonly settings: string;
  readonly text: string;
  /** The same in every sample that shows the cue; undefined where one does. */
  readonly source?: number | undefined;
}

const encoder = new TextEncoder();

/** Cue (14496-30 §7.5.2). `time` is that of the sample, which times within the text want. In a sample. */
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

/** `<00:01.000>`: text that appears while the cue is shown. */
const INNER_TIME = /<\d/;

/** Nothing is shown (14496-30 §7.5.3). In a sample. */
export function vtte(w: ByteWriter): void {
  w.box("vtte", () => {});
}

/** WVTTSampleEntry (14496-30 §7.4), with what stands in a file before its first cue. In stsd. */
export function wvttEntry(configuration: string): Uint8Array {
  const w = new ByteWriter(64 + configuration.length);
  w.box("wvtt", () => {
    w.skip(6);
    w.u16(1); // data reference
    w.box("vttC", () => w.bytes(encoder.encode(configuration)));
  });
  return w.finish();
}
