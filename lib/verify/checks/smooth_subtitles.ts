/** Texts in fragments of Smooth Streaming: a TTML document each, held against the cues of the presentation. */

import type { SubtitleRendition } from "../../presentation/presentation.ts";
import { SMOOTH_TIMESCALE } from "../../smooth/streams.ts";
import type { SmoothStream } from "../../smooth/streams.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import type { FindingLocation, Report } from "../findings.ts";
import { readFragment } from "../readers/fragment.ts";
import { pairSamples } from "./sample_match.ts";
import { checkSmoothBoxes, SMOOTH_DEFAULTS } from "./smooth.ts";
import { plain, readTtml } from "../readers/ttml.ts";
import type { Paragraph } from "../readers/ttml.ts";
import { createTally, readBack } from "../build.ts";
import type { Builder, FormatCheck } from "../build.ts";

/** Both ends of what a fragment shows are rounded to a millisecond. */
const ROUNDING = 1;

export class SmoothSubtitlesCheck implements FormatCheck<undefined> {
  readonly tally;
  readonly #location: FindingLocation;

  constructor(
    readonly rendition: SubtitleRendition,
    readonly stream: SmoothStream,
    readonly options: { readonly measurements: RenditionMeasurements; readonly builder: Builder },
  ) {
    this.#location = { format: "Smooth", rendition: rendition.name };
    this.tally = createTally(this.#location);
  }

  async segment(index: number): Promise<void> {
    const { rendition, stream, options: { measurements, builder } } = this;
    const report = builder.findings.at({ ...this.#location, segment: index + 1 });
    const { smoothFragment } = builder.generators;
    const bytes = await builder.build(() => smoothFragment(stream, rendition, index), report);
    const fragment = bytes && readBack(() => readFragment(bytes, SMOOTH_DEFAULTS), report);
    if (!fragment) return;
    this.tally.segments++;
    this.tally.bytes += bytes.length;
    const smooth = checkSmoothBoxes(fragment, report);
    const { byteOffsets, sizes } = fragment.samples;
    const document = bytes.subarray(byteOffsets[0], byteOffsets[0]! + sizes[0]!);
    const paragraphs = readBack(() => readTtml(document), report, "text");
    if (!smooth || !paragraphs) return;
    measurements.fragments[index] = smooth;
    this.tally.samples += paragraphs.length;
    this.#compare(paragraphs, smooth, report);
  }

  finish(): void {}

  /** Of each cue, the part that lies in the fragment; times count from where it starts. */
  #compare(
    paragraphs: readonly Paragraph[],
    { time, duration }: { time: number; duration: number },
    report: Report,
  ): void {
    const start = time * 1000 / SMOOTH_TIMESCALE;
    const end = (time + duration) * 1000 / SMOOTH_TIMESCALE;
    const parts = this.rendition.webvtt.cues.flatMap((cue, index) => {
      const [begin, stop] = [Math.max(cue.start, start) - start, Math.min(cue.end, end) - start];
      return Math.round(begin) < Math.round(stop)
        ? [{ begin, end: stop, index, text: plain(cue.text) }]
        : [];
    });
    const cue = (part: number) => parts[part]!.index;
    const pairs = pairSamples(paragraphs.length, { count: parts.length, first: 0 }, {
      equal: (got, own) => paragraphs[got]!.text === parts[own]!.text,
      differs: ({ source }) => report("cue text", "it shows another text", cue(source)),
      report: (rule, message, part) => report(rule, message, part === undefined ? part : cue(part)),
      noun: "cue",
    });
    for (const { got, source } of pairs) {
      const [theirs, own] = [paragraphs[got]!, parts[source]!];
      const near = Math.abs(theirs.begin - own.begin) < ROUNDING &&
        Math.abs(theirs.end - own.end) < ROUNDING;
      if (near) continue;
      const span = `${start + theirs.begin} to ${start + theirs.end} ms`;
      report("cue time", `it is shown from ${span}`, cue(source));
    }
  }
}
