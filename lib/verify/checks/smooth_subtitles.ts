/** Texts in fragments of Smooth Streaming: a TTML document each, held against the cues of the presentation. */

import type { SubtitleRendition } from "../../presentation/presentation.ts";
import { TICKS_PER_SECOND } from "../../smooth/streams.ts";
import type { SmoothStream } from "../../smooth/streams.ts";
import type { RenditionFacts } from "../measurements.ts";
import type { Place, Say } from "../findings.ts";
import { readFragment } from "../readers/fragment.ts";
import { matched } from "./sample_match.ts";
import { checkSmoothBoxes, CLIENTS_TREX } from "./smooth.ts";
import { plain, readTtml } from "../readers/ttml.ts";
import type { Paragraph } from "../readers/ttml.ts";
import { newTally, readBack } from "../build.ts";
import type { FormCheck, Workbench } from "../build.ts";

/** Both ends of what a fragment shows are rounded to a millisecond. */
const ROUNDING = 1;

export class SmoothTextCheck implements FormCheck<undefined> {
  readonly tally;
  readonly #place: Place;

  constructor(
    readonly rendition: SubtitleRendition,
    readonly stream: SmoothStream,
    readonly options: { readonly facts: RenditionFacts; readonly bench: Workbench },
  ) {
    this.#place = { form: "Smooth", rendition: rendition.name };
    this.tally = newTally(this.#place);
  }

  async segment(index: number): Promise<void> {
    const { rendition, stream, options: { facts, bench } } = this;
    const say = bench.findings.at({ ...this.#place, segment: index + 1 });
    const { smoothFragment } = bench.writers;
    const bytes = await bench.build(() => smoothFragment(stream, rendition, index), say);
    const fragment = bytes && readBack(() => readFragment(bytes, CLIENTS_TREX), say);
    if (!fragment) return;
    this.tally.segments++;
    this.tally.bytes += bytes.length;
    const smooth = checkSmoothBoxes(fragment, say);
    const { places, sizes } = fragment.samples;
    const document = bytes.subarray(places[0], places[0]! + sizes[0]!);
    const paragraphs = readBack(() => readTtml(document), say, "text");
    if (!smooth || !paragraphs) return;
    facts.fragments[index] = smooth;
    this.tally.samples += paragraphs.length;
    this.#compare(paragraphs, smooth, say);
  }

  finish(): void {}

  /** Of each cue, the part that lies in the fragment; times count from where it starts. */
  #compare(
    paragraphs: readonly Paragraph[],
    { time, duration }: { time: number; duration: number },
    say: Say,
  ): void {
    const start = time * 1000 / TICKS_PER_SECOND;
    const end = (time + duration) * 1000 / TICKS_PER_SECOND;
    const parts = this.rendition.webvtt.cues.flatMap((cue, index) => {
      const [begin, stop] = [Math.max(cue.start, start) - start, Math.min(cue.end, end) - start];
      return Math.round(begin) < Math.round(stop)
        ? [{ begin, end: stop, index, text: plain(cue.text) }]
        : [];
    });
    const cue = (part: number) => parts[part]!.index;
    const pairs = matched(paragraphs.length, { count: parts.length, first: 0 }, {
      equal: (got, own) => paragraphs[got]!.text === parts[own]!.text,
      differs: ({ source }) => say("cue text", "it shows another text", cue(source)),
      say: (rule, message, part) => say(rule, message, part === undefined ? part : cue(part)),
      noun: "cue",
    });
    for (const { got, source } of pairs) {
      const [theirs, own] = [paragraphs[got]!, parts[source]!];
      const near = Math.abs(theirs.begin - own.begin) < ROUNDING &&
        Math.abs(theirs.end - own.end) < ROUNDING;
      if (near) continue;
      const span = `${start + theirs.begin} to ${start + theirs.end} ms`;
      say("cue time", `it is shown from ${span}`, cue(source));
    }
  }
}
