/**
 * A frame of AAC LC (raw_data_block() of ISO/IEC 14496-3 §4.4.2.1), stepped over as far as it takes to see whether it holds
 * spectral band replication (SBR) that the configuration doesn't tell of. Its data stand behind the coefficients, whose
 * length only their codewords tell.
 */

import { BitReader } from "../../bits.ts";
import { MediaError } from "../../errors.ts";
import { isSpectral, skipCoefficients, skipScaleFactor } from "./codebooks.ts";
import { readProgramConfig } from "./audio_specific_config.ts";

/** id_syn_ele; a coupling channel (2) ends it for us, as the end itself (7) does. */
const SINGLE_CHANNEL = 0;
const CHANNEL_PAIR = 1;
const LOW_FREQUENCY = 3;
const DATA_STREAM = 4;
const PROGRAM_CONFIG = 5;
const FILL = 6;

/** extension_type of a fill element. */
const SBR_DATA = 13;
const SBR_DATA_CRC = 14;

/** SBR data of a frame. */
export interface SbrData {
  /** Stands behind the extension type, and the checksum where there is one. */
  readonly r: BitReader;
  /** Of one channel, out of which parametric stereo might make two. */
  readonly mono: boolean;
}

/**
 * The first SBR data of a frame; nothing where it ends without.
 *
 * @param coreRate in Hz, 24000 at most: above, there is none that isn't signalled (§1.6.6)
 * @throws MediaError when the frame is cut off before, or isn't AAC LC
 */
export function findSbr(frame: Uint8Array, coreRate: number): SbrData | undefined {
  const r = new BitReader(frame);
  const bands = BANDS.find(({ minCoreRate }) => coreRate >= minCoreRate)!;
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

/** Whether it holds SBR, which the reader then stands at. */
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
  if (shared && r.bits(2) === 1) r.skip(shared.groups.length * shared.bands); // ms_used
  skipChannel(r, bands, shared);
  skipChannel(r, bands, shared);
}

/** Widths of scale factor bands in coefficients, [width, how many such follow each other], of long and short windows. */
interface ScaleFactorBands {
  /** In Hz: for core rates from this one up (table 4.82). */
  readonly minCoreRate: number;
  readonly long: readonly number[];
  readonly short: readonly number[];
}

/** Tables 4.129 to 4.147, of the rates that matter here. */
const BANDS: readonly ScaleFactorBands[] = [
  {
    minCoreRate: 18783,
    long: toOffsets(
      ...[[4, 11], [8, 10], [12, 4], [16, 3], [20, 2], [24, 2], [28, 2], [32, 1], [36, 2]],
      ...[[40, 1], [44, 1], [48, 1], [52, 2], [64, 5]],
    ),
    short: toOffsets([4, 7], [8, 3], [12, 2], [16, 2], [20, 1]),
  },
  {
    minCoreRate: 9391,
    long: toOffsets(
      ...[[8, 11], [12, 9], [16, 4], [20, 3], [24, 2], [28, 2], [32, 1], [36, 1], [40, 2]],
      ...[[44, 1], [48, 1], [52, 1], [56, 1], [60, 1], [64, 3]],
    ),
    short: toOffsets([4, 8], [8, 2], [12, 2], [16, 1], [20, 2]),
  },
  {
    minCoreRate: 0,
    long: toOffsets(
      ...[[12, 13], [16, 7], [20, 4], [24, 3], [28, 2], [32, 1], [36, 2], [40, 1], [44, 1]],
      ...[[48, 1], [52, 1], [56, 1], [60, 1], [64, 1], [80, 1]],
    ),
    short: toOffsets([4, 7], [8, 4], [12, 1], [16, 1], [20, 2]),
  },
];

/** Where each band starts, and the last one ends. */
function toOffsets(...runs: number[][]): number[] {
  const starts = [0];
  for (const [width = 0, count = 0] of runs) {
    for (let i = 0; i < count; i++) starts.push(starts.at(-1)! + width);
  }
  return starts;
}

/** ics_info() (§4.4.2.1): windows of one channel, short ones in groups that share scale factors. */
interface Window {
  readonly isShort: boolean;
  /** Windows in each group. */
  readonly groups: readonly number[];
  /** max_sfb: bands that are coded. */
  readonly bands: number;
  readonly offsets: readonly number[];
}

const EIGHT_SHORT_SEQUENCE = 2;

function readWindow(r: BitReader, { long, short }: ScaleFactorBands): Window {
  r.skip(1);
  const isShort = r.bits(2) === EIGHT_SHORT_SEQUENCE;
  r.skip(1); // window_shape
  const bands = r.bits(isShort ? 4 : 6);
  const offsets = isShort ? short : long;
  if (bands >= offsets.length) throw new MediaError(`Cannot read ${bands} scale factor bands`);
  if (isShort) return { isShort: true, groups: readGroups(r), bands, offsets };
  if (r.bit()) throw new MediaError("Cannot read AAC LC with prediction");
  return { isShort: false, groups: [1], bands, offsets };
}

/** scale_factor_grouping: a bit for each of 8 windows but the first, set where it joins the group before it. */
function readGroups(r: BitReader): number[] {
  const groups = [1];
  for (let i = 1; i < 8; i++) {
    if (r.bit()) groups[groups.length - 1]!++;
    else groups.push(1);
  }
  return groups;
}

/** individual_channel_stream() */
function skipChannel(r: BitReader, bands: ScaleFactorBands, shared?: Window): void {
  r.skip(8); // global_gain
  const window = shared ?? readWindow(r, bands);
  const sections = window.groups.flatMap((windows) => readSections(r, window, windows));
  skipScaleFactors(r, sections);
  if (r.bit()) r.skip(9 * r.bits(2) + 6 + 9); // pulse_data()
  if (r.bit()) skipNoiseShaping(r, window);
  if (r.bit()) throw new MediaError("Cannot read AAC LC with gain control");
  for (const { codebook, coefficients } of sections) {
    if (isSpectral(codebook)) skipCoefficients(r, codebook, coefficients);
  }
}

interface Section {
  readonly codebook: number;
  readonly bands: number;
  /** Of all windows of its group. */
  readonly coefficients: number;
}

/** section_data() of one group. */
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
    if (end > bands) throw new MediaError(`Cannot read a section up to band ${end} of ${bands}`);
    const coefficients = windows * (offsets[end]! - offsets[start]!);
    sections.push({ codebook, bands: end - start, coefficients });
    start = end;
  }
  return sections;
}

/** Codebooks 13 to 15 are noise and intensity, whose places and energies are coded as scale factors are. */
const NOISE = 13;

/** scale_factor_data(); the first energy of noise is a plain number. */
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

/** tns_data() */
function skipNoiseShaping(r: BitReader, { isShort }: Window): void {
  const [countBits, lengthBits, orderBits] = isShort ? [1, 4, 3] as const : [2, 6, 5] as const;
  for (let windows = isShort ? 8 : 1; windows > 0; windows--) {
    const filters = r.bits(countBits);
    const resolution = filters ? 3 + r.bit() : 0;
    for (let i = 0; i < filters; i++) {
      r.skip(lengthBits);
      const order = r.bits(orderBits);
      if (order === 0) continue;
      r.skip(1); // direction
      const bits = resolution - r.bit();
      r.skip(order * bits);
    }
  }
}
