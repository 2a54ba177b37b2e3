/** Sample groups of pre-roll: how many samples a decoder needs before one for correct output (14496-12 §10.1). */

import type { ByteReader, ByteWriter } from "../bytes.ts";
import { readVersion } from "./box.ts";

const ROLL = "roll";

/** AudioPreRollEntry: sync samples that need others where playback starts. */
const PRE_ROLL = "prol";

export interface RollGroup {
  readonly type: "roll" | "prol";
  /** roll_distance that covers all entries; negative. */
  readonly distance: number;
}

/** Size of the box that `sbgp()` writes. */
export const SBGP_SIZE = 28;

/** Sample Group Description (14496-12 §8.9.3) with one AudioRollRecoveryEntry. In stbl. */
export function sgpd(w: ByteWriter, rollDistance: number): void {
  w.fullBox("sgpd", 1, 0, () => {
    w.ascii(ROLL);
    w.u32(2); // default_length
    w.u32(1);
    w.u16(rollDistance & 0xFFFF);
  });
}

const MAX_SGPD_VERSION = 2;

/** Bytes up to entry_count, at least. */
const MIN_SGPD_SIZE = 12;

/**
 * Reads a Sample Group Description (14496-12 §8.9.3) of pre-roll. Returns undefined for another one, if samples need later ones, as in
 * gradual decoding refresh of video, or if the box is broken, since playback needs none.
 */
export function readSgpd(r: ByteReader): RollGroup | undefined {
  if (r.left < MIN_SGPD_SIZE) return undefined;
  const { version } = readVersion(r, 255);
  const type = r.ascii(4);
  if (version > MAX_SGPD_VERSION || type !== ROLL && type !== PRE_ROLL) return undefined;
  const distance = readLeastDistance(r, version);
  return distance && distance < 0 ? { type, distance } : undefined;
}

function readLeastDistance(r: ByteReader, version: number): number | undefined {
  const defaultLength = version === 1 ? r.u32() : 2;
  if (version > 0 && r.left < 4) return undefined;
  if (version === 2) r.skip(4); // default_group_description_index
  let distance: number | undefined;
  for (let left = r.u32(); left > 0 && r.left >= 2; left--) {
    const hasOwnLength = version === 1 && defaultLength === 0;
    if (hasOwnLength && r.left < 4) return undefined;
    const entry = r.take(Math.min(hasOwnLength ? r.u32() : defaultLength, r.left));
    if (entry.left < 2) return undefined;
    distance = Math.min(distance ?? 0, entry.i16());
  }
  return distance;
}

/** Sample To Group (14496-12 §8.9.2) of all `count` samples to the entry of the `sgpd` in the init segment. In traf. */
export function sbgp(w: ByteWriter, count: number): void {
  w.fullBox("sbgp", 0, 0, () => {
    w.ascii(ROLL);
    w.u32(1);
    w.u32(count);
    w.u32(1); // group_description_index
  });
}

/** Reads how many samples a Sample To Group box (14496-12 §8.9.2) assigns to a group of pre-roll. */
export function readSbgp(r: ByteReader): number {
  const { version } = readVersion(r, 1);
  if (r.ascii(4) !== ROLL) return 0;
  if (version === 1) r.skip(4); // grouping_type_parameter
  let samples = 0;
  for (let left = r.u32(); left > 0 && r.left >= 8; left--) {
    const count = r.u32();
    if (r.u32() > 0) samples += count;
  }
  return samples;
}
