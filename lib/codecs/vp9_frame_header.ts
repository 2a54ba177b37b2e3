/** Frames of VP9 samples, of which Common Encryption encrypts what follows the uncompressed header (VP Codec ISOBMFF Binding). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import type { ProtectedRangeFinder, SampleRange } from "./codec.ts";
import { readVp9Superframe } from "./vp9_superframe.ts";

/** AES block. */
const BLOCK = 16;

const SYNC_CODE = 0x498342;
const SRGB = 7;
const SLOTS = 8;
const ALL_SLOTS = 0xFF;
const REFERENCES = 3;

export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

type Slots = (FrameSize | undefined)[];

/**
 * Creates a finder of the last whole blocks behind the uncompressed headers of frames: in each scheme, encrypted bytes are aligned
 * by more clear bytes before them. Superframe indices and frames that are shown again stay clear.
 */
export function createVp9FrameFinder(): ProtectedRangeFinder {
  const slots: Slots = Array(SLOTS).fill(undefined);
  return (sample) => {
    const ranges: SampleRange[] = [];
    for (const { start, end } of readVp9Superframe(sample)) {
      const header = readUncompressedHeader(sample.subarray(start, end), slots);
      if (header === undefined) continue;
      const size = end - start - header;
      const blocks = size - size % BLOCK;
      if (blocks > 0) ranges.push({ start: end - blocks, end });
    }
    return ranges;
  };
}

/**
 * Returns the size of a key frame; undefined for other frames.
 *
 * @throws MediaError if it is truncated, or no frame of VP9
 */
export function readVp9KeyFrameSize(sample: Uint8Array): FrameSize | undefined {
  const r = new BitReader(sample);
  const { profile, showsExisting } = readStart(r);
  if (showsExisting || r.bit() === 1) return undefined;
  r.skip(2); // show_frame, error_resilient_mode
  return readKeyFrame(r, profile);
}

function readStart(r: BitReader): { profile: number; showsExisting: boolean } {
  if (r.bits(2) !== 2) throw new MediaError("Cannot read a VP9 frame: its marker is not 2");
  const profile = r.bit() + 2 * r.bit();
  if (profile === 3) r.skip(1);
  return { profile, showsExisting: r.bit() === 1 };
}

/**
 * Reads uncompressed_header() (VP9 Bitstream & Decoding Process Specification §6.2) and updates the sizes of reference frames.
 *
 * @returns its size with trailing_bits() in bytes; undefined for a frame that is shown again
 */
function readUncompressedHeader(frame: Uint8Array, slots: Slots): number | undefined {
  const r = new BitReader(frame);
  const { profile, showsExisting } = readStart(r);
  if (showsExisting) return undefined;
  const isKey = r.bit() === 0;
  const isShown = r.bit() === 1;
  const isErrorResilient = r.bit() === 1;
  const { size, refreshes } = isKey
    ? { refreshes: ALL_SLOTS, size: readKeyFrame(r, profile) }
    : readNonKeyFrame(r, { profile, isShown, isErrorResilient }, slots);
  if (!isErrorResilient) r.skip(2); // refresh_frame_context, frame_parallel_decoding_mode
  r.skip(2); // frame_context_idx
  skipLoopFilter(r);
  r.skip(8); // base_q_idx
  for (let left = 3; left > 0; left--) if (r.bit()) r.skip(5);
  skipSegmentation(r);
  skipTiles(r, size.width);
  const compressedSize = r.bits(16);
  if (compressedSize === 0) {
    throw new MediaError("Cannot read a VP9 frame: header_size_in_bytes is 0");
  }
  for (let slot = 0; slot < SLOTS; slot++) if ((refreshes >> slot) & 1) slots[slot] = size;
  return Math.ceil(r.position / 8);
}

function readKeyFrame(r: BitReader, profile: number): FrameSize {
  checkSyncCode(r);
  skipColour(r, profile);
  return readSizes(r);
}

interface Start {
  readonly profile: number;
  readonly isShown: boolean;
  readonly isErrorResilient: boolean;
}

function readNonKeyFrame(r: BitReader, start: Start, slots: Slots) {
  const isIntra = !start.isShown && r.bit() === 1;
  if (!start.isErrorResilient) r.skip(2); // reset_frame_context
  if (isIntra) {
    checkSyncCode(r);
    if (start.profile > 0) skipColour(r, start.profile);
    return { refreshes: r.bits(8), size: readSizes(r) };
  }
  const refreshes = r.bits(8);
  const references: Slots = [];
  for (let i = 0; i < REFERENCES; i++) {
    references.push(slots[r.bits(3)]);
    r.skip(1); // ref_frame_sign_bias
  }
  const size = readSizeOrReference(r, references);
  r.skip(1); // allow_high_precision_mv
  const isFilterSwitchable = r.bit() === 1;
  if (!isFilterSwitchable) r.skip(2);
  return { refreshes, size };
}

function checkSyncCode(r: BitReader): void {
  if (r.bits(24) !== SYNC_CODE) {
    throw new MediaError("Cannot read a VP9 frame: its sync code is not 49 83 42");
  }
}

/** color_config() (§6.2.2). */
function skipColour(r: BitReader, profile: number): void {
  const isOdd = profile === 1 || profile === 3;
  if (profile >= 2) r.skip(1);
  const isSrgb = r.bits(3) === SRGB;
  if (!isSrgb) r.skip(isOdd ? 1 + 3 : 1);
  else if (isOdd) r.skip(1);
  else throw new MediaError(`Cannot read a VP9 frame: sRGB in profile ${profile} is reserved`);
}

/** frame_size(), render_size(). */
function readSizes(r: BitReader): FrameSize {
  const size = { width: r.bits(16) + 1, height: r.bits(16) + 1 };
  skipRenderSize(r);
  return size;
}

/** frame_size_with_refs() (§6.2.5). */
function readSizeOrReference(r: BitReader, references: Slots): FrameSize {
  for (const size of references) {
    if (!r.bit()) continue;
    if (!size) {
      throw new MediaError("Cannot read a VP9 frame: it refers to the size of an absent frame");
    }
    skipRenderSize(r);
    return size;
  }
  return readSizes(r);
}

function skipRenderSize(r: BitReader): void {
  if (r.bit()) r.skip(2 * 16);
}

/** loop_filter_params() (§6.2.8). */
function skipLoopFilter(r: BitReader): void {
  r.skip(6 + 3);
  if (!r.bit() || !r.bit()) return; // loop_filter_delta_enabled, loop_filter_delta_update
  for (let left = 4 + 2; left > 0; left--) if (r.bit()) r.skip(7);
}

/** Bits of the features of a segment, with sign (§6.2.11). */
const FEATURE_BITS = [9, 7, 2, 0];

/** segmentation_params(). */
function skipSegmentation(r: BitReader): void {
  if (!r.bit()) return;
  if (r.bit()) {
    for (let left = 7; left > 0; left--) if (r.bit()) r.skip(8);
    if (r.bit()) { for (let left = 3; left > 0; left--) if (r.bit()) r.skip(8); }
  }
  if (!r.bit()) return; // segmentation_update_data
  r.skip(1);
  for (let segment = 0; segment < 8; segment++) {
    for (const bits of FEATURE_BITS) if (r.bit()) r.skip(bits);
  }
}

/** tile_info() (§6.2.13). */
function skipTiles(r: BitReader, width: number): void {
  const columns = Math.ceil(width / 64);
  let log2 = 0;
  while (64 * 2 ** log2 < columns) log2++;
  while (columns >= 4 * 2 ** (log2 + 1) && r.bit()) log2++;
  if (r.bit()) r.skip(1); // tile_rows_log2
}
