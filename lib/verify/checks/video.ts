/** Pictures of a transport stream, held against those of the file: NAL units, parameter sets, times, random access. */

import type { SampleEntry } from "../../mp4/sample_entry.ts";
import { IS_NON_SYNC } from "../../mp4/samples/sample_table.ts";
import type { SamplePair } from "./sample_diff.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { DemuxedPes } from "../readers/ts_demuxer.ts";
import type { Report } from "../findings.ts";
import { pairSamples } from "./sample_match.ts";
import { readNalConfiguration, splitByteStream, splitSample } from "../readers/nal_units.ts";
import type { NalConfiguration } from "../readers/nal_units.ts";
import { sampleBytes } from "../expected/source_track.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { compareTimes, computeTsTimes } from "../expected/ts_times.ts";
import type { Rule } from "../rules.ts";

/** stream_id of pictures (13818-1 §2.4.3.7). */
const VIDEO = 0xE0;

/** A picture each: an access unit delimiter, parameter sets where a decoder may start, and the NAL units of the file. */
export function checkVideo(
  packets: readonly DemuxedPes[],
  { source, samples, report }: { source: SourceTrack; samples: SourceSamples; report: Report },
): void {
  const units = new AccessUnits(packets, samples, source.track.entries);
  const times = computeTsTimes(source, samples);
  const pairs = pairSamples(packets.length, samples, {
    equal: (got, own) => units.equal(got, own),
    differs: ({ got, source: own }) =>
      report("bytes", units.difference(got, own), samples.first + own),
    report,
  });
  for (const pair of pairs) {
    const { got, source: own } = pair;
    const tell = (rule: Rule, message: string) => report(rule, message, samples.first + own);
    compareTimes(packets[got]!, { pts: times.pts[own]!, dts: times.dts[own]! }, tell);
    checkPacket(packets[got]!, (samples.flags[own]! & IS_NON_SYNC) === 0, tell);
    units.checkAdded(pair, tell);
  }
}

function checkPacket(
  { randomAccess, aligned, streamId }: DemuxedPes,
  sync: boolean,
  tell: (rule: Rule, message: string) => void,
): void {
  if (randomAccess !== sync) {
    tell("random access", sync ? "no decoder would start here" : "it is said of no key frame");
  }
  if (!aligned) tell("PES", "its data are not said to start with a picture");
  if (streamId !== VIDEO) tell("PES", `its stream_id is ${streamId} instead of ${VIDEO}`);
}

/** Both sides as NAL units, split when they are asked for. */
class AccessUnits {
  readonly #got: (readonly Uint8Array[])[] = [];
  readonly #own: (readonly Uint8Array[])[] = [];
  readonly #configurations: readonly (NalConfiguration | undefined)[];

  constructor(
    readonly packets: readonly DemuxedPes[],
    readonly samples: SourceSamples,
    entries: readonly SampleEntry[],
  ) {
    this.#configurations = entries.map(readNalConfiguration);
  }

  equal(got: number, own: number): boolean {
    const [theirs, ours] = [this.#gotNals(got), this.#ownNals(own)];
    if (isTail(theirs, ours)) return true;
    return isTail(theirs, ours.flatMap(splitAgain)); // a file whose NAL units hold start codes
  }

  difference(got: number, own: number): string {
    const ours = this.#ownNals(own);
    const theirs = this.#gotNals(got).slice(-ours.length);
    const at = ours.findIndex((nal, i) => !theirs[i] || !bytesEqual(nal, theirs[i]));
    return `its NAL unit ${at + 1} of ${ours.length} is another`;
  }

  /** What stands before the NAL units of the file. */
  checkAdded(
    { got, source, equal }: SamplePair,
    tell: (rule: Rule, message: string) => void,
  ): void {
    const theirs = this.#gotNals(got);
    const configuration = this.#configurationOf(source);
    if (!theirs[0] || !configuration.isDelimiter(theirs[0])) {
      return tell("delimiter", "it does not start with an access unit delimiter");
    }
    if (!equal) return;
    const sync = (this.samples.flags[source]! & IS_NON_SYNC) === 0;
    const expected = sync ? configuration.parameterSets : [];
    const added = theirs.slice(1, theirs.length - this.#ownNals(source).length);
    if (added.length === expected.length && isTail(added, expected)) return;
    tell(
      "parameter sets",
      `${added.length} stand before it, not the ${expected.length} of its sample entry`,
    );
  }

  #configurationOf(own: number): NalConfiguration {
    const configuration = this.#configurations[this.samples.descriptions[own]!];
    if (!configuration) throw new Error("Cannot split pictures that have no NAL units");
    return configuration;
  }

  #gotNals(got: number): readonly Uint8Array[] {
    return this.#got[got] ??= splitByteStream(this.packets[got]!.data);
  }

  #ownNals(own: number): readonly Uint8Array[] {
    return this.#own[own] ??= splitSample(
      sampleBytes(this.samples, own),
      this.#configurationOf(own),
    );
  }
}

function isTail(all: readonly Uint8Array[], tail: readonly Uint8Array[]): boolean {
  const more = all.length - tail.length;
  return more >= 0 && tail.every((nal, i) => bytesEqual(nal, all[more + i]!));
}

function splitAgain(nal: Uint8Array): Uint8Array[] {
  const coded = new Uint8Array(3 + nal.length);
  coded[2] = 1;
  coded.set(nal, 3);
  return splitByteStream(coded);
}
