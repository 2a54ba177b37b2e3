/** Part of WAVEFORMATEXTENSIBLE after WAVEFORMATEX, for Dolby codecs ([MS-SSTR] 2.2.2.5; ETSI TS 103 420). */

import { ByteWriter } from "../bytes.ts";

export const WAVE_FORMAT_EXTENSIBLE = 0xFFFE;

/** MEDIASUBTYPE_DOLBY_DDPLUS, in file byte order. */
export const SUBTYPE_DDPLUS = [0xAF87FBA7, 0x022DFB42, 0xA4D405CD, 0x93843BDD];

/** MEDIASUBTYPE_DOLBY_AC3; 0x0092 is AC-3 in S/PDIF. */
export const SUBTYPE_AC3 = [0x2C806DE0, 0x46DBCF11, 0xB4D10080, 0x5F6CBBEA];

/** dwChannelMask by ISO/IEC 23091-3: FL FR FC LFE BL BR FLC FRC BC SL SR TC TFL TFC TFR, lowest bit first. */
const CHANNEL_MASKS: Partial<Record<number, number>> = {
  ...{ 1: 0x4, 2: 0x3, 3: 0x7, 4: 0x107, 5: 0x37, 6: 0x3F, 7: 0xFF, 8: 0x3 },
  ...{ 9: 0x103, 10: 0x33, 11: 0x13F, 12: 0x63F, 14: 0x503F },
};

/** Appends `configuration`, the codec's box. `samples` are per frame and channel. */
export function waveFormatExtensible(
  { samples, channelConfiguration = 0, subFormat, configuration }: {
    samples: number;
    channelConfiguration: number | undefined;
    subFormat: readonly number[];
    configuration: Uint8Array;
  },
): Uint8Array {
  const w = new ByteWriter(64);
  w.u8(samples & 255); // little-endian
  w.u8(samples >> 8);
  const mask = CHANNEL_MASKS[channelConfiguration] ?? 0;
  w.u8(mask & 255);
  w.u8(mask >> 8);
  w.u16(0);
  for (const part of subFormat) w.u32(part);
  w.bytes(configuration);
  return w.finish();
}
