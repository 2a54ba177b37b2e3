/** Short-term reference picture set of HEVC (23008-2 §7.3.7, §7.4.8). */

import type { BitReader } from "../../bits.ts";
import { MediaError } from "../../errors.ts";

/** Pictures before (S0) and after (S1) the current one in output order, nearest first. */
export interface HevcReferenceSet {
  readonly before: readonly HevcReference[];
  readonly after: readonly HevcReference[];
}

interface HevcReference {
  /** Difference of picture order counts to the current picture. */
  readonly delta: number;
  readonly isUsed: boolean;
}

const MAX_REFERENCE_PICTURES = 16;

/**
 * Reads st_ref_pic_set().
 *
 * @param sets sets of the SPS before this one
 * @param isInSlice of a slice segment header, which may predict from any of `sets`
 * @throws MediaError if the set is truncated, or refers to an absent set
 */
export function readHevcReferenceSet(
  r: Pick<BitReader, "bit" | "ue">,
  sets: readonly HevcReferenceSet[],
  isInSlice = false,
): HevcReferenceSet {
  const isPredicted = sets.length > 0 && r.bit() === 1;
  if (!isPredicted) return readExplicitSet(r);
  const distance = isInSlice ? r.ue() + 1 : 1; // delta_idx_minus1
  const source = sets[sets.length - distance];
  if (!source) {
    throw new MediaError(`Cannot predict from the reference picture set ${distance} before`);
  }
  return checkSize(readPredictedSet(r, source));
}

function readExplicitSet(r: Pick<BitReader, "bit" | "ue">): HevcReferenceSet {
  const [before, after] = [r.ue(), r.ue()];
  checkCount(before + after, "reference pictures");
  return { before: readDeltas(r, before, -1), after: readDeltas(r, after, 1) };
}

function readDeltas(
  r: Pick<BitReader, "bit" | "ue">,
  count: number,
  sign: number,
): HevcReference[] {
  let delta = 0;
  return Array.from({ length: count }, () => {
    delta += sign * (r.ue() + 1);
    return { delta, isUsed: r.bit() === 1 };
  });
}

/** Equations 7-61 and 7-62: the pictures of another set, and its current picture, moved by deltaRps. */
function readPredictedSet(
  r: Pick<BitReader, "bit" | "ue">,
  { before, after }: HevcReferenceSet,
): HevcReferenceSet {
  const sign = r.bit() ? -1 : 1;
  const shift = sign * (r.ue() + 1);
  const read = ({ delta }: { delta: number }) => {
    const isUsed = r.bit() === 1;
    const isIncluded = isUsed || r.bit() === 1; // use_delta_flag
    return { delta: delta + shift, isUsed, isIncluded };
  };
  const [first, second] = [before.map(read), after.map(read)];
  const current = read({ delta: 0 });
  const select = (pictures: readonly ReturnType<typeof read>[], side: number) =>
    pictures.filter(({ delta, isIncluded }) => isIncluded && Math.sign(delta) === side);
  return {
    before: select([...second.toReversed(), current, ...first], -1),
    after: select([...first.toReversed(), current, ...second], 1),
  };
}

function checkSize(set: HevcReferenceSet): HevcReferenceSet {
  checkCount(set.before.length + set.after.length, "references");
  return set;
}

function checkCount(count: number, what: string): void {
  if (count > MAX_REFERENCE_PICTURES) {
    throw new MediaError(
      `Cannot read ${count} ${what}, expected at most ${MAX_REFERENCE_PICTURES}`,
    );
  }
}
