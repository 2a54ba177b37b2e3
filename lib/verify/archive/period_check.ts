/** Compares what servers build of a period, in all formats, with the samples in its files. */

import type { ReadableArchive } from "../../archive/file_system.ts";
import { MediaError } from "../../errors.ts";
import {
  countTsSegments,
  findFirstTsSegment,
  getMuxedAudio,
  isSupportedInTs,
} from "../../hls/mpegts_support.ts";
import { readMovie } from "../../mp4/read_movie.ts";
import type { Broadcast } from "../../presentation/broadcast.ts";
import type { MediaRendition, Presentation } from "../../presentation/presentation.ts";
import { countSegments } from "../../presentation/segment_timeline.ts";
import { planBroadcastFragment } from "../../smooth/live_fragment.ts";
import { describePeriods, getStart } from "../../smooth/live_streams.ts";
import { buildSmoothStreams, isSupportedInSmooth } from "../../smooth/streams.ts";
import { Builder, type Tally } from "../build.ts";
import { createDecryption } from "../checks/create_decryption.ts";
import { MpegtsCheck } from "../checks/mpegts.ts";
import { PackedAudioCheck } from "../checks/packed_audio.ts";
import type { MediaContext, SegmentCheck } from "../checks/segment_check.ts";
import { SmoothCheck } from "../checks/smooth.ts";
import { CounterUse } from "../expected/counter_use.ts";
import { type SourceSamples, SourceTrack } from "../expected/source_track.ts";
import type { Findings } from "../findings.ts";
import type { Generators } from "../generators.ts";
import { createMeasurements } from "../measurements.ts";
import type { PeriodContents } from "./archive_contents.ts";
import { measureTsPeak } from "./expected_bandwidth.ts";
import { JoinedSource } from "./joined_source.ts";
import { PeriodFindings } from "./scoped_findings.ts";
import { StoredCmafCheck } from "./stored_cmaf.ts";
import { openStoredPeriod, type PeriodState } from "./stored_period.ts";

export interface PeriodInputs {
  readonly files: ReadableArchive;
  readonly findings: Findings;
  readonly generators: Generators;
  readonly watch: (rendition: string, segment: number, segments: number) => void;
}

export interface CheckedPeriod {
  readonly tallies: readonly Tally[];
  readonly builtBytes: number;
  /** Peaks of segments of MPEG-TS by rendition, in bit/s. */
  readonly tsPeaks: ReadonlyMap<string, number>;
}

/** Needs a number, and a segment of each track. */
export async function checkPeriodMedia(
  contents: PeriodContents,
  state: PeriodState,
  inputs: PeriodInputs,
): Promise<CheckedPeriod> {
  const { files } = inputs;
  const findings = new PeriodFindings(inputs.findings, contents.number!);
  try {
    using period = openStoredPeriod(files, contents, state);
    using check = new PeriodMediaCheck(contents, period.broadcast, { ...inputs, findings });
    await check.run();
    const { tallies, builder: { builtBytes } } = check;
    return { tallies, builtBytes, tsPeaks: check.measureTsPeaks(state.target) };
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    findings.add({ format: "archive", rendition: "" }, "build", `cannot be read: ${error.message}`);
    return { tallies: [], builtBytes: 0, tsPeaks: new Map() };
  }
}

class PeriodMediaCheck implements Disposable {
  readonly tallies: Tally[] = [];
  readonly builder: Builder;
  readonly #contents: PeriodContents;
  readonly #broadcast: Broadcast;
  readonly #presentation: Presentation;
  readonly #inputs: PeriodInputs;
  readonly #sources: JoinedSource[] = [];
  readonly #counters = new CounterUse();
  /** Sizes of segments of MPEG-TS, by rendition. */
  readonly #tsSizes = new Map<string, readonly (number | undefined)[]>();

  constructor(contents: PeriodContents, broadcast: Broadcast, inputs: PeriodInputs) {
    this.#contents = contents;
    this.#broadcast = broadcast;
    this.#presentation = broadcast.periods[0]!.presentation;
    this.#inputs = inputs;
    const smoothFragment: Generators["smoothFragment"] = (_stream, { name }, index) =>
      planBroadcastFragment(broadcast, this.#findFragment(name, index));
    this.builder = new Builder({ ...inputs.generators, smoothFragment }, inputs.findings);
  }

  async run(): Promise<void> {
    for (const rendition of this.#presentation.renditions.values()) {
      if (rendition.type !== "text") await this.#rendition(rendition);
    }
  }

  measureTsPeaks(target: number): Map<string, number> {
    const measured = this.#contents.tracks.flatMap((track): [string, number][] => {
      const sizes = this.#tsSizes.get(track.track.name) ?? [];
      return sizes.length > 0 ? [[track.track.name, measureTsPeak(track, sizes, target)]] : [];
    });
    return new Map(measured);
  }

  [Symbol.dispose](): void {
    for (const source of this.#sources) source.close();
  }

  async #rendition(rendition: MediaRendition): Promise<void> {
    const source = await this.#openTrack(rendition);
    const { samples } = rendition.timeline;
    const { count: found } = source.track.samples;
    if (found < samples.at(-1)!) {
      const location = { format: "archive", rendition: rendition.name } as const;
      const message = `the files have ${found} samples, expected ${samples.at(-1)}`;
      return this.builder.findings.add(location, "lost sample", message);
    }
    const checks = await this.#createChecks(source);
    const count = countSegments(rendition.timeline);
    for (let index = 0; index < count; index++) {
      this.#inputs.watch(rendition.name, index, count);
      const expected = await source.readSamples(samples[index]!, samples[index + 1]!);
      for (const check of checks) await check.segment(index, expected);
    }
    for (const check of checks) {
      check.finish();
      this.tallies.push(check.tally);
    }
  }

  async #openTrack(rendition: MediaRendition): Promise<SourceTrack> {
    const contents = this.#contents.tracks.find(({ track }) => track.name === rendition.name)!;
    const source = new JoinedSource(this.#inputs.files, contents);
    this.#sources.push(source);
    const movie = await readMovie(source);
    return new SourceTrack(rendition, movie, { ticks: 0, timescale: 1 }, source);
  }

  async #createChecks(source: SourceTrack): Promise<SegmentCheck<SourceSamples>[]> {
    const { rendition } = source;
    const context = this.#createContext(source);
    const checks: SegmentCheck<SourceSamples>[] = [new StoredCmafCheck(source, context)];
    if (isSupportedInTs(rendition)) checks.push(await this.#createTsCheck(source, context));
    if (isSupportedInSmooth(rendition)) {
      const { origin } = describePeriods(this.#broadcast)[0]!;
      const stream = buildSmoothStreams(this.#presentation).find(({ levels }) =>
        levels.some((level) => level.rendition === rendition)
      );
      if (stream) checks.push(new SmoothCheck({ source, stream, origin }, context));
    }
    return checks;
  }

  async #createTsCheck(
    source: SourceTrack,
    context: MediaContext,
  ): Promise<SegmentCheck<SourceSamples>> {
    if (source.rendition.type !== "video") return new PackedAudioCheck(source, context);
    const muxed = getMuxedAudio(this.#presentation);
    const opened = muxed && await this.#openTrack(muxed);
    const isWhole = opened && opened.track.samples.count >= muxed.timeline.samples.at(-1)!;
    const muxedAudio = isWhole ? opened : undefined; // what is lost is reported of the audio
    const presentation = this.#presentation;
    const listed = {
      first: findFirstTsSegment(presentation, source.rendition),
      end: countTsSegments(presentation, source.rendition),
    };
    return new MpegtsCheck({ presentation, video: source, muxedAudio, listed }, context);
  }

  #createContext(source: SourceTrack): MediaContext {
    const measurements = createMeasurements();
    this.#tsSizes.set(source.rendition.name, measurements.tsSizes);
    const counters = this.#counters;
    const decryption = createDecryption(this.#presentation, source, { counters, measurements });
    return { measurements, builder: this.builder, decryption };
  }

  #findFragment(name: string, index: number) {
    const [{ origin, streams }] = describePeriods(this.#broadcast) as [
      ReturnType<typeof describePeriods>[number],
    ];
    for (const stream of streams) {
      const level = stream.levels.find(({ rendition }) => rendition.name === name);
      if (!level) continue;
      const time = origin + getStart(level.rendition, index);
      return { stream: stream.name, bitrate: level.bitrate, time };
    }
    throw new MediaError(`Cannot find a level of ${name}`);
  }
}
