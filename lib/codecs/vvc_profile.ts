/** Profile, tier and level of VVC, and their part of codec strings (14496-15 §11.2.4.2 and annex E.6). */

import type { BitReader } from "../bits.ts";

export interface VvcProfile {
  readonly olsIndex: number;
  readonly sublayers: number;
  readonly profile: number;
  readonly tier: "L" | "H";
  readonly level: number;
  /** ptl_frame_only_constraint_flag, ptl_multi_layer_enabled_flag and general_constraint_info. */
  readonly constraints: Uint8Array;
  /** general_sub_profile_idc. */
  readonly subProfiles: readonly number[];
}

/** Reads ols_idx and what follows, up to the end of VvcPTLRecord. */
export function readVvcProfile(r: BitReader): VvcProfile {
  const [olsIndex, sublayers] = [r.bits(9), r.bits(3)];
  r.skip(2 + 2 + 3 + 5 + 2); // constant_frame_rate; chroma_format_idc; bit_depth_minus8; reserved
  const constraintBytes = r.bits(6);
  const profile = r.bits(7);
  const tier = r.bit() ? "H" : "L";
  const level = r.bits(8);
  const constraints = Uint8Array.from({ length: constraintBytes }, () => r.bits(8));
  skipSublayerLevels(r, sublayers);
  const subProfiles = Array.from({ length: r.bits(8) }, () => r.bits(32));
  return { olsIndex, sublayers, profile, tier, level, constraints, subProfiles };
}

/** The highest sublayer has the general level. */
function skipSublayerLevels(r: BitReader, sublayers: number): void {
  if (sublayers <= 1) return;
  const present = r.bits(8).toString(2).replaceAll("0", "").length;
  r.skip(8 * present);
}

/** Formats `1.L51.CQA`; sub-profiles, and an output layer set other than the first, follow. */
export function formatVvcProfile(
  { profile, tier, level, constraints, subProfiles, olsIndex, sublayers }: VvcProfile,
): string {
  const end = constraints.findLastIndex((byte) => byte > 0) + 1;
  const subs = subProfiles.map((one) => one.toString(16).toUpperCase());
  return [
    `${profile}`,
    `${tier}${level}`,
    ...constraints.length > 0 ? [`C${formatBase32(constraints.subarray(0, end)) || "A"}`] : [],
    ...subs.length > 0 ? [`S${subs.join("+")}`] : [],
    ...olsIndex > 0 ? [`O${olsIndex}+${Math.max(0, sublayers - 1)}`] : [],
  ].join(".");
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648 §6, without padding. */
function formatBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => BASE32[parseInt(five.padEnd(5, "0"), 2)]!).join("");
}
