/** Whether what goes out of a track is what its edit list shows: nothing that is shown is left out, little else comes along. */

import type { Track } from "../../mp4/movie.ts";
import { IS_NON_SYNC } from "../../mp4/samples/sample_table.ts";
import type { Say } from "../findings.ts";
import type { SourceTrack } from "../expected/source_track.ts";

const RULE = "kept samples";

/** Looks at every sample that is left out: most often there are none. */
export function checkKept(source: SourceTrack, say: Say): void {
  const { track, first, end, timescale, rendition: { timeline } } = source;
  const { samples } = timeline;
  if (samples[0] !== first || samples.at(-1) !== end) {
    const [from, to] = [samples[0]! + 1, samples.at(-1)!];
    say(RULE, `segments are cut out of samples ${from} to ${to}, not of ${first + 1} to ${end}`);
  }
  for (let i = 1; i < samples.length; i++) {
    if (samples[i]! <= samples[i - 1]!) say(RULE, `segment ${i} has no sample`);
  }
  checkLeftOut(source, say);
  checkFirst(source, say);
  if (!Number.isInteger(timescale / track.timescale)) {
    say(RULE, `its timescale, ${timescale}, is no multiple of the track's, ${track.timescale}`);
  }
}

function checkLeftOut({ track, edit, first, end, rendition }: SourceTrack, say: Say): void {
  const { samples } = track;
  for (let i = 0; i < first; i++) {
    const shown = rendition.type === "audio"
      ? compositionTime(track, i) + samples.decodeTime(i + 1) - samples.decodeTime(i) > edit.start
      : compositionTime(track, i) >= edit.start;
    if (shown) return say(RULE, "it is left out at the start, though the edit shows it", i);
  }
  for (let i = end; i < samples.count; i++) {
    if (compositionTime(track, i) < edit.end) {
      return say(RULE, "it is left out at the end, though the edit shows it", i);
    }
  }
  if (end < samples.count && compositionTime(track, end - 1) >= edit.end) {
    say(RULE, "it goes out, though the edit ends before it", end - 1);
  }
}

/** Sound starts with the packet before the one that the edit starts in, pictures with the last sync sample before it. */
function checkFirst({ track, edit, first, rendition }: SourceTrack, say: Say): void {
  const { samples } = track;
  const next = samples.findSyncAtOrAfter(first + 1);
  if (rendition.type === "audio") {
    const priming = Math.max(0, samples.indexAt(edit.start) - 1);
    if (first > priming) say(RULE, "no packet is left to prime the decoder with", first);
    if (next <= priming) say(RULE, "more sound than that of the priming goes out", first);
    return;
  }
  const isStart = isSync(track, first) && compositionTime(track, first) <= edit.start;
  if (first > 0 && !isStart) say(RULE, "pictures start where no decoder can", first);
  if (next < samples.count && compositionTime(track, next) <= edit.start) {
    say(RULE, "more pictures than the edit needs go out", first);
  }
}

function compositionTime({ samples }: Track, index: number): number {
  return samples.decodeTime(index) + samples.compositionOffset(index);
}

function isSync({ samples }: Track, index: number): boolean {
  return (samples.readSamples(index, index + 1).flags[0]! & IS_NON_SYNC) === 0;
}
