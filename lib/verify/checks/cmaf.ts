/** CMAF segments, as DASH and HLS share them, held against the source: bytes, times, flags, descriptions. */

import { IS_NON_SYNC } from "../../mp4/samples/sample_table.ts";
import type { Pair } from "./sample_diff.ts";
import type { RenditionFacts, SegmentFacts } from "../measurements.ts";
import type { Place, Say } from "../findings.ts";
import { readFragment } from "../readers/fragment.ts";
import type { Fragment, FragmentSamples } from "../readers/fragment.ts";
import { checkInit } from "./init.ts";
import type { ReadInit } from "./init.ts";
import { match } from "./sample_match.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { newTally, readBack } from "../build.ts";
import type { FormCheck, Workbench } from "../build.ts";
import type { Rule } from "../rules.ts";

export class CmafCheck implements FormCheck<SourceSamples> {
  readonly tally;
  readonly #place: Place;
  readonly #init: ReadInit | undefined;
  #sequence = 0;

  constructor(
    readonly source: SourceTrack,
    readonly facts: RenditionFacts,
    readonly bench: Workbench,
  ) {
    this.#place = { form: "CMAF", rendition: source.rendition.name };
    this.tally = newTally(this.#place);
    this.#init = checkInit(source, bench, this.#say());
    if (this.#init) facts.init = { timescale: this.#init.timescale, description: undefined };
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const say = this.#say(index);
    const { writers } = this.bench;
    const { rendition } = this.source;
    if (index === 0 && this.#init) this.#codec(samples);
    const bytes = await this.bench.build(() => writers.cmafSegment(rendition, index), say);
    const unsaid = this.#init?.unsaid;
    if (!bytes || !unsaid) return;
    const fragment = readBack(() => readFragment(bytes, unsaid), say);
    if (!fragment) return;
    this.tally.segments++;
    this.tally.samples += fragment.samples.count;
    this.tally.bytes += bytes.length;
    this.#boxes(fragment, say);
    const { places, sizes, count } = fragment.samples;
    const sample = (i: number) => bytes.subarray(places[i]!, places[i]! + sizes[i]!);
    const pairs = match({ count, sample }, samples, say);
    const decodeTimes = decodeTimesOf(fragment);
    this.#compare(fragment, decodeTimes, { samples, pairs, say });
    this.facts.cmaf[index] = this.#factsOf(fragment, decodeTimes, bytes);
  }

  finish(): void {}

  #say(index?: number): Say {
    return this.bench.findings.at(
      index === undefined ? this.#place : { ...this.#place, segment: index + 1 },
    );
  }

  /** The codec that a player sees, once it has a sample. */
  #codec(samples: SourceSamples): void {
    const init = this.#init!;
    const say = this.#say();
    const description = readBack(() => init.describe(samples), say, "codec");
    this.facts.init = { timescale: init.timescale, description };
    const own = this.source.rendition.description;
    if (description && description.codec !== own.codec) {
      say("codec", `its init says ${description.codec}, not ${own.codec}`);
    }
  }

  #boxes({ boxes, sequence, trafs, unclaimed }: Fragment, say: Say): void {
    const found = boxes.join(" ");
    if (found !== "styp moof mdat") say("boxes", `it consists of ${found}, not of styp moof mdat`);
    if (sequence <= this.#sequence) {
      say("sequence number", `it is ${sequence} behind ${this.#sequence}`);
    }
    this.#sequence = sequence;
    if (unclaimed !== 0) say("mdat", `${unclaimed} bytes of it are no sample's`);
    for (const { trackId, time, baseIsMoof } of trafs) {
      if (trackId !== this.#init!.trackId) {
        say("track", `its track_ID is ${trackId}, in the init ${this.#init!.trackId}`);
      }
      if (time === undefined) say("decode time", "it has no tfdt");
      if (!baseIsMoof) say("boxes", "its data offsets don't count from the moof");
    }
  }

  #compare(
    fragment: Fragment,
    decodeTimes: Float64Array,
    { samples, pairs, say }: { samples: SourceSamples; pairs: readonly Pair[]; say: Say },
  ): void {
    const got = fragment.samples;
    const { mediaTime } = this.#init!;
    for (const { got: g, source: s } of pairs) {
      const tell = (rule: Rule, found: number, expected: number) => {
        if (found === expected) return;
        say(rule, `it is ${found} instead of ${expected}`, samples.first + s);
      };
      const shown = decodeTimes[g]! + got.compositionOffsets[g]! - mediaTime;
      tell("decode time", decodeTimes[g]!, samples.decodeTimes[s]!);
      tell("presentation time", shown, samples.presentationTimes[s]!);
      tell("duration", got.durations[g]!, samples.durations[s]!);
      tell("description", got.descriptions[g]!, samples.descriptions[s]! + 1);
      if (got.flags[g] === samples.flags[s]) continue;
      say("flags", flagsMessage(got.flags[g]!, samples.flags[s]!), samples.first + s);
    }
  }

  #factsOf({ samples }: Fragment, decodeTimes: Float64Array, bytes: Uint8Array): SegmentFacts {
    const { compositionOffsets, durations, places, sizes, flags, count } = samples;
    const { mediaTime } = this.#init!;
    let [earliest, shownEnd] = [Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
      const time = decodeTimes[i]! + compositionOffsets[i]! - mediaTime;
      earliest = Math.min(earliest, time);
      shownEnd = Math.max(shownEnd, time + durations[i]!);
    }
    const shown = (decodeTimes[0] ?? 0) + (compositionOffsets[0] ?? 0) - mediaTime;
    const sync = ((flags[0] ?? IS_NON_SYNC) & IS_NON_SYNC) === 0;
    return {
      bytes: bytes.length,
      firstEnd: count > 0 ? places[0]! + sizes[0]! : 0,
      start: decodeTimes[0] ?? 0,
      end: count > 0 ? decodeTimes[count - 1]! + durations[count - 1]! : 0,
      earliest,
      shown,
      shownEnd,
      sync,
      independent: sync && shown <= earliest && this.#isClosed(samples, bytes),
    };
  }

  /** The first sample is no picture that leaves those behind it to the segment before (IDR, not just a recovery point). */
  #isClosed({ count, places, sizes, descriptions }: FragmentSamples, bytes: Uint8Array): boolean {
    const { rendition: { codec }, track } = this.source;
    const entry = track.entries[(descriptions[0] ?? 0) - 1];
    if (count === 0 || !entry || !codec.randomAccess) return true;
    const first = bytes.subarray(places[0]!, places[0]! + Math.min(sizes[0]!, PEEK));
    return codec.randomAccess(entry, first) === "closed";
  }
}

/** Bytes of a sample that a codec looks at. */
const PEEK = 4096;

/** Each traf says when its first sample is decoded; the others follow by durations. */
function decodeTimesOf({ trafs, samples: { count, durations } }: Fragment): Float64Array {
  const times = new Float64Array(count);
  const starts = new Map(trafs.map(({ first, time }) => [first, time]));
  for (let i = 0; i < count; i++) {
    times[i] = starts.get(i) ?? (i === 0 ? 0 : times[i - 1]! + durations[i - 1]!);
  }
  return times;
}

export function flagsMessage(got: number, expected: number): string {
  const hex = (flags: number) => flags.toString(16).padStart(8, "0");
  const isSync = (flags: number) => (flags & IS_NON_SYNC) === 0;
  const key = isSync(got) === isSync(expected)
    ? ""
    : isSync(got)
    ? ", a key frame that is none"
    : ", no key frame though it is one";
  return `they are ${hex(got)} instead of ${hex(expected)}${key}`;
}
