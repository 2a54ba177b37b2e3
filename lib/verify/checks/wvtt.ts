/** Cues as WebVTT in MP4 (ISO/IEC 14496-30 §7), held against the cues of the presentation. */

import type { SubtitleRendition } from "../../presentation/presentation.ts";
import type { Cue } from "../../subtitles/cue.ts";
import { formatWebvttHeader } from "../../subtitles/webvtt.ts";
import { readWvttSample } from "../../subtitles/wvtt.ts";
import { rescale } from "../../time.ts";
import type { FindingLocation, Report } from "../findings.ts";
import { readFragment } from "../readers/fragment.ts";
import type { Fragment } from "../readers/fragment.ts";
import { NO_DEFAULTS, readInit } from "./init.ts";
import { createTally, readBack } from "../build.ts";
import type { Builder, FormatCheck } from "../build.ts";

/** A cue, and when it is shown, in ticks. */
interface Timed {
  readonly cue: Cue;
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

export class WvttCheck implements FormatCheck<undefined> {
  readonly tally;
  readonly #location: FindingLocation;
  readonly #cues: readonly Timed[];

  constructor(readonly rendition: SubtitleRendition, readonly builder: Builder) {
    this.#location = { format: "wvtt", rendition: rendition.name };
    this.tally = createTally(this.#location);
    const ticks = (time: number) => rescale(time, 1000, rendition.timescale);
    this.#cues = rendition.webvtt.cues.map((cue, index) => (
      { cue, index, start: ticks(cue.start), end: ticks(cue.end) }
    ));
    this.#init();
  }

  async segment(index: number): Promise<void> {
    const { rendition, builder, tally } = this;
    const report = builder.findings.at({ ...this.#location, segment: index + 1 });
    const bytes = await builder.build(
      () => builder.generators.wvttSegment(rendition, index),
      report,
    );
    const fragment = bytes && readBack(() => readFragment(bytes, NO_DEFAULTS), report);
    if (!fragment) return;
    tally.segments++;
    tally.bytes += bytes.length;
    const [start, end] = [rendition.times[index]!, rendition.times[index + 1]!];
    const near = this.#cues.filter((cue) => cue.start < end && cue.end > start);
    let time = fragment.trafs[0]?.time ?? NaN;
    if (time !== start) report("decode time", `it starts at ${time} instead of ${start}`);
    for (let i = 0; i < fragment.samples.count; i++) {
      const span = { start: time, end: time += fragment.samples.durations[i]! };
      const sample = bytesOf(fragment, bytes, i);
      const shown = readBack(() => readWvttSample(sample), report, "text");
      if (shown) checkSample(shown, near, { ...span, report });
    }
    if (time !== end) report("duration", `it ends at ${time} instead of ${end}`);
    tally.samples += fragment.samples.count;
  }

  finish(): void {}

  #init(): void {
    const { rendition, builder } = this;
    const report = builder.findings.at(this.#location);
    const bytes = builder.make(() => builder.generators.wvttInit(rendition), report);
    const track = bytes && readBack(() => readInit(bytes), report, "init")?.moov.tracks[0];
    if (!track) return;
    const [entry] = track.entries;
    const head = new TextDecoder().decode(entry?.boxes.get("vttC"));
    if (track.handler !== "text") report("init", `its handler is ${track.handler}, not text`);
    if (track.timescale !== rendition.timescale) {
      report("timescale", `it is ${track.timescale} instead of ${rendition.timescale}`);
    }
    if (entry?.type !== "wvtt" || head !== formatWebvttHeader(rendition.webvtt)) {
      report("sample entry", "it doesn't have the head of the file");
    }
  }
}

function bytesOf({ samples: { byteOffsets, sizes } }: Fragment, bytes: Uint8Array, index: number) {
  return bytes.subarray(byteOffsets[index]!, byteOffsets[index]! + sizes[index]!);
}

/** Shows all that is to be seen while it lasts, and nothing else. */
function checkSample(
  shown: readonly Pick<Cue, "id" | "settings" | "text">[],
  near: readonly Timed[],
  { start, end, report }: { start: number; end: number; report: Report },
): void {
  const own = near.filter((cue) => cue.start < end && cue.end > start);
  const left = shown.map(keyOf);
  for (const { cue, index, start: from, end: to } of own) {
    const at = left.indexOf(keyOf(cue));
    if (at < 0) report("lost cue", `it is not shown from ${start} to ${end}`, index);
    else left.splice(at, 1);
    const whole = from <= start && to >= end;
    if (!whole) {
      report("cue time", `it is shown from ${start} to ${end}, not ${from} to ${to}`, index);
    }
  }
  if (left.length > 0) report("extra cue", `${left.length} are shown from ${start} to ${end}`);
}

function keyOf({ id, settings, text }: Pick<Cue, "id" | "settings" | "text">): string {
  return JSON.stringify([id, settings.split(/\s+/).join(" "), text]);
}
