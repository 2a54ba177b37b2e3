/** Cues as WebVTT in MP4 (ISO/IEC 14496-30 §7), held against the cues of the presentation. */

import type { SubtitleRendition } from "../../presentation/presentation.ts";
import type { Cue } from "../../subtitles/cue.ts";
import { formatWebvttHeader } from "../../subtitles/webvtt.ts";
import { readWvttSample } from "../../subtitles/wvtt.ts";
import { rescale } from "../../time.ts";
import type { Place, Say } from "../findings.ts";
import { readFragment } from "../readers/fragment.ts";
import type { Fragment } from "../readers/fragment.ts";
import { NOTHING_SAID, readInit } from "./init.ts";
import { newTally, readBack } from "../build.ts";
import type { FormCheck, Workbench } from "../build.ts";

/** A cue, and when it is shown, in ticks. */
interface Timed {
  readonly cue: Cue;
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

export class WvttCheck implements FormCheck<undefined> {
  readonly tally;
  readonly #place: Place;
  readonly #cues: readonly Timed[];

  constructor(readonly rendition: SubtitleRendition, readonly bench: Workbench) {
    this.#place = { form: "wvtt", rendition: rendition.name };
    this.tally = newTally(this.#place);
    const ticks = (time: number) => rescale(time, 1000, rendition.timescale);
    this.#cues = rendition.webvtt.cues.map((cue, index) => (
      { cue, index, start: ticks(cue.start), end: ticks(cue.end) }
    ));
    this.#init();
  }

  async segment(index: number): Promise<void> {
    const { rendition, bench, tally } = this;
    const say = bench.findings.at({ ...this.#place, segment: index + 1 });
    const bytes = await bench.build(() => bench.writers.wvttSegment(rendition, index), say);
    const fragment = bytes && readBack(() => readFragment(bytes, NOTHING_SAID), say);
    if (!fragment) return;
    tally.segments++;
    tally.bytes += bytes.length;
    const [start, end] = [rendition.times[index]!, rendition.times[index + 1]!];
    const near = this.#cues.filter((cue) => cue.start < end && cue.end > start);
    let time = fragment.trafs[0]?.time ?? NaN;
    if (time !== start) say("decode time", `it starts at ${time} instead of ${start}`);
    for (let i = 0; i < fragment.samples.count; i++) {
      const span = { start: time, end: time += fragment.samples.durations[i]! };
      const sample = bytesOf(fragment, bytes, i);
      const shown = readBack(() => readWvttSample(sample), say, "text");
      if (shown) checkSample(shown, near, { ...span, say });
    }
    if (time !== end) say("duration", `it ends at ${time} instead of ${end}`);
    tally.samples += fragment.samples.count;
  }

  finish(): void {}

  #init(): void {
    const { rendition, bench } = this;
    const say = bench.findings.at(this.#place);
    const bytes = bench.make(() => bench.writers.wvttInit(rendition), say);
    const track = bytes && readBack(() => readInit(bytes), say, "init")?.moov.tracks[0];
    if (!track) return;
    const [entry] = track.entries;
    const head = new TextDecoder().decode(entry?.boxes.get("vttC"));
    if (track.handler !== "text") say("init", `its handler is ${track.handler}, not text`);
    if (track.timescale !== rendition.timescale) {
      say("timescale", `it is ${track.timescale} instead of ${rendition.timescale}`);
    }
    if (entry?.type !== "wvtt" || head !== formatWebvttHeader(rendition.webvtt)) {
      say("sample entry", "it doesn't have the head of the file");
    }
  }
}

function bytesOf({ samples: { places, sizes } }: Fragment, bytes: Uint8Array, index: number) {
  return bytes.subarray(places[index]!, places[index]! + sizes[index]!);
}

/** Shows all that is to be seen while it lasts, and nothing else. */
function checkSample(
  shown: readonly Pick<Cue, "id" | "settings" | "text">[],
  near: readonly Timed[],
  { start, end, say }: { start: number; end: number; say: Say },
): void {
  const own = near.filter((cue) => cue.start < end && cue.end > start);
  const left = shown.map(keyOf);
  for (const { cue, index, start: from, end: to } of own) {
    const at = left.indexOf(keyOf(cue));
    if (at < 0) say("lost cue", `it is not shown from ${start} to ${end}`, index);
    else left.splice(at, 1);
    const whole = from <= start && to >= end;
    if (!whole) say("cue time", `it is shown from ${start} to ${end}, not ${from} to ${to}`, index);
  }
  if (left.length > 0) say("extra cue", `${left.length} are shown from ${start} to ${end}`);
}

function keyOf({ id, settings, text }: Pick<Cue, "id" | "settings" | "text">): string {
  return JSON.stringify([id, settings.split(/\s+/).join(" "), text]);
}
