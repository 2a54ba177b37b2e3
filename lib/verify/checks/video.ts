/** Compares the video of MPEG-TS with the source. */

import type { SampleEntry } from "../../mp4/sample_entry.ts";
import { IS_NON_SYNC } from "../../mp4/samples/sample_table.ts";
import type { SamplePair } from "./sample_diff.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { DemuxedPes } from "../readers/ts_demuxer.ts";
import type { Report } from "../findings.ts";
import { pairSamples } from "./sample_match.ts";
import { readNalConfiguration, splitByteStream, splitSample } from "../readers/nal_units.ts";
import type { NalConfiguration } from "../readers/nal_units.ts";
import { getSourceSample } from "../expected/source_track.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { checkPesTimes, computeTsTimes } from "../expected/ts_times.ts";
import type { TsTimes } from "../expected/ts_times.ts";
import type { Rule } from "../rules.ts";

/** stream_id (13818-1 §2.4.3.7). */
const VIDEO_STREAM_ID = 0xE0;

/** Packets contain a delimiter, parameter sets before sync samples and the first one, and the NAL units of the file. */
export function checkVideo(
  packets: readonly DemuxedPes[],
  { source, samples, report, times = computeTsTimes(source, samples) }: {
    source: SourceTrack;
    samples: SourceSamples;
    report: Report;
    times?: TsTimes;
  },
): void {
  const units = new AccessUnits(packets, samples, source.track.entries);
  const pairs = pairSamples(packets.length, samples, {
    equal: (g, s) => units.equal(g, s),
    onDifference: ({ got: g, source: s }) =>
      report("bytes", units.describeDifference(g, s), samples.first + s),
    report,
  });
  for (const pair of pairs) {
    const { got: g, source: s } = pair;
    const reportPes = (rule: Rule, message: string) => report(rule, message, samples.first + s);
    checkPesTimes(packets[g]!, { pts: times.pts[s]!, dts: times.dts[s]! }, reportPes);
    checkHeader(packets[g]!, (samples.flags[s]! & IS_NON_SYNC) === 0, reportPes);
    units.checkAddedNals(pair, reportPes);
  }
}

function checkHeader(
  { randomAccess, aligned, streamId }: DemuxedPes,
  sync: boolean,
  report: (rule: Rule, message: string) => void,
): void {
  if (randomAccess !== sync) {
    const state = sync ? "is not set" : "is set, although it is not a key frame";
    report("random access", `random_access_indicator ${state}`);
  }
  if (!aligned) report("PES", "data_alignment_indicator is not set");
  if (streamId !== VIDEO_STREAM_ID) {
    report("PES", `got stream_id ${streamId}, expected ${VIDEO_STREAM_ID}`);
  }
}

class AccessUnits {
  readonly #packetNals: (readonly Uint8Array[])[] = [];
  readonly #sampleNals: (readonly Uint8Array[])[] = [];
  readonly #configurations: readonly (NalConfiguration | undefined)[];

  constructor(
    readonly packets: readonly DemuxedPes[],
    readonly samples: SourceSamples,
    entries: readonly SampleEntry[],
  ) {
    this.#configurations = entries.map(readNalConfiguration);
  }

  equal(packet: number, sample: number): boolean {
    const [got, expected] = [this.#splitPacket(packet), this.#splitSample(sample)];
    if (endsWith(got, expected)) return true;
    return endsWith(got, expected.flatMap(splitAgain)); // a file whose NAL units contain start codes
  }

  describeDifference(packet: number, sample: number): string {
    const expected = this.#splitSample(sample);
    const got = this.#splitPacket(packet).slice(-expected.length);
    const index = expected.findIndex((nal, i) => !got[i] || !bytesEqual(nal, got[i]));
    return `NAL unit ${index + 1} of ${expected.length} differs`;
  }

  checkAddedNals(
    { got, source, equal }: SamplePair,
    report: (rule: Rule, message: string) => void,
  ): void {
    const nals = this.#splitPacket(got);
    const configuration = this.#getConfiguration(source);
    if (!nals[0] || !configuration.isDelimiter(nals[0])) {
      return report("delimiter", "does not start with an access unit delimiter");
    }
    if (!equal) return;
    const needsSets = source === 0 || (this.samples.flags[source]! & IS_NON_SYNC) === 0;
    const expected = needsSets ? configuration.parameterSets : [];
    const added = nals.slice(1, nals.length - this.#splitSample(source).length);
    if (added.length === expected.length && endsWith(added, expected)) return;
    const message = `got ${added.length}, expected the ${expected.length} of the sample entry`;
    report("parameter sets", message);
  }

  #getConfiguration(sample: number): NalConfiguration {
    const configuration = this.#configurations[this.samples.descriptions[sample]!];
    if (!configuration) throw new Error("Cannot split samples without NAL units");
    return configuration;
  }

  #splitPacket(packet: number): readonly Uint8Array[] {
    return this.#packetNals[packet] ??= splitByteStream(this.packets[packet]!.data);
  }

  #splitSample(sample: number): readonly Uint8Array[] {
    return this.#sampleNals[sample] ??= splitSample(
      getSourceSample(this.samples, sample),
      this.#getConfiguration(sample),
    );
  }
}

function endsWith(nals: readonly Uint8Array[], tail: readonly Uint8Array[]): boolean {
  const start = nals.length - tail.length;
  return start >= 0 && tail.every((nal, i) => bytesEqual(nal, nals[start + i]!));
}

function splitAgain(nal: Uint8Array): Uint8Array[] {
  const coded = new Uint8Array(3 + nal.length);
  coded[2] = 1;
  coded.set(nal, 3);
  return splitByteStream(coded);
}
