/** Compares TTML in Smooth Streaming fragments with the cues of the presentation. */

import type { SubtitleRendition } from "../../presentation/presentation.ts";
import { SMOOTH_TIMESCALE } from "../../smooth/streams.ts";
import type { SmoothStream } from "../../smooth/streams.ts";
import type { FragmentMeasurements, RenditionMeasurements } from "../measurements.ts";
import type { Report } from "../findings.ts";
import { getFragmentSample, readFragment } from "../readers/fragment.ts";
import { NO_DEFAULTS } from "./init.ts";
import { pairSamples } from "./sample_match.ts";
import { checkSmoothBoxes } from "./smooth_boxes.ts";
import { readTtml, stripMarkup } from "../readers/ttml.ts";
import type { TimedParagraph } from "../readers/ttml.ts";
import { tryRead } from "../build.ts";
import type { Builder } from "../build.ts";
import { SegmentCheck } from "./segment_check.ts";

const ROUNDING_MS = 1;

/** Part of a cue that a fragment shows, in milliseconds from its start. */
interface CuePart {
  readonly begin: number;
  readonly end: number;
  readonly cueIndex: number;
  readonly text: string;
}

export interface SmoothSubtitlesSource {
  readonly rendition: SubtitleRendition;
  readonly stream: SmoothStream;
}

export class SmoothSubtitlesCheck extends SegmentCheck {
  constructor(
    readonly source: SmoothSubtitlesSource,
    readonly measurements: RenditionMeasurements,
    builder: Builder,
  ) {
    super("Smooth", source.rendition.name, builder);
  }

  async segment(index: number): Promise<void> {
    const { builder, source: { rendition, stream } } = this;
    const report = this.reportAt(index);
    const { smoothFragment } = builder.generators;
    const bytes = await builder.build(() => smoothFragment(stream, rendition, index), report);
    const fragment = bytes && tryRead(() => readFragment(bytes, NO_DEFAULTS), report);
    if (!fragment) return;
    this.count(bytes.length, 0);
    const tfxd = checkSmoothBoxes(fragment, report);
    const document = getFragmentSample(bytes, fragment.samples, 0);
    const paragraphs = tryRead(() => readTtml(document), report, "text");
    if (!tfxd || !paragraphs) return;
    this.measurements.fragments[index] = tfxd;
    this.tally.samples += paragraphs.length;
    compareParagraphs(paragraphs, getCueParts(rendition, tfxd), report);
  }
}

function getCueParts(
  { webvtt: { cues } }: SubtitleRendition,
  { time, duration }: FragmentMeasurements,
): CuePart[] {
  const start = time * 1000 / SMOOTH_TIMESCALE;
  const end = (time + duration) * 1000 / SMOOTH_TIMESCALE;
  return cues.flatMap((cue, index) => {
    const part = {
      begin: Math.max(cue.start, start) - start,
      end: Math.min(cue.end, end) - start,
      cueIndex: index,
      text: stripMarkup(cue.text),
    };
    return Math.round(part.begin) < Math.round(part.end) ? [part] : [];
  });
}

function compareParagraphs(
  paragraphs: readonly TimedParagraph[],
  parts: readonly CuePart[],
  report: Report,
): void {
  const reportPart: Report = (rule, message, part) =>
    report(rule, message, part === undefined ? undefined : parts[part]!.cueIndex);
  const pairs = pairSamples(paragraphs.length, { count: parts.length, first: 0 }, {
    equal: (g, s) => paragraphs[g]!.text === parts[s]!.text,
    onDifference: ({ source }) => reportPart("cue text", "its text differs", source),
    report: reportPart,
    noun: "cue",
  });
  for (const { got, source } of pairs) {
    const [actual, expected] = [paragraphs[got]!, parts[source]!];
    const isNear = Math.abs(actual.begin - expected.begin) < ROUNDING_MS &&
      Math.abs(actual.end - expected.end) < ROUNDING_MS;
    if (isNear) continue;
    const [from, to] = [expected.begin, expected.end].map(Math.round);
    const message =
      `got ${actual.begin} to ${actual.end} ms of the fragment, expected ${from} to ${to}`;
    reportPart("cue time", message, source);
  }
}
