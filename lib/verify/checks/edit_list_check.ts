/** Whether what goes out of a track is what its edit list shows: nothing that is shown is left out, little else comes along. */

import type { Track } from "../../mp4/movie.ts";
import { IS_NON_SYNC } from "../../mp4/samples/sample_table.ts";
import type { Report } from "../findings.ts";
import type { SourceTrack } from "../expected/source_track.ts";

const RULE = "edit list";

/** Looks at every sample that is left out: most often there are none. */
export function checkEditList(source: SourceTrack, report: Report): void {
  const { track, first, end, timescale, rendition: { timeline } } = source;
  const { samples } = timeline;
  if (samples[0] !== first || samples.at(-1) !== end) {
    const [from, to] = [samples[0]! + 1, samples.at(-1)!];
    report(RULE, `segments are cut out of samples ${from} to ${to}, not of ${first + 1} to ${end}`);
  }
  for (let i = 1; i < samples.length; i++) {
    if (samples[i]! <= samples[i - 1]!) report(RULE, `segment ${i} has no sample`);
  }
  checkOmitted(source, report);
  checkFirst(source, report);
  if (!Number.isInteger(timescale / track.timescale)) {
    report(RULE, `its timescale, ${timescale}, is no multiple of the track's, ${track.timescale}`);
  }
}

function checkOmitted({ track, edit, first, end, rendition }: SourceTrack, report: Report): void {
  const { samples } = track;
  for (let i = 0; i < first; i++) {
    const shown = rendition.type === "audio"
      ? compositionTime(track, i) + samples.decodeTime(i + 1) - samples.decodeTime(i) > edit.start
      : compositionTime(track, i) >= edit.start;
    if (shown) return report(RULE, "it is left out at the start, though the edit shows it", i);
  }
  for (let i = end; i < samples.count; i++) {
    if (compositionTime(track, i) < edit.end) {
      return report(RULE, "it is left out at the end, though the edit shows it", i);
    }
  }
  if (end < samples.count && compositionTime(track, end - 1) >= edit.end) {
    report(RULE, "it goes out, though the edit ends before it", end - 1);
  }
}

/** Sound starts with the packet before the one that the edit starts in, pictures with the last sync sample before it. */
function checkFirst({ track, edit, first, rendition }: SourceTrack, report: Report): void {
  const { samples } = track;
  const next = samples.findSyncAtOrAfter(first + 1);
  if (rendition.type === "audio") {
    const priming = Math.max(0, samples.indexAt(edit.start) - 1);
    if (first > priming) report(RULE, "no packet is left to prime the decoder with", first);
    if (next <= priming) report(RULE, "more sound than that of the priming goes out", first);
    return;
  }
  const isStart = isSync(track, first) && compositionTime(track, first) <= edit.start;
  if (first > 0 && !isStart) report(RULE, "pictures start where no decoder can", first);
  if (next < samples.count && compositionTime(track, next) <= edit.start) {
    report(RULE, "more pictures than the edit needs go out", first);
  }
}

function compositionTime({ samples }: Track, index: number): number {
  return samples.decodeTime(index) + samples.compositionOffset(index);
}

function isSync({ samples }: Track, index: number): boolean {
  return (samples.readSamples(index, index + 1).flags[0]! & IS_NON_SYNC) === 0;
}
