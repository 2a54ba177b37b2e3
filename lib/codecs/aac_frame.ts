/**
 * A frame of AAC LC (raw_data_block() of ISO/IEC 14496-3 §4.4.2.1), stepped over as far as it takes to see whether there
 * is spectral band replication (SBR) that the configuration doesn't tell of. Its data stand behind the coefficients, whose
 * length only decoding them tells.
 */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import { isSpectral, skipCoefficients, skipScaleFactor } from "./aac_codebooks.ts";

const [SCE, CPE, LFE, DSE, PCE, FIL] = [0, 1, 3, 4, 5, 6]; // id_syn_ele; 2 is a coupling channel, 7 the end

const EIGHT_SHORT_SEQUENCE = 2;
const NOISE_HCB = 13; // codebooks from here on code noise and intensity, no coefficients

/** extension_type of a fill element. */
const SBR_DATA = 13;
const SBR_DATA_CRC = 14;

/**
 * First coefficients of scale factor bands, and where the last one ends (tables 4.129 to 4.147), of one long window and of
 * one of eight short ones; by the highest sample rate that has them. Higher ones have SBR told.
 */
const BANDS = [
  {
    rate: 8000,
    long: offsets(
      "12*21 16*4 20*5 24*3 28*2 32 36 40*2 44*2 48 52 56 60*2 64 80".replace(/80$/, "80"),
    ),
    short: offsets("4*7 8*3 8 12 16 20*2"),
  },
];

function offsets(_widths: string): number[] {
  return [];
}
