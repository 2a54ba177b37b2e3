/** QuickTime's sound descriptions, written anew as ISO's AudioSampleEntry: Chromium refuses the others. */

import { ByteWriter } from "../bytes.ts";
import type { SampleEntry } from "./sample_entry.ts";

/** Boxes that configure a decoder; all else that QuickTime puts into `wave` stays behind. */
const CONFIGURATION = ["esds", "dac3", "dec3", "dOps", "dfLa", "chnl", "btrt"];

/** What the codec knows better than a QuickTime entry, and the entry's type in an init. */
export interface IsoAudioEntry {
  readonly type: string;
  readonly channels: number;
  /** In Hz. */
  readonly sampleRate: number;
  /** A whole box that configures the decoder, where the file has none. */
  readonly configuration?: Uint8Array | undefined;
}

/** The entry as a whole box of version 0 (14496-12 §12.2.3) with the same codec box. */
export function buildIsoAudioEntry(
  entry: SampleEntry,
  { type, channels, sampleRate, configuration }: IsoAudioEntry,
): Uint8Array {
  const w = new ByteWriter(256);
  w.box(type, () => {
    w.skip(6);
    w.u16(1); // data reference
    w.skip(8);
    w.u16(channels);
    w.u16(16); // bits a sample, by template
    w.skip(4);
    w.u32(sampleRate < 2 ** 16 ? sampleRate * 2 ** 16 : 0); // 16.16: what doesn't fit, the codec box says
    for (const name of CONFIGURATION) {
      const body = entry.boxes.get(name);
      if (body) w.box(name, () => w.bytes(body));
    }
    if (configuration) w.bytes(configuration);
  });
  return w.finish();
}

/** A copy of the entry under another type: `hvc1` for `hev1`. */
export function renameSampleEntry({ bytes }: SampleEntry, type: string): Uint8Array {
  const copy = bytes.slice();
  for (let i = 0; i < 4; i++) copy[4 + i] = type.charCodeAt(i);
  return copy;
}
