/** Reads the configuration of Dolby Vision (Dolby Vision Streams Within the ISO Base Media File Format §2.2). */

import { BitReader } from "../../bits.ts";
import type { EntryDeclaration } from "./sample_description.ts";

export interface DolbyVisionDeclaration {
  /** Returns the codec string in place of that of the base layer; absent if the base layer is compatible. */
  readonly codec?: (base: string) => string;
  /** Supplemental codec of a compatible base layer. */
  readonly supplemental?: string;
  readonly compatibility: number;
  /** ISO/IEC 23091-2; undefined if the base layer decides. */
  readonly transfer: number | undefined;
}

/** By type of the base layer. */
const TYPES: Record<string, string> = {
  ...{ avc1: "dva1", avc3: "dvav", hvc1: "dvh1", hev1: "dvhe", av01: "dav1" },
};

/** By dv_bl_signal_compatibility_id. */
const TRANSFERS: Record<number, number> = { 0: 16, 1: 16, 4: 18, 6: 16 };

const COMPATIBLE_PROFILES = [8, 9, 10];

/** @throws MediaError if it is truncated */
export function readDolbyVisionDeclaration(
  { type, boxes }: EntryDeclaration,
): DolbyVisionDeclaration | undefined {
  const box = boxes.get("dvcC") ?? boxes.get("dvvC") ?? boxes.get("dvwC");
  if (!box) return undefined;
  const r = new BitReader(box);
  r.skip(16);
  const [profile, level] = [r.bits(7), r.bits(6)];
  r.skip(3);
  const compatibility = r.bits(4);
  const suffix = [profile, level].map((value) => `.${String(value).padStart(2, "0")}`).join("");
  const transfer = TRANSFERS[compatibility];
  const isOwnType = Object.values(TYPES).includes(type);
  if (compatibility === 0 || isOwnType) {
    return {
      codec: (base) => toDolbyVisionType(base.slice(0, 4)) + suffix,
      compatibility,
      transfer,
    };
  }
  if (!COMPATIBLE_PROFILES.includes(profile)) return { compatibility, transfer };
  const family = { a: "dva1", h: "dvh1" }[type[0]!] ?? "";
  const own = type === "av01" ? "dav1" : family;
  return { supplemental: own + suffix, compatibility, transfer };
}

function toDolbyVisionType(type: string): string {
  return TYPES[type] ?? type;
}

/** Returns the supplemental codec with its brand (14496-12 §4.3), or undefined where there is none. */
export function findBrand(
  { compatibility, supplemental }: DolbyVisionDeclaration,
  codedTransfer: number,
): string | undefined {
  const hlg = codedTransfer === 14 ? "db4g" : "db4h";
  const brand = { 1: "db1p", 2: "db2g", 4: hlg }[compatibility];
  return brand && `${supplemental}/${brand}`;
}
