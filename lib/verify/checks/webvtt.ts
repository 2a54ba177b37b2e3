/** Texts as WebVTT, whole and in segments, held against the cues of the presentation. */

import type { SubtitleRendition } from "../../presentation/presentation.ts";
import type { Cue } from "../../subtitles/cue.ts";
import { parseWebvtt } from "../../subtitles/webvtt.ts";
import type { Webvtt } from "../../subtitles/webvtt.ts";
import type { Place, Say } from "../findings.ts";
import { matched } from "./sample_match.ts";
import { AHEAD } from "../expected/ts_times.ts";
import { newTally, readBack } from "../build.ts";
import type { FormCheck, Workbench } from "../build.ts";

/** The media that segments go with, and what their time 0 is called there. In ticks of 90 kHz. */
const FORMS = { fmp4: 0, ts: AHEAD };

export class WebvttCheck implements FormCheck<undefined> {
  readonly tally;
  readonly #place: Place;
  /** Cues that no segment has had yet. */
  readonly #waiting: Record<keyof typeof FORMS, Set<number>>;

  constructor(readonly rendition: SubtitleRendition, readonly bench: Workbench) {
    this.#place = { form: "WebVTT", rendition: rendition.name };
    this.tally = newTally(this.#place);
    const all = rendition.webvtt.cues.keys();
    this.#waiting = { fmp4: new Set(all), ts: new Set(rendition.webvtt.cues.keys()) };
    this.#whole();
  }

  async segment(index: number): Promise<void> {
    const { rendition, bench } = this;
    const say = bench.findings.at({ ...this.#place, segment: index + 1 });
    this.tally.segments++;
    for (const form of ["fmp4", "ts"] as const) {
      const { webvttSegment } = bench.writers;
      const bytes = await bench.build(() => webvttSegment(rendition, index, form), say);
      const text = bytes && readBack(() => parseWebvtt(bytes), say, "text");
      if (!text) continue;
      this.tally.bytes += bytes.length;
      const shown = shownIn(rendition, index);
      for (const cue of shown) this.#waiting[form].delete(cue);
      checkCues(text, { cues: rendition.webvtt.cues, shown, say });
      checkBlocks(text, rendition.webvtt, say);
      checkTimeMap(text, form, say);
    }
  }

  finish(): void {
    const say = this.bench.findings.at(this.#place);
    for (const cues of Object.values(this.#waiting)) {
      for (const cue of cues) say("lost cue", "no segment shows it", cue);
    }
  }

  #whole(): void {
    const { bench, rendition } = this;
    const say = bench.findings.at(this.#place);
    const bytes = bench.make(() => bench.writers.wholeText(rendition), say);
    const text = bytes && readBack(() => parseWebvtt(bytes), say, "text");
    if (!text) return;
    const { cues } = rendition.webvtt;
    this.tally.bytes += bytes.length;
    this.tally.samples += text.cues.length;
    checkCues(text, { cues, shown: [...cues.keys()], say });
    checkBlocks(text, rendition.webvtt, say);
  }
}

/** Cues that are shown at any time of a segment. */
function shownIn(
  { webvtt: { cues }, times, timescale }: SubtitleRendition,
  index: number,
): number[] {
  const [start, end] = [times[index]!, times[index + 1]!].map((time) => time * 1000 / timescale);
  const last = index === times.length - 2;
  return [...cues.keys()].filter((cue) => {
    const { start: from, end: to } = cues[cue]!;
    const begins = last || from < end!;
    return begins && (to > start! || from >= start!);
  });
}

/** Each has its own times, also where a segment shows only a part of it. */
function checkCues(
  { cues: got }: Webvtt,
  { cues, shown, say }: { cues: readonly Cue[]; shown: readonly number[]; say: Say },
): void {
  const own = (index: number) => cues[shown[index]!]!;
  const said = (index: number): Say => (rule, message) => say(rule, message, shown[index]);
  const pairs = matched(got.length, { count: shown.length, first: 0 }, {
    equal: (g, s) => sameText(got[g]!, own(s)),
    differs: ({ source }) => said(source)("cue text", "its text, name or settings are others"),
    say: (rule, message, index) => say(rule, message, index === undefined ? index : shown[index]),
    noun: "cue",
  });
  for (const { got: g, source } of pairs) {
    const [theirs, ours] = [got[g]!, own(source)];
    if (theirs.start === ours.start && theirs.end === ours.end) continue;
    const span = ({ start, end }: Cue) => `${start} to ${end} ms`;
    said(source)("cue time", `it is shown from ${span(theirs)} instead of ${span(ours)}`);
  }
}

function sameText(a: Cue, b: Cue): boolean {
  return a.text === b.text && a.id === b.id && a.settings === b.settings;
}

/** Style sheets and regions are in every segment. */
function checkBlocks({ blocks }: Webvtt, own: Webvtt, say: Say): void {
  const there = new Set(blocks.map(({ text }) => text));
  for (const { type, text } of own.blocks) {
    if (type !== "note" && !there.has(text)) say("style", `a ${type} of the file is not in it`);
  }
}

/** RFC 8216bis §3.1.4 */
function checkTimeMap({ header }: Webvtt, form: keyof typeof FORMS, say: Say): void {
  const line = /^X-TIMESTAMP-MAP=(.*)$/m.exec(header)?.[1] ?? "";
  const ticks = Number(/MPEGTS:(\d+)/.exec(line)?.[1]);
  const clock = /LOCAL:(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})/.exec(line);
  const [hours, minutes, seconds, thousandths] = [1, 2, 3, 4].map((i) => Number(clock?.[i] ?? 0));
  const local = ((hours! * 60 + minutes!) * 60 + seconds!) * 90000 + thousandths! * 90;
  if (clock && ticks - local === FORMS[form]) return;
  say(
    "time map",
    `it puts time 0 at ${clock ? ticks - local : line || "nothing"}, not ${FORMS[form]}`,
  );
}
