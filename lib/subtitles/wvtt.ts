/** WebVTT in MP4 (ISO/IEC 14496-30 §7): sample entries and samples. */

import { ByteReader, ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readBoxes } from "../mp4/box.ts";
import type { SampledCue } from "./cue_merger.ts";

const MAX_CUES = 10_000;

/**
 * Returns no cues for `vtte`, and ignores `vtta`.
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

/** Arrows would make it a timing line. */
function toOneLine(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("-->", "->").trim();
}

/** Empty lines and arrows would end the cue. */
function toCueLines(text: string): string {
  const nonEmpty = text.split(/\r\n?|\n/).filter((line) => line.trim() !== "");
  return nonEmpty.join("\n").replaceAll("-->", "--&gt;");
}

export interface WrittenCue {
  readonly id: string;
  readonly settings: string;
  readonly text: string;
  /** `vsid`; undefined if the cue is in one sample only. */
  readonly source?: number | undefined;
}

const encoder = new TextEncoder();

/** VTTCueBox (14496-30 §7.5.2). `time` is the sample's, which timestamps in the text refer to. */
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

const INNER_TIME = /<\d/;

/** VTTEmptyCueBox (14496-30 §7.5.3). */
export function vtte(w: ByteWriter): void {
  w.box("vtte", () => {});
}

/** WVTTSampleEntry (14496-30 §7.4). `configuration` is a WebVTT header with styles and regions. */
export function wvttEntry(configuration: string): Uint8Array {
  const w = new ByteWriter(64 + configuration.length);
  w.box("wvtt", () => {
    w.skip(6);
    w.u16(1);
    w.box("vttC", () => w.bytes(encoder.encode(configuration)));
  });
  return w.finish();
}
