/** Everything that a presentation goes out as, built, read back, and held against its files. */

import type { Movie } from "../mp4/movie.ts";
import { readMovie } from "../mp4/read_movie.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  StppTrack,
  SubtitleRendition,
} from "../presentation/presentation.ts";
import { buildSmoothStreams, isSupportedInSmooth } from "../smooth/streams.ts";
import type { SmoothStream } from "../smooth/streams.ts";
import { countSegments } from "../presentation/segment_timeline.ts";
import { getMuxedAudio, isSupportedInTs } from "../hls/mpegts_support.ts";
import type { Source } from "../storage/source.ts";
import { addWarnings } from "./warnings.ts";
import { CmafCheck } from "./checks/cmaf.ts";
import { createMeasurements } from "./measurements.ts";
import type { RenditionMeasurements } from "./measurements.ts";
import { Findings } from "./findings.ts";
import type { Finding } from "./findings.ts";
import { ImageCheck } from "./checks/image.ts";
import { checkEditList } from "./checks/edit_list_check.ts";
import { checkManifests } from "./manifests/manifests.ts";
import { MpegtsCheck } from "./checks/mpegts.ts";
import { PackedAudioCheck } from "./checks/packed_audio.ts";
import { SmoothCheck } from "./checks/smooth.ts";
import { SmoothSubtitlesCheck } from "./checks/smooth_subtitles.ts";
import { computeStartOffset } from "./expected/start_offset.ts";
import { SourceTrack } from "./expected/source_track.ts";
import type { SourceSamples } from "./expected/source_track.ts";
import { StppCheck } from "./checks/stpp.ts";
import { WebvttCheck } from "./checks/webvtt.ts";
import { Builder } from "./build.ts";
import type { FormatCheck, Tally } from "./build.ts";
import { WvttCheck } from "./checks/wvtt.ts";
import { GENERATORS } from "./generators.ts";
import type { Generators } from "./generators.ts";

export interface Verification {
  /** A row a format of a rendition, and a row a manifest. */
  readonly rows: readonly Row[];
  /** What differs from the files. */
  readonly differences: readonly Finding[];
  /** What players may stumble over, though it is as in the files. */
  readonly warnings: readonly Finding[];
  /** Of differences, those that are not listed too. */
  readonly count: number;
  /** That were built. */
  readonly bytes: number;
}

export interface Row extends Tally {
  /** Of differences. */
  readonly found: number;
}

/** Says how far it is. */
export type Watch = (rendition: string, segment: number, segments: number) => void;

/**
 * One segment at a time is in memory, in all its forms one after the other.
 *
 * @throws MediaError when a file can't be read
 */
export async function verify(
  presentation: Presentation,
  { generators = GENERATORS, watch = () => {} }: { generators?: Generators; watch?: Watch } = {},
): Promise<Verification> {
  const work = new Work(presentation, new Builder(generators, new Findings()), watch);
  return await work.run();
}

class Work {
  readonly #measurements = new Map<string, RenditionMeasurements>();
  readonly #movies = new Map<Source, Movie>();
  readonly #tallies: Tally[] = [];
  readonly #warnings = new Findings();
  #startOffset = 0;

  constructor(
    readonly presentation: Presentation,
    readonly builder: Builder,
    readonly watch: Watch,
  ) {}

  async run(): Promise<Verification> {
    const { presentation, builder } = this;
    const renditions = [...presentation.renditions.values()];
    for (const rendition of renditions) {
      this.#measurements.set(rendition.name, createMeasurements());
    }
    const media = renditions.filter((rendition) => rendition.type !== "text");
    for (const { source } of media) await this.#movie(source);
    this.#startOffset = computeStartOffset(media, this.#movies);
    for (const rendition of renditions) {
      await (rendition.type === "text" ? this.#text(rendition) : this.#media(rendition));
    }
    this.#tallies.push(
      ...checkManifests(presentation, { measurements: this.#measurements, builder }),
    );
    addWarnings(presentation, this.#measurements, this.#warnings);
    return {
      rows: this.#tallies.map((tally) => ({
        ...tally,
        found: builder.findings.count(tally.location),
      })),
      differences: builder.findings.list(),
      count: builder.findings.count(),
      warnings: this.#warnings.list(),
      bytes: builder.bytes,
    };
  }

  async #movie(source: Source): Promise<Movie> {
    const movie = this.#movies.get(source) ?? await readMovie(source);
    this.#movies.set(source, movie);
    return movie;
  }

  async #track(rendition: MediaRendition): Promise<SourceTrack> {
    return new SourceTrack(rendition, await this.#movie(rendition.source), this.#startOffset);
  }

  async #media(rendition: MediaRendition): Promise<void> {
    const source = await this.#track(rendition);
    checkEditList(
      source,
      this.builder.findings.at({ format: "source", rendition: rendition.name }),
    );
    const checks = await this.#checks(source);
    const { samples } = rendition.timeline;
    const count = countSegments(rendition.timeline);
    for (let index = 0; index < count; index++) {
      this.watch(rendition.name, index, count);
      const own = await source.samples(samples[index]!, samples[index + 1]!);
      for (const check of checks) await check.segment(index, own);
    }
    this.#finish(checks);
  }

  async #checks(source: SourceTrack): Promise<FormatCheck<SourceSamples>[]> {
    const { presentation, builder } = this;
    const { rendition } = source;
    const measurements = this.#measurements.get(rendition.name)!;
    if (rendition.type === "image") return [new ImageCheck(source, measurements, builder)];
    const checks: FormatCheck<SourceSamples>[] = [new CmafCheck(source, measurements, builder)];
    if (isSupportedInTs(rendition)) {
      const muxed = getMuxedAudio(presentation);
      const sound = rendition.type === "video" && muxed ? await this.#track(muxed) : undefined;
      checks.push(
        rendition.type === "video"
          ? new MpegtsCheck({ presentation, source, sound }, measurements, builder)
          : new PackedAudioCheck(source, measurements, builder),
      );
    }
    const stream = this.#stream(rendition);
    if (stream) checks.push(new SmoothCheck(source, stream, { measurements, builder }));
    return checks;
  }

  async #text(rendition: SubtitleRendition): Promise<void> {
    const { builder } = this;
    const measurements = this.#measurements.get(rendition.name)!;
    const stream = this.#stream(rendition);
    if (rendition.stpp) await this.#documents(rendition, rendition.stpp);
    if (rendition.stpp?.onlyImages) return;
    const checks: FormatCheck<undefined>[] = [
      new WebvttCheck(rendition, builder),
      new WvttCheck(rendition, builder),
      ...stream ? [new SmoothSubtitlesCheck(rendition, stream, { measurements, builder })] : [],
    ];
    await this.#segments(rendition.name, rendition.times.length - 1, checks);
  }

  async #documents(rendition: SubtitleRendition, stpp: StppTrack): Promise<void> {
    const check = new StppCheck(rendition, stpp, this.builder);
    await this.#segments(rendition.name, countSegments(stpp.timeline), [check]);
  }

  async #segments(name: string, count: number, checks: FormatCheck<undefined>[]): Promise<void> {
    for (let index = 0; index < count; index++) {
      this.watch(name, index, count);
      for (const check of checks) await check.segment(index, undefined);
    }
    this.#finish(checks);
  }

  #stream(rendition: Rendition): SmoothStream | undefined {
    if (!isSupportedInSmooth(rendition)) return undefined;
    return buildSmoothStreams(this.presentation).find(({ levels }) =>
      levels.some((level) => level.rendition === rendition)
    );
  }

  #finish(checks: readonly FormatCheck<never>[]): void {
    for (const check of checks) {
      check.finish();
      this.#tallies.push(check.tally);
    }
  }
}
