/** Fragments of Smooth Streaming ([MS-SSTR] 2.2.4), held against the source: bytes, flags, times to the tick of 100 ns. */

import { rescale } from "../../time.ts";
import { TICKS_PER_SECOND } from "../../smooth/streams.ts";
import type { SmoothStream } from "../../smooth/streams.ts";
import type { Pair } from "./sample_diff.ts";
import { flagsMessage } from "./cmaf.ts";
import type { RenditionFacts } from "../measurements.ts";
import type { Place, Say } from "../findings.ts";
import { readFragment } from "../readers/fragment.ts";
import type { Fragment } from "../readers/fragment.ts";
import { match } from "./sample_match.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { newTally, readBack } from "../build.ts";
import type { FormCheck, Workbench } from "../build.ts";

/** A client makes its own init: all that it says of samples is which entry they use, the first. */
export const CLIENTS_TREX = { description: 1, duration: 0, size: 0, flags: 0 };

export class SmoothCheck implements FormCheck<SourceSamples> {
  readonly tally;
  readonly #place: Place;

  constructor(
    readonly source: SourceTrack,
    readonly stream: SmoothStream,
    readonly options: { readonly facts: RenditionFacts; readonly bench: Workbench },
  ) {
    this.#place = { form: "Smooth", rendition: source.rendition.name };
    this.tally = newTally(this.#place);
  }

  async segment(index: number, all: SourceSamples): Promise<void> {
    const { source: { rendition }, stream, options: { facts, bench } } = this;
    const say = bench.findings.at({ ...this.#place, segment: index + 1 });
    const { smoothFragment } = bench.writers;
    const bytes = await bench.build(() => smoothFragment(stream, rendition, index), say);
    const fragment = bytes && readBack(() => readFragment(bytes, CLIENTS_TREX), say);
    if (!fragment) return;
    this.tally.segments++;
    this.tally.samples += fragment.samples.count;
    this.tally.bytes += bytes.length;
    const smooth = checkSmoothBoxes(fragment, say);
    const { places, sizes, count } = fragment.samples;
    const sample = (i: number) => bytes.subarray(places[i]!, places[i]! + sizes[i]!);
    const samples = this.#heard(all);
    const pairs = match({ count, sample }, samples, say);
    if (!smooth) return;
    facts.fragments[index] = smooth;
    this.#compare(fragment, smooth.time, { samples, pairs, say });
  }

  finish(): void {}

  /** What ends before time zero is left out: Smooth has no edit list that would. */
  #heard(samples: SourceSamples): SourceSamples {
    if (this.source.rendition.type !== "audio") return samples;
    const { count, presentationTimes, durations } = samples;
    let skip = 0;
    while (skip < count - 1 && presentationTimes[skip]! + durations[skip]! <= 0) skip++;
    return skip === 0 ? samples : behind(samples, skip);
  }

  /** A sample is shown at the fragment's time, and the durations before it, and its offset. */
  #compare(
    { samples: got }: Fragment,
    start: number,
    { samples, pairs, say }: { samples: SourceSamples; pairs: readonly Pair[]; say: Say },
  ): void {
    const ticks = (time: number) => rescale(time, this.source.timescale, TICKS_PER_SECOND);
    const before = new Float64Array(got.count + 1);
    for (let i = 0; i < got.count; i++) before[i + 1] = before[i]! + got.durations[i]!;
    for (const { got: g, source: s } of pairs) {
      const index = samples.first + s;
      const shown = start + before[g]! + got.compositionOffsets[g]!;
      const expected = ticks(samples.presentationTimes[s]!);
      if (shown !== expected) {
        say("presentation time", `it is ${shown} instead of ${expected} (100 ns)`, index);
      }
      const lasts = samples.durations[s]! * TICKS_PER_SECOND / this.source.timescale;
      if (Math.abs(got.durations[g]! - lasts) > 1) {
        say(
          "duration",
          `it is ${got.durations[g]} instead of ${Math.round(lasts)} (100 ns)`,
          index,
        );
      }
      if (got.flags[g] !== samples.flags[s]) {
        say("flags", flagsMessage(got.flags[g]!, samples.flags[s]!), index);
      }
    }
  }
}

/** The same without the first ones. */
function behind(samples: SourceSamples, skip: number): SourceSamples {
  return {
    first: samples.first + skip,
    count: samples.count - skip,
    sizes: samples.sizes.subarray(skip),
    flags: samples.flags.subarray(skip),
    descriptions: samples.descriptions.subarray(skip),
    durations: samples.durations.subarray(skip),
    decodeTimes: samples.decodeTimes.subarray(skip),
    presentationTimes: samples.presentationTimes.subarray(skip),
    places: samples.places.subarray(skip),
    bytes: samples.bytes,
  };
}

/** What any fragment has: one track, tfxd, sdtp; undefined without a time. */
export function checkSmoothBoxes(
  { boxes, trafs, samples, unclaimed }: Fragment,
  say: Say,
): { time: number; duration: number } | undefined {
  const [traf, ...more] = trafs;
  if (boxes.join(" ") !== "moof mdat") say("boxes", `it consists of ${boxes.join(" ")}`);
  if (!traf || more.length > 0) say("boxes", `it has ${trafs.length} trafs`);
  if (unclaimed !== 0) say("mdat", `${unclaimed} bytes of it are no sample's`);
  if (traf && traf.dependencies?.length !== samples.count) {
    say("boxes", "its sdtp has not a row a sample");
  }
  checkDependencies(traf?.dependencies, samples.flags, say);
  if (!traf?.smooth) {
    say("boxes", "it has no tfxd");
    return undefined;
  }
  const lasts = samples.durations.reduce((sum, duration) => sum + duration, 0);
  const { duration } = traf.smooth;
  if (duration !== lasts && samples.count > 1) {
    say("duration", `tfxd says ${duration}, its samples ${lasts} (100 ns)`);
  }
  return traf.smooth;
}

/** Old devices look for key frames in sdtp. */
function checkDependencies(
  dependencies: Uint8Array | undefined,
  flags: Float64Array,
  say: Say,
): void {
  const wrong = dependencies?.findIndex((row, i) => row !== (flags[i]! >>> 20 & 255)) ?? -1;
  if (wrong >= 0) say("flags", `sdtp says something else of sample ${wrong + 1} of the fragment`);
}
