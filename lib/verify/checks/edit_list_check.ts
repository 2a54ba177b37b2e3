/** Checks that segments contain all presented samples, and no more of the others than decoding needs. */

import type { Track } from "../../mp4/movie.ts";
import { IS_NON_SYNC } from "../../mp4/samples/sample_table.ts";
import type { EditedTimes } from "../expected/edited_times.ts";
import { findPriming } from "../expected/priming.ts";
import type { Report } from "../findings.ts";
import type { SourceTrack } from "../expected/source_track.ts";

const RULE = "edit list";

export function checkEditList(source: SourceTrack, report: Report): void {
  const { track, first, end, timescale, rendition: { timeline } } = source;
  const { samples } = timeline;
  if (samples[0] !== first || samples.at(-1) !== end) {
    const [from, to] = [samples[0]! + 1, samples.at(-1)!];
    report(RULE, `segments contain samples ${from} to ${to}, expected ${first + 1} to ${end}`);
  }
  for (let i = 1; i < samples.length; i++) {
    if (samples[i]! <= samples[i - 1]!) report(RULE, `segment ${i} has no sample`);
  }
  if (source.edited) checkCompressed(source.edited, timescale, report);
  else {
    checkOmitted(source, report);
    checkFirst(source, report);
  }
  if (!Number.isInteger(timescale / track.timescale)) {
    report(RULE, `timescale ${timescale} is not a multiple of the track's, ${track.timescale}`);
  }
}

/** In seconds. */
const MAX_COMPRESSED = 0.0005;

/** What of several edits is served is compared sample by sample; here is how long each hides others. */
function checkCompressed(
  { compressedCounts }: EditedTimes,
  timescale: number,
  report: Report,
): void {
  const longest = compressedCounts.reduce((a, b) => Math.max(a, b), 0);
  if (longest < MAX_COMPRESSED * timescale) return;
  report(
    RULE,
    `${longest} samples that only decoding needs last too long at timescale ${timescale}`,
  );
}

function checkOmitted({ track, edit, first, end, rendition }: SourceTrack, report: Report): void {
  const { samples } = track;
  for (let i = 0; i < first; i++) {
    const isPresented = rendition.type === "audio"
      ? compositionTime(track, i) + samples.decodeTime(i + 1) - samples.decodeTime(i) > edit.start
      : compositionTime(track, i) >= edit.start;
    if (isPresented) return report(RULE, "a presented sample is missing at the start", i);
  }
  for (let i = end; i < samples.count; i++) {
    if (compositionTime(track, i) < edit.end) {
      return report(RULE, "a presented sample is missing at the end", i);
    }
  }
  if (end < samples.count && compositionTime(track, end - 1) >= edit.end) {
    report(RULE, "the sample is after the end of the edit list", end - 1);
  }
}

/** Audio starts with the packets that prime the decoder; video at the last sync sample before the edit. */
function checkFirst({ track, edit, first, rendition }: SourceTrack, report: Report): void {
  const { samples } = track;
  if (rendition.type === "audio") {
    const expected = findPriming({ track, family: rendition.codec.family }, edit.start);
    if (first > expected) report(RULE, "packets that prime the decoder are missing", first);
    if (first < expected) report(RULE, "there is more audio than priming needs", first);
    return;
  }
  const next = samples.findSyncAtOrAfter(first + 1);
  const isStart = isSync(track, first) && compositionTime(track, first) <= edit.start;
  if (first > 0 && !isStart) report(RULE, "video does not start with a usable sync sample", first);
  if (next < samples.count && compositionTime(track, next) <= edit.start) {
    report(RULE, "there is more video than the edit needs", first);
  }
}

function compositionTime({ samples }: Track, index: number): number {
  return samples.decodeTime(index) + samples.compositionOffset(index);
}

function isSync({ samples }: Track, index: number): boolean {
  return (samples.readSamples(index, index + 1).flags[0]! & IS_NON_SYNC) === 0;
}
