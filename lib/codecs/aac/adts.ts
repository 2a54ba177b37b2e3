/** ADTS (14496-3 §1.A.3.2). */

import { MediaError } from "../../errors.ts";
import type { AudioSpecificConfig } from "./audio_specific_config.ts";
import { AAC_SAMPLE_RATES } from "./audio_specific_config.ts";

export const ADTS_HEADER_SIZE = 7;

const MAX_FRAME_LENGTH = 2 ** 13 - 1;

const NOTHING = new Uint8Array(0);

/** The profile field has two bits. */
const MAX_OBJECT_TYPE = 4;

/** Checks that ADTS, which implies frames of 1024 samples, can signal the configuration. */
export function isSupportedByAdts(config: AudioSpecificConfig): boolean {
  const { objectType, coreRate, channelConfiguration, hasShortFrames } = config;
  return objectType <= MAX_OBJECT_TYPE && AAC_SAMPLE_RATES.includes(coreRate) &&
    channelConfiguration < 8 && !hasShortFrames;
}

/** Creates a function that prepends an ADTS header; it throws a MediaError if a frame is too long. */
export function createAdtsConverter(
  { objectType, coreRate, channelConfiguration, programConfig: element = NOTHING }:
    AudioSpecificConfig,
): (frame: Uint8Array) => Uint8Array[] {
  const rate = AAC_SAMPLE_RATES.indexOf(coreRate);
  return (frame) => {
    const size = ADTS_HEADER_SIZE + element.length + frame.length;
    if (size > MAX_FRAME_LENGTH) {
      throw new MediaError(
        `Cannot write an AAC frame of ${frame.length} bytes to ADTS: aac_frame_length has 13 bits`,
        "MEDIA_UNSUPPORTED",
      );
    }
    const header = new Uint8Array(ADTS_HEADER_SIZE);
    header[0] = 0xFF;
    header[1] = 0xF1; // MPEG-4, no CRC
    header[2] = (objectType - 1) << 6 | rate << 2 | channelConfiguration >> 2;
    header[3] = (channelConfiguration & 3) << 6 | size >> 11;
    header[4] = size >> 3 & 0xFF;
    header[5] = (size & 7) << 5 | 0x1F;
    header[6] = 0xFC;
    return element.length > 0 ? [header, element, frame] : [header, frame];
  };
}
