/** Compares what a block states of its broadcast and period with the block before it. */

import type { Block, BlockTrack } from "../../archive/block.ts";
import type { Report } from "../findings.ts";
import type { PeriodContents } from "./archive_contents.ts";

/** Compares the broadcast of a block with that of the block before. */
export function checkBlockBroadcast(
  { broadcast, period }: Block,
  { broadcast: last }: Block,
  report: Report,
): void {
  const { number, epoch } = broadcast;
  if (number === last.number) {
    if (epoch !== last.epoch) report("broadcast", `its epoch is ${epoch}, expected ${last.epoch}`);
    return;
  }
  if (number !== last.number + 1) {
    report("broadcast", `got ${number}, expected ${last.number} or ${last.number + 1}`);
  }
  if (epoch !== period.start) {
    report("broadcast", `its epoch is ${epoch}, expected ${period.start}, the start of the period`);
  }
}

/** @param current what is known of the period of the last block */
export function checkBlockPeriod(
  block: Block,
  { last, current }: { readonly last: Block; readonly current: PeriodContents | undefined },
  report: Report,
): void {
  const { period, tracks, broadcast } = block;
  if (period.start < broadcast.epoch) {
    report("period", `it starts at ${period.start}, before the epoch ${broadcast.epoch}`);
  }
  if (period.id !== last.period.id) {
    const expected = last.period.id + 1;
    if (period.id !== expected) report("period", `got id ${period.id}, expected ${expected}`);
    if (period.number !== undefined) {
      report("period", `it has number ${period.number}, expected none`);
    }
    for (const { name, first } of tracks) {
      if (first !== 0) report("ordinal", `first of ${name} is ${first}, expected 0`);
    }
    return;
  }
  const { start, reason } = last.period;
  if (period.start !== start) report("period", `it starts at ${period.start}, expected ${start}`);
  if (period.reason !== reason) {
    report("period", `it has reason ${period.reason ?? "none"}, expected ${reason ?? "none"}`);
  }
  if (period.number !== current?.number) {
    report(
      "period",
      `it has number ${period.number ?? "none"}, expected ${current?.number ?? "none"}`,
    );
  }
  const [got, expected] = [tracks, last.tracks].map((all) => all.map(describeTrack));
  for (let i = 0; i < Math.max(got!.length, expected!.length); i++) {
    if (got![i] === expected![i]) continue;
    report("block", `track ${i + 1} differs from that of the block before`);
  }
}

/** Describes what is the same in all blocks of a period. */
function describeTrack(
  { first: _, ordinal: _ordinal, rates: _rates, ...track }: BlockTrack,
): string {
  return JSON.stringify(Object.entries(track).sort());
}
