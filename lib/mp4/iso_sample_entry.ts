/** Converts QuickTime audio sample descriptions to ISO AudioSampleEntry: Chromium rejects QuickTime's. */

import { ByteWriter } from "../bytes.ts";
import type { SampleEntry } from "./sample_entry.ts";

/** Boxes that are copied; the other boxes of QuickTime's `wave` are dropped. */
const CONFIGURATION = ["esds", "dac3", "dec3", "dOps", "dfLa", "chnl", "btrt"];

/** Values from the codec configuration, which override those of the source entry. */
export interface IsoAudioEntry {
  readonly type: string;
  readonly channels: number;
  /** In Hz. */
  readonly sampleRate: number;
  /** Complete decoder configuration box, if the source entry has none. */
  readonly configuration?: Uint8Array | undefined;
}

/** Builds an AudioSampleEntry of version 0 (14496-12 §12.2.3) with the configuration boxes of `entry`. */
export function buildIsoAudioEntry(
  entry: SampleEntry,
  { type, channels, sampleRate, configuration }: IsoAudioEntry,
): Uint8Array {
  const w = new ByteWriter(256);
  w.box(type, () => {
    w.skip(6);
    w.u16(1); // data_reference_index
    w.skip(8);
    w.u16(channels);
    w.u16(16); // samplesize: template value
    w.skip(4);
    w.u32(sampleRate < 2 ** 16 ? sampleRate * 2 ** 16 : 0); // 16.16; 0 if too large, the codec configuration has the rate
    for (const name of CONFIGURATION) {
      const body = entry.boxes.get(name);
      if (body) w.box(name, () => w.bytes(body));
    }
    if (configuration) w.bytes(configuration);
  });
  return w.finish();
}

/** Copies an entry with another type, such as `hvc1` for `hev1`. */
export function renameSampleEntry({ bytes }: SampleEntry, type: string): Uint8Array {
  const copy = bytes.slice();
  for (let i = 0; i < 4; i++) copy[4 + i] = type.charCodeAt(i);
  return copy;
}
