/** Measures uncompressed headers of VP9 (VP9 specification §6.2), behind which frames are encrypted. */

import { BitReader } from "../../bits.ts";

const SRGB = 7;

const SLOTS = 8;

/** Bits of the features of a segment, with sign (§6.2.11). */
const FEATURE_BITS = [9, 7, 2, 0];

/** Reads frames in decode order, since frames may have the size of a reference. */
export class Vp9FrameMeter {
  /** Widths of reference frames, on which the number of tiles depends. */
  readonly #widths: (number | undefined)[] = Array(SLOTS).fill(undefined);

  /** Returns the bytes of the uncompressed header; undefined if it cannot be measured, or for a frame that is shown again. */
  measure(frame: Uint8Array): number | undefined {
    const r = new BitReader(frame);
    r.skip(2);
    const profile = r.bit() + 2 * r.bit();
    if (profile === 3) r.skip(1);
    if (r.bit()) return undefined;
    const isInter = r.bit() === 1;
    const [isShown, isResilient] = [r.bit() === 1, r.bit() === 1];
    const isIntraOnly = isInter && !isShown && r.bit() === 1;
    if (isInter && !isResilient) r.skip(2);
    const size = isInter && !isIntraOnly ? this.#readInter(r) : readIntra(r, profile, isIntraOnly);
    if (size.width === undefined) return undefined;
    r.skip(isResilient ? 2 : 4);
    skipFilter(r);
    r.skip(8);
    for (let left = 3; left > 0; left--) if (r.bit()) r.skip(5);
    if (r.bit()) skipSegments(r);
    skipTiles(r, size.width);
    r.skip(16);
    for (let slot = 0; slot < SLOTS; slot++) {
      if (size.refreshed >> slot & 1) this.#widths[slot] = size.width;
    }
    return Math.ceil(r.position / 8);
  }

  #readInter(r: BitReader): { refreshed: number; width: number | undefined } {
    const refreshed = r.bits(8);
    const slots = Array.from({ length: 3 }, () => {
      const slot = r.bits(3);
      r.skip(1);
      return slot;
    });
    const found = slots.find(() => r.bit() === 1);
    const width = found === undefined ? readWidth(r) : this.#widths[found];
    if (r.bit()) r.skip(32); // render_size()
    r.skip(1);
    if (!r.bit()) r.skip(2);
    return { refreshed, width };
  }
}

/** Reads a key frame, or an intra-only frame, which has a colour configuration from profile 1 on. */
function readIntra(
  r: BitReader,
  profile: number,
  isIntraOnly: boolean,
): { refreshed: number; width: number } {
  r.skip(24);
  if (!isIntraOnly || profile > 0) skipColour(r, profile);
  const refreshed = isIntraOnly ? r.bits(8) : 255;
  const width = readWidth(r);
  if (r.bit()) r.skip(32);
  return { refreshed, width };
}

function readWidth(r: BitReader): number {
  const width = r.bits(16) + 1;
  r.skip(16);
  return width;
}

/** color_config() (§6.2.2). */
function skipColour(r: BitReader, profile: number): void {
  if (profile >= 2) r.skip(1);
  const hasSubsampling = profile % 2 === 1;
  const isSrgb = r.bits(3) === SRGB;
  if (!isSrgb) r.skip(1);
  if (hasSubsampling) r.skip(isSrgb ? 1 : 3);
}

function skipFilter(r: BitReader): void {
  r.skip(9);
  if (!r.bit() || !r.bit()) return;
  for (let left = 6; left > 0; left--) if (r.bit()) r.skip(7);
}

function skipSegments(r: BitReader): void {
  const skipOptional = (count: number) => {
    for (let left = count; left > 0; left--) if (r.bit()) r.skip(8);
  };
  if (r.bit()) {
    skipOptional(7);
    if (r.bit()) skipOptional(3);
  }
  if (!r.bit()) return;
  r.skip(1);
  for (let segment = 0; segment < 8; segment++) {
    for (const bits of FEATURE_BITS) if (r.bit()) r.skip(bits);
  }
}

/** tile_info() (§6.2.13): columns of at most 64 and at least 4 blocks of 64 pixels. */
function skipTiles(r: BitReader, width: number): void {
  const blocks = Math.ceil(width / 64);
  let columns = 0;
  while (64 << columns < blocks) columns++;
  while (blocks >> columns + 1 >= 4 && r.bit()) columns++;
  if (r.bit()) r.skip(1);
}
