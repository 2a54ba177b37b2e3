/** MPEG-TS segments, held against the source: packets, clocks, pictures, and the sound that is beside them. */

import type { Presentation } from "../../presentation/presentation.ts";
import { bytesEqual } from "../bytes_equal.ts";
import { TsDemuxer } from "../readers/ts_demuxer.ts";
import type { DemuxedPes, DemuxedSegment } from "../readers/ts_demuxer.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import type { FindingLocation, Report } from "../findings.ts";
import { checkVideo } from "./video.ts";
import { checkSlices } from "./slices.ts";
import { PcrCheck } from "./pcr.ts";
import { checkAudio } from "./audio.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { expectedTsTime, unwrap } from "../expected/ts_times.ts";
import { createTally } from "../build.ts";
import type { Builder, FormatCheck } from "../build.ts";

/** Samples of sound that are looked at behind those that a segment should have. */
const LOOK_AHEAD = 40;

/** What is larger goes out in stretches. In bytes. */
const WHOLE = 8 * 2 ** 20;

/** What is checked: pictures, with the one sound that is in the same segments, if there is one. */
export interface Streams {
  readonly presentation: Presentation;
  readonly source: SourceTrack;
  readonly sound: SourceTrack | undefined;
}

export class MpegtsCheck implements FormatCheck<SourceSamples> {
  readonly tally;
  readonly #location: FindingLocation;
  readonly #demuxer = new TsDemuxer();
  readonly #pcr = new PcrCheck();
  /** Sample of the sound that comes next. */
  #nextSound: number;

  constructor(
    readonly streams: Streams,
    readonly measurements: RenditionMeasurements,
    readonly builder: Builder,
  ) {
    this.#location = { format: "MPEG-TS", rendition: streams.source.rendition.name };
    this.tally = createTally(this.#location);
    this.#nextSound = streams.sound?.first ?? 0;
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const { builder, streams: { presentation, source } } = this;
    const report = builder.findings.at({ ...this.#location, segment: index + 1 });
    const plan = () => builder.generators.mpegtsSegment(presentation, source.rendition, index);
    const bytes = await builder.build(plan, report);
    const segment = bytes && this.#demuxer.read(bytes, report);
    if (!segment) return;
    if (index === 0 || bytes.length > WHOLE) await checkSlices(plan(), bytes, report);
    this.measurements.streams[index] = bytes.length;
    this.tally.segments++;
    this.tally.bytes += bytes.length;
    this.#tables(segment, report);
    const [pictures = [], sounds = []] = segment.streams;
    this.tally.samples += pictures.length;
    const longest = samples.durations.reduce((a, b) => Math.max(a, b), 0) / source.timescale;
    this.#pcr.check(segment, { pictures, longest }, report);
    checkOrder(segment, report);
    checkVideo(pictures, { source, samples, report });
    await this.#sounds(sounds, index, report);
  }

  /** Every packet of the sound was in some segment. */
  finish(): void {
    const { sound } = this.streams;
    if (!sound || this.#nextSound === sound.end) return;
    const report = this.builder.findings.at(this.#location);
    const [from, to] = [this.#nextSound + 1, sound.end];
    const name = sound.rendition.name;
    report("lost sample", `samples ${from} to ${to} of ${name} are in no segment`);
  }

  #tables({ map }: DemuxedSegment, report: Report): void {
    const { source, sound } = this.streams;
    const expected = [source, ...sound ? [sound] : []].map(({ rendition, track }) => {
      const { streamType, descriptors } = rendition.codec.mpegTs!;
      return {
        type: streamType,
        descriptors: descriptors?.(track.entries[0]!) ?? new Uint8Array(),
      };
    });
    const [got, wanted] = [map.streams, expected].map((all) => all.map(({ type }) => type).join());
    if (got !== wanted) report("tables", `streams are of the types ${got}, not ${wanted}`);
    else if (
      !expected.every((one, i) => bytesEqual(one.descriptors, map.streams[i]!.descriptors))
    ) {
      report("tables", "a stream has other descriptors than its codec wants");
    }
    if (map.pcrPid !== map.streams[0]?.pid) report("PCR", "not the pictures carry the clock");
  }

  async #sounds(packets: readonly DemuxedPes[], index: number, report: Report): Promise<void> {
    const { sound } = this.streams;
    if (!sound || packets.length === 0) return;
    const size = packets.reduce((sum, { data }) => sum + data.length, 0);
    const from = this.#nextSound;
    const window = await sound.samples(from, sound.endOf(from, size, LOOK_AHEAD));
    const pairs = checkAudio(packets, { source: sound, window, report });
    const last = pairs.reduce((most, pair) => Math.max(most, pair.source), -1);
    this.#nextSound = from + last + 1;
    this.#beside(packets[0]!, index, report);
  }

  /** Sound starts with its pictures, not before them: a player that seeks here would hear what was. */
  #beside({ pts }: DemuxedPes, index: number, report: Report): void {
    if (index === 0) return;
    const { timeline, timing } = this.streams.source.rendition;
    const start = expectedTsTime(timeline.times[index]!, timing.timescale);
    const early = start - unwrap(pts, start);
    if (early > 1) report("audio", `it starts ${early} ticks before the pictures (90 kHz)`);
  }
}

/** Packets come in the order in which they are decoded. */
function checkOrder({ streams }: DemuxedSegment, report: Report): void {
  const packets = streams.flat().sort((a, b) => a.packetIndex - b.packetIndex);
  for (let i = 1; i < packets.length; i++) {
    const [before, packet] = [packets[i - 1]!, packets[i]!];
    if (unwrap(packet.dts, before.dts) >= before.dts) continue;
    report("order", `the PES packet of DTS ${packet.dts} comes behind that of ${before.dts}`);
  }
}
