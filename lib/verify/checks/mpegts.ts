/** MPEG-TS segments, held against the source: packets, clocks, pictures, and the sound that is beside them. */

import type { Presentation } from "../../presentation/presentation.ts";
import { bytesEqual } from "../bytes_equal.ts";
import { Demultiplexer } from "../readers/ts_demuxer.ts";
import type { DemultiplexedSegment, StreamPacket } from "../readers/ts_demuxer.ts";
import type { RenditionFacts } from "../measurements.ts";
import type { Place, Say } from "../findings.ts";
import { checkPictures } from "./video.ts";
import { checkStretches } from "./slices.ts";
import { ProgrammeClock } from "./pcr.ts";
import { checkSounds } from "./audio.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";
import { inStream, unwrapped } from "../expected/ts_times.ts";
import { newTally } from "../build.ts";
import type { FormCheck, Workbench } from "../build.ts";

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

export class MpegtsCheck implements FormCheck<SourceSamples> {
  readonly tally;
  readonly #place: Place;
  readonly #demultiplexer = new Demultiplexer();
  readonly #clock = new ProgrammeClock();
  /** Sample of the sound that comes next. */
  #nextSound: number;

  constructor(
    readonly streams: Streams,
    readonly facts: RenditionFacts,
    readonly bench: Workbench,
  ) {
    this.#place = { form: "MPEG-TS", rendition: streams.source.rendition.name };
    this.tally = newTally(this.#place);
    this.#nextSound = streams.sound?.first ?? 0;
  }

  async segment(index: number, samples: SourceSamples): Promise<void> {
    const { bench, streams: { presentation, source } } = this;
    const say = bench.findings.at({ ...this.#place, segment: index + 1 });
    const plan = () => bench.writers.mpegtsSegment(presentation, source.rendition, index);
    const bytes = await bench.build(plan, say);
    const segment = bytes && this.#demultiplexer.read(bytes, say);
    if (!segment) return;
    if (index === 0 || bytes.length > WHOLE) await checkStretches(plan(), bytes, say);
    this.facts.streams[index] = bytes.length;
    this.tally.segments++;
    this.tally.bytes += bytes.length;
    this.#tables(segment, say);
    const [pictures = [], sounds = []] = segment.streams;
    this.tally.samples += pictures.length;
    const longest = samples.durations.reduce((a, b) => Math.max(a, b), 0) / source.timescale;
    this.#clock.check(segment, { pictures, longest }, say);
    checkOrder(segment, say);
    checkPictures(pictures, { source, samples, say });
    await this.#sounds(sounds, index, say);
  }

  /** Every packet of the sound was in some segment. */
  finish(): void {
    const { sound } = this.streams;
    if (!sound || this.#nextSound === sound.end) return;
    const say = this.bench.findings.at(this.#place);
    const [from, to] = [this.#nextSound + 1, sound.end];
    const name = sound.rendition.name;
    say("lost sample", `samples ${from} to ${to} of ${name} are in no segment`);
  }

  #tables({ map }: DemultiplexedSegment, say: Say): void {
    const { source, sound } = this.streams;
    const expected = [source, ...sound ? [sound] : []].map(({ rendition, track }) => {
      const { streamType, descriptors } = rendition.codec.mpegTs!;
      return {
        type: streamType,
        descriptors: descriptors?.(track.entries[0]!) ?? new Uint8Array(),
      };
    });
    const [got, wanted] = [map.streams, expected].map((all) => all.map(({ type }) => type).join());
    if (got !== wanted) say("tables", `streams are of the types ${got}, not ${wanted}`);
    else if (
      !expected.every((one, i) => bytesEqual(one.descriptors, map.streams[i]!.descriptors))
    ) {
      say("tables", "a stream has other descriptors than its codec wants");
    }
    if (map.clockPid !== map.streams[0]?.pid) say("PCR", "not the pictures carry the clock");
  }

  async #sounds(packets: readonly StreamPacket[], index: number, say: Say): Promise<void> {
    const { sound } = this.streams;
    if (!sound || packets.length === 0) return;
    const size = packets.reduce((sum, { data }) => sum + data.length, 0);
    const from = this.#nextSound;
    const window = await sound.samples(from, sound.endOf(from, size, LOOK_AHEAD));
    const pairs = checkSounds(packets, { source: sound, window, say });
    const last = pairs.reduce((most, pair) => Math.max(most, pair.source), -1);
    this.#nextSound = from + last + 1;
    this.#beside(packets[0]!, index, say);
  }

  /** Sound starts with its pictures, not before them: a player that seeks here would hear what was. */
  #beside({ pts }: StreamPacket, index: number, say: Say): void {
    if (index === 0) return;
    const { timeline, timing } = this.streams.source.rendition;
    const start = inStream(timeline.times[index]!, timing.timescale);
    const early = start - unwrapped(pts, start);
    if (early > 1) say("sound", `it starts ${early} ticks before the pictures (90 kHz)`);
  }
}

/** Packets come in the order in which they are decoded. */
function checkOrder({ streams }: DemultiplexedSegment, say: Say): void {
  const packets = streams.flat().sort((a, b) => a.place - b.place);
  for (let i = 1; i < packets.length; i++) {
    const [before, packet] = [packets[i - 1]!, packets[i]!];
    if (unwrapped(packet.dts, before.dts) >= before.dts) continue;
    say("order", `the PES packet of DTS ${packet.dts} comes behind that of ${before.dts}`);
  }
}
