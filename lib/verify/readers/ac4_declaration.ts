/** Reads the configuration box of AC-4 (ETSI TS 103 190-2 annex E). */

import { BitReader } from "../../bits.ts";
import type { AudioDeclaration } from "./aac_declaration.ts";

interface Ac4Presentation {
  readonly version: number;
  readonly compatibility: number;
  /** Mask of groups of channels; undefined if there are objects. */
  readonly mask: number | undefined;
}

/** Bits of the mask that are single channels: C, LFE, Tfc, Tbc, Tc, LFE2, Bfc, Cb; the others are pairs. */
const SINGLE_GROUPS = [1, 6, 9, 10, 11, 12, 14, 15];
const GROUPS = 19;

export function countAc4Groups(mask: number): number {
  let channels = 0;
  for (let bit = 0; bit < GROUPS; bit++) {
    if (mask >> bit & 1) channels += SINGLE_GROUPS.includes(bit) ? 1 : 2;
  }
  return channels;
}

/** Declares the first presentation of those with the lowest mdcompat. Objects have no number of channels. */
export function readAc4Declaration(dac4: Uint8Array): AudioDeclaration {
  const r = new BitReader(dac4);
  r.skip(3);
  const [bitstream, rate] = [r.bits(7), r.bit() ? 48000 : 44100];
  r.skip(4);
  const count = r.bits(9);
  if (r.bit()) {
    r.skip(16);
    r.skip(r.bit() * 128);
  }
  r.skip(66);
  const presentations = readPresentations(dac4.subarray(Math.ceil(r.position / 8)), count);
  const [first] = presentations.toSorted((a, b) => a.compatibility - b.compatibility);
  const parts = [bitstream, first?.version ?? 0, first?.compatibility ?? 0];
  const codec = `ac-4.${Uint8Array.from(parts).toHex().toUpperCase().match(/../g)!.join(".")}`;
  return { codec, channels: first?.mask && countAc4Groups(first.mask), sampleRate: rate };
}

function readPresentations(bytes: Uint8Array, count: number): Ac4Presentation[] {
  const found: Ac4Presentation[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const [version = 0, short = 0, high = 0, low = 0] = bytes.subarray(at);
    const start = at + (short === 255 ? 4 : 2);
    at = start + short + (short === 255 ? 256 * high + low : 0);
    if (version === 1 || version === 2) {
      found.push({ version, ...readFields(bytes.subarray(start, at)) });
    }
  }
  return found;
}

function readFields(bytes: Uint8Array): Omit<Ac4Presentation, "version"> {
  const r = new BitReader(bytes);
  if (r.bits(5) === 6) return { compatibility: 7, mask: undefined };
  const compatibility = r.bits(3);
  r.skip(r.bit() * 5);
  r.skip(19);
  if (!r.bit()) return { compatibility, mask: undefined };
  const mode = r.bits(5);
  r.skip([11, 12, 13, 14].includes(mode) ? 3 : 0);
  return { compatibility, mask: r.bits(24) };
}
