/** Reference frames of AV1 (AV1 Bitstream & Decoding Process Specification §7.8, §7.20). */

/** State that a frame saves, and on which headers of later frames depend. */
export interface Av1SavedFrame {
  readonly isKey: boolean;
  readonly upscaledWidth: number;
  readonly height: number;
  readonly orderHint: number;
  readonly segmentation: Av1Segmentation;
}

/** Quantizer differences (SEG_LVL_ALT_Q) of the 8 segments; undefined for segments without. */
export type Av1Segmentation = readonly (number | undefined)[];

/** RefValid is 0 if undefined. */
export type Av1Slots = readonly (Av1SavedFrame | undefined)[];

const LAST = 0;
const LAST2 = 1;
const LAST3 = 2;
const GOLDEN = 3;
const BWDREF = 4;
const ALTREF2 = 5;
const ALTREF = 6;

/** get_relative_dist() (§5.9.3). */
export function getRelativeDistance(a: number, b: number, orderHintBits: number): number {
  if (orderHintBits === 0) return 0;
  const sign = 1 << (orderHintBits - 1);
  const difference = a - b;
  return (difference & (sign - 1)) - (difference & sign);
}

/** Slots by distance in output order from the current frame; absent frames have order hint 0. */
function getDistances(slots: Av1Slots, orderHint: number, orderHintBits: number): number[] {
  return Array.from(
    slots,
    (frame) => getRelativeDistance(frame?.orderHint ?? 0, orderHint, orderHintBits),
  );
}

interface ShortSignaling {
  readonly last: number;
  readonly golden: number;
  readonly orderHint: number;
  readonly orderHintBits: number;
}

/** set_frame_refs() (§7.8): derives the slots of the 7 references. */
export function deriveReferences(
  slots: Av1Slots,
  { last, golden, orderHint, orderHintBits }: ShortSignaling,
): number[] {
  const distances = getDistances(slots, orderHint, orderHintBits);
  const references: (number | undefined)[] = Array(7).fill(undefined);
  const used = new Set([last, golden]);
  references[LAST] = last;
  references[GOLDEN] = golden;
  const assign = (reference: number, slot: number | undefined) => {
    if (slot === undefined) return;
    references[reference] = slot;
    used.add(slot);
  };
  const find = (isCandidate: (distance: number) => boolean, isBetter: Comparison) =>
    findSlot(distances, (distance, slot) => !used.has(slot) && isCandidate(distance), isBetter);
  assign(ALTREF, find(isBackward, isLatest));
  assign(BWDREF, find(isBackward, isEarliest));
  assign(ALTREF2, find(isBackward, isEarliest));
  for (const reference of [LAST2, LAST3, BWDREF, ALTREF2, ALTREF]) {
    if (references[reference] !== undefined) continue;
    assign(reference, find((distance) => distance < 0, isLatest));
  }
  const earliest = findSlot(distances, () => true, isEarliest) ?? 0;
  return references.map((slot) => slot ?? earliest);
}

type Comparison = (distance: number, best: number) => boolean;

const isBackward = (distance: number) => distance >= 0;
/** Prefers the last of equal frames. */
const isLatest: Comparison = (distance, best) => distance >= best;
/** Prefers the first of equal frames. */
const isEarliest: Comparison = (distance, best) => distance < best;

function findSlot(
  distances: readonly number[],
  isCandidate: (distance: number, slot: number) => boolean,
  isBetter: Comparison,
): number | undefined {
  let best: number | undefined;
  for (const [slot, distance] of distances.entries()) {
    if (!isCandidate(distance, slot)) continue;
    if (best === undefined || isBetter(distance, distances[best]!)) best = slot;
  }
  return best;
}

/**
 * Returns true if skip mode is allowed (§5.9.22): references on both sides of the current frame, or two before it, in output order.
 *
 * @param hints order hints of the 7 references
 */
export function allowsSkipMode(
  hints: readonly number[],
  orderHint: number,
  orderHintBits: number,
): boolean {
  if (orderHintBits === 0) return false;
  const distances = hints.map((hint) => getRelativeDistance(hint, orderHint, orderHintBits));
  const forward = distances.filter((distance) => distance < 0);
  if (forward.length === 0) return false;
  if (distances.some((distance) => distance > 0)) return true;
  return new Set(forward).size > 1;
}
