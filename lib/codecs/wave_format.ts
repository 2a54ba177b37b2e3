/** WAVEFORMATEXTENSIBLE behind WAVEFORMATEX: what Smooth Streaming says of Dolby's codecs ([MS-SSTR] 2.2.2.5; ETSI TS 103 420). */

import { ByteWriter } from "../bytes.ts";

/** wFormatTag of WAVEFORMATEXTENSIBLE. */
export const EXTENSIBLE = 0xFFFE;

/** What all sub-formats share but their first 4 bytes: KSDATAFORMAT's, little-endian parts and all. */
const KS_MEDIA = [0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71];

/** MEDIASUBTYPE_DOLBY_DDPLUS, a7fb87af-2d02-42fb-a4d4-05cd93843bdd. */
export const DDPLUS = [
  0xAF,
  0x87,
  0xFB,
  0xA7,
  0x02,
  0x2D,
  0xFB,
  0x42,
  0xA4,
  0xD4,
  0x05,
  0xCD,
  0x93,
  0x84,
  0x3B,
  0xDD,
];

/** WAVE_FORMAT_DOLBY_AC3, 0x0092, as a sub-format. */
export const AC3 = [0x92, 0x00, 0x00, 0x00, ...KS_MEDIA];

/** Speakers of WAVEFORMATEXTENSIBLE by count, where nothing says more: mono, stereo, and so on to 7.1. */
const SPEAKERS = [0, 0x4, 0x3, 0x7, 0x33, 0x37, 0x3F, 0x13F, 0x63F];

/**
 * @param samples in a frame, a channel
 * @param configuration the codec's own box, which follows
 */
export function waveFormat(
  { samples, channels, subFormat, configuration }: {
    samples: number;
    channels: number;
    subFormat: readonly number[];
    configuration: Uint8Array;
  },
): Uint8Array {
  const w = new ByteWriter(64);
  w.u8(samples & 255); // little-endian, as RIFF is
  w.u8(samples >> 8);
  const mask = SPEAKERS[channels] ?? 0;
  w.u8(mask & 255);
  w.u8(mask >> 8);
  w.u16(0);
  w.bytes(Uint8Array.from(subFormat));
  w.bytes(configuration);
  return w.finish();
}
