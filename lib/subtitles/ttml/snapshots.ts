/** Divides a TTML paragraph at the times at which its spans change. */

import type { Group, Part } from "./part_collector.ts";
import type { ActiveInterval } from "./timing.ts";

export interface Snapshot {
  readonly span: ActiveInterval;
  /** Parts that are active throughout. */
  readonly parts: readonly Part[];
}

/**
 * Yields a snapshot for each interval between times, in order. Halves the times, so that a part is visited only where it is active.
 *
 * @param times ascending; parts become active or inactive only at these
 */
export function* divideAtTimes(
  parts: readonly Part[],
  times: readonly number[],
): Generator<Snapshot> {
  if (times.length < 2) return;
  const span = { begin: times[0]!, end: times.at(-1)! };
  const active = selectActive(parts, span);
  if (times.length === 2) {
    yield { span, parts: active };
    return;
  }
  const middle = times.length >> 1;
  yield* divideAtTimes(active, times.slice(0, middle + 1));
  yield* divideAtTimes(active, times.slice(middle));
}

function selectActive(parts: readonly Part[], span: ActiveInterval): Part[] {
  return parts.flatMap((part): Part[] => {
    if ("kind" in part) return toActiveGroup(part, span);
    return part.span.begin < span.end && span.begin < part.span.end ? [part] : [];
  });
}

function toActiveGroup(group: Group, span: ActiveInterval): Group[] {
  const parts = selectActive(group.parts, span);
  return parts.length > 0 ? [{ ...group, parts }] : [];
}

/** Cost of a leaf in addition to its text, such as its tags. */
const LEAF_CHARACTERS = 16;

export function countCharacters(parts: readonly Part[]): number {
  return parts.reduce(
    (sum, part) =>
      sum + ("kind" in part ? countCharacters(part.parts) : LEAF_CHARACTERS + part.text.length),
    0,
  );
}
