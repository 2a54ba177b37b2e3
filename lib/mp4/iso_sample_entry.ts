/** Converts QuickTime audio sample descriptions, which Chromium rejects, to ISO AudioSampleEntry. */

import { ByteWriter } from "../bytes.ts";
import type { SampleEntry } from "./sample_entry.ts";

const CONFIGURATION = ["esds", "dac3", "dec3", "dOps", "dfLa", "chnl", "btrt"];

export interface IsoAudioEntry {
  readonly type: string;
  readonly channels: number;
  readonly sampleRate: number;
  readonly configurationBox?: Uint8Array | undefined;
}

/** Builds an AudioSampleEntry of version 0 (14496-12 §12.2.3) with the configuration boxes of `entry`. */
export function buildIsoAudioEntry(
  entry: SampleEntry,
  { type, channels, sampleRate, configurationBox }: IsoAudioEntry,
): Uint8Array {
  const w = new ByteWriter(256);
  w.box(type, () => {
    w.skip(6);
    w.u16(1);
    w.skip(8);
    w.u16(channels);
    w.u16(16);
    w.skip(4);
    w.u32(sampleRate < 2 ** 16 ? sampleRate * 2 ** 16 : 0); // 0: the codec configuration has the rate
    for (const name of CONFIGURATION) {
      const body = entry.boxes.get(name);
      if (body) w.box(name, () => w.bytes(body));
    }
    if (configurationBox) w.bytes(configurationBox);
  });
  return w.finish();
}

/** Copies an entry with another type, such as `hvc1` for `hev1`. */
export function renameSampleEntry({ bytes }: SampleEntry, type: string): Uint8Array {
  const copy = bytes.slice();
  for (let i = 0; i < 4; i++) copy[4 + i] = type.charCodeAt(i);
  return copy;
}
