/** Compares WebVTT in MP4 (ISO/IEC 14496-30 §7) with the cues of the presentation. */

import type { SubtitleRendition } from "../../presentation/presentation.ts";
import type { Cue } from "../../subtitles/cue.ts";
import { formatWebvttHeader } from "../../subtitles/webvtt.ts";
import { readWvttSample } from "../../subtitles/wvtt.ts";
import { rescale } from "../../time.ts";
import type { Report } from "../findings.ts";
import { getFragmentSample, readFragment } from "../readers/fragment.ts";
import { NO_DEFAULTS, readInit } from "./init.ts";
import { checkInitLanguage } from "./init_signalling.ts";
import { tryRead } from "../build.ts";
import type { Builder } from "../build.ts";
import { SegmentCheck } from "./segment_check.ts";

/** Times in ticks of the rendition. */
interface TimedCue {
  readonly cue: Cue;
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

export class WvttCheck extends SegmentCheck {
  readonly #cues: readonly TimedCue[];

  constructor(readonly rendition: SubtitleRendition, builder: Builder) {
    super("wvtt", rendition.name, builder);
    const ticks = (time: number) => rescale(time, 1000, rendition.timescale);
    this.#cues = rendition.webvtt.cues.map((cue, index) => (
      { cue, index, start: ticks(cue.start), end: ticks(cue.end) }
    ));
    this.#checkInit();
  }

  async segment(index: number): Promise<void> {
    const { rendition, builder } = this;
    const report = this.reportAt(index);
    const { wvttSegment } = builder.generators;
    const bytes = await builder.build(() => wvttSegment(rendition, index), report);
    const fragment = bytes && tryRead(() => readFragment(bytes, NO_DEFAULTS), report);
    if (!fragment) return;
    this.count(bytes.length, fragment.samples.count);
    const [start, end] = [rendition.times[index]!, rendition.times[index + 1]!];
    const cues = this.#cues.filter((cue) => cue.start < end && cue.end > start);
    let time = fragment.trafs[0]?.decodeTime ?? NaN;
    if (time !== start) report("decode time", `got ${time}, expected ${start}`);
    for (let i = 0; i < fragment.samples.count; i++) {
      const span = { start: time, end: time += fragment.samples.durations[i]! };
      const sample = getFragmentSample(bytes, fragment.samples, i);
      const shown = tryRead(() => readWvttSample(sample), report, "text");
      if (shown) checkSample(shown, cues, { ...span, report });
    }
    if (time !== end) report("duration", `ends at ${time}, expected ${end}`);
  }

  #checkInit(): void {
    const { rendition, builder } = this;
    const report = this.reportAt();
    const bytes = builder.generate(() => builder.generators.wvttInit(rendition), report);
    const track = bytes && tryRead(() => readInit(bytes), report, "init")?.moov.tracks[0];
    if (!track) return;
    checkInitLanguage(bytes!, rendition.language, report);
    const [entry] = track.entries;
    const header = new TextDecoder().decode(entry?.boxes.get("vttC"));
    if (track.handler !== "text") report("init", `got handler ${track.handler}, expected text`);
    if (track.timescale !== rendition.timescale) {
      report("timescale", `got ${track.timescale}, expected ${rendition.timescale}`);
    }
    if (entry?.type !== "wvtt" || header !== formatWebvttHeader(rendition.webvtt)) {
      report("sample entry", "its header differs from the file");
    }
  }
}

function checkSample(
  shown: readonly Pick<Cue, "id" | "settings" | "text">[],
  cues: readonly TimedCue[],
  { start, end, report }: { start: number; end: number; report: Report },
): void {
  const expected = cues.filter((cue) => cue.start < end && cue.end > start);
  const unexpected = shown.map(getCueKey);
  for (const { cue, index, start: from, end: to } of expected) {
    const at = unexpected.indexOf(getCueKey(cue));
    if (at < 0) report("lost cue", `missing from ${start} to ${end}`, index);
    else unexpected.splice(at, 1);
    if (from > start || to < end) {
      report("cue time", `got ${start} to ${end}, expected ${from} to ${to}`, index);
    }
  }
  if (unexpected.length > 0) report("extra cue", `${unexpected.length} from ${start} to ${end}`);
}

function getCueKey({ id, settings, text }: Pick<Cue, "id" | "settings" | "text">): string {
  return JSON.stringify([id, settings.split(/\s+/).join(" "), text]);
}
