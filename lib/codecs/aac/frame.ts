/** Finds SBR data, which follows the coefficients in a frame of AAC LC (raw_data_block(), ISO/IEC 14496-3 §4.4.2.1). */

import { BitReader } from "../../bits.ts";
import { MediaError } from "../../errors.ts";
import { readProgramConfig } from "./audio_specific_config.ts";
import { isSpectral, skipCoefficients, skipScaleFactor } from "./codebooks.ts";
import { getScaleFactorBands, type ScaleFactorBands } from "./scale_factor_bands.ts";

/** id_syn_ele. A coupling channel (2) ends parsing, as the end (7) does. */
const SINGLE_CHANNEL = 0;
const CHANNEL_PAIR = 1;
const LOW_FREQUENCY = 3;
const DATA_STREAM = 4;
const PROGRAM_CONFIG = 5;
const FILL = 6;

const SBR_DATA = 13;
const SBR_DATA_CRC = 14;

export interface SbrData {
  /** After the extension type and the checksum. */
  readonly r: BitReader;
  readonly mono: boolean;
}

/**
 * Finds the first SBR data. `coreRate` is in Hz, at most 24000 (§1.6.6).
 *
 * @throws MediaError if the frame is truncated or not AAC LC
 */
export function findSbr(frame: Uint8Array, coreRate: number): SbrData | undefined {
  const r = new BitReader(frame);
  const bands = getScaleFactorBands(coreRate);
  let mono = false;
  for (;;) {
    const element = r.bits(3);
    if (element === FILL) {
      if (readFillElement(r)) return { r, mono };
    } else if (element === PROGRAM_CONFIG) readProgramConfig(r);
    else if (element === DATA_STREAM) skipDataStream(r);
    else if (element === CHANNEL_PAIR) skipChannelPair(r, bands);
    else if (element === SINGLE_CHANNEL || element === LOW_FREQUENCY) {
      mono = element === SINGLE_CHANNEL;
      r.skip(4);
      skipChannel(r, bands);
    } else return undefined;
  }
}

/** Leaves the reader at SBR data if it returns true. */
function readFillElement(r: BitReader): boolean {
  const small = r.bits(4);
  const bytes = small === 15 ? 14 + r.bits(8) : small;
  if (bytes === 0) return false;
  const type = r.bits(4);
  if (type === SBR_DATA_CRC) r.skip(10);
  if (type === SBR_DATA || type === SBR_DATA_CRC) return true;
  r.skip(8 * bytes - 4);
  return false;
}

function skipDataStream(r: BitReader): void {
  r.skip(4);
  const aligned = r.bit();
  const small = r.bits(8);
  const bytes = small === 255 ? 255 + r.bits(8) : small;
  if (aligned) r.skip(-r.position & 7);
  r.skip(8 * bytes);
}

function skipChannelPair(r: BitReader, bands: ScaleFactorBands): void {
  r.skip(4);
  const shared = r.bit() ? readWindow(r, bands) : undefined;
  const msMaskPresent = shared && r.bits(2);
  if (shared && msMaskPresent === 1) r.skip(shared.groups.length * shared.bands);
  skipChannel(r, bands, shared);
  skipChannel(r, bands, shared);
}

/** ics_info() (§4.4.2.1). */
interface Window {
  readonly isShort: boolean;
  readonly groups: readonly number[];
  /** max_sfb. */
  readonly bands: number;
  readonly offsets: readonly number[];
}

const EIGHT_SHORT_SEQUENCE = 2;

function readWindow(r: BitReader, { long, short }: ScaleFactorBands): Window {
  r.skip(1);
  const isShort = r.bits(2) === EIGHT_SHORT_SEQUENCE;
  r.skip(1);
  const bands = r.bits(isShort ? 4 : 6);
  const offsets = isShort ? short : long;
  if (bands >= offsets.length) {
    throw new MediaError(`Cannot read max_sfb ${bands}, expected less than ${offsets.length}`);
  }
  if (isShort) return { isShort: true, groups: readGroups(r), bands, offsets };
  if (r.bit()) throw new MediaError("Cannot read AAC LC with prediction");
  return { isShort: false, groups: [1], bands, offsets };
}

/** scale_factor_grouping: windows 2 to 8 may join the previous group. */
function readGroups(r: BitReader): number[] {
  const groups = [1];
  for (let i = 1; i < 8; i++) {
    if (r.bit()) groups[groups.length - 1]!++;
    else groups.push(1);
  }
  return groups;
}

const GLOBAL_GAIN_BITS = 8;

function skipChannel(r: BitReader, bands: ScaleFactorBands, shared?: Window): void {
  r.skip(GLOBAL_GAIN_BITS);
  const window = shared ?? readWindow(r, bands);
  const sections = window.groups.flatMap((windows) => readSections(r, window, windows));
  skipScaleFactors(r, sections);
  if (r.bit()) skipPulses(r);
  if (r.bit()) skipNoiseShaping(r, window);
  if (r.bit()) throw new MediaError("Cannot read AAC LC with gain control");
  for (const { codebook, coefficients } of sections) {
    if (isSpectral(codebook)) skipCoefficients(r, codebook, coefficients);
  }
}

function skipPulses(r: BitReader): void {
  const count = r.bits(2) + 1;
  r.skip(6 + 9 * count);
}

interface Section {
  readonly codebook: number;
  readonly bands: number;
  readonly coefficients: number;
}

function readSections(
  r: BitReader,
  { isShort, bands, offsets }: Window,
  windows: number,
): Section[] {
  const bits = isShort ? 3 : 5;
  const sections: Section[] = [];
  let start = 0;
  while (start < bands) {
    const codebook = r.bits(4);
    let end = start;
    let length: number;
    do end += length = r.bits(bits); while (length === 2 ** bits - 1);
    if (end > bands) {
      throw new MediaError(`Cannot read a section up to band ${end}, expected at most ${bands}`);
    }
    const coefficients = windows * (offsets[end]! - offsets[start]!);
    sections.push({ codebook, bands: end - start, coefficients });
    start = end;
  }
  return sections;
}

/** Codebooks 13 to 15, noise and intensity, are coded like scale factors. */
const NOISE = 13;

/** scale_factor_data(). The first noise energy has 9 bits. */
function skipScaleFactors(r: BitReader, sections: readonly Section[]): void {
  let noise = false;
  for (const { codebook, bands } of sections) {
    if (codebook === 0) continue;
    for (let band = 0; band < bands; band++) {
      if (codebook === NOISE && !noise) r.skip(9);
      else skipScaleFactor(r);
      noise ||= codebook === NOISE;
    }
  }
}

const DIRECTION_BITS = 1;

function skipNoiseShaping(r: BitReader, { isShort }: Window): void {
  const [countBits, lengthBits, orderBits] = isShort ? [1, 4, 3] as const : [2, 6, 5] as const;
  for (let windows = isShort ? 8 : 1; windows > 0; windows--) {
    const filters = r.bits(countBits);
    const resolution = filters ? 3 + r.bit() : 0;
    for (let i = 0; i < filters; i++) {
      r.skip(lengthBits);
      const order = r.bits(orderBits);
      if (order === 0) continue;
      r.skip(DIRECTION_BITS);
      const bits = resolution - r.bit();
      r.skip(order * bits);
    }
  }
}
