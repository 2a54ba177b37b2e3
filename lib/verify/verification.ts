/** Builds and parses every resource of a presentation, and compares it with the media files. */

import { correctSyncSamples } from "../input/sync_samples.ts";
import type { Role } from "../package/role.ts";
import type { Movie } from "../mp4/movie.ts";
import { readMovie } from "../mp4/read_movie.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  StppTrack,
  SubtitleRendition,
} from "../presentation/presentation.ts";
import { explainUnsupportedFormat } from "../presentation/segment_protection.ts";
import { buildSmoothStreams, isSupportedInSmooth } from "../smooth/streams.ts";
import type { SmoothStream } from "../smooth/streams.ts";
import { countSegments } from "../presentation/segment_timeline.ts";
import { getMuxedAudio, isSupportedInTs } from "../hls/mpegts_support.ts";
import type { Source } from "../storage/source.ts";
import { Builder, tryReadAsync } from "./build.ts";
import type { Tally } from "./build.ts";
import { CmafCheck } from "./checks/cmaf.ts";
import { checkMetadata, type OperatorMetadata } from "./checks/metadata.ts";
import { createDecryption } from "./checks/create_decryption.ts";
import { checkEditList } from "./checks/edit_list_check.ts";
import { CmafKeyFrameCheck, TsKeyFrameCheck } from "./checks/key_frames.ts";
import { ImageCheck } from "./checks/image.ts";
import { MpegtsCheck } from "./checks/mpegts.ts";
import { PackedAudioCheck } from "./checks/packed_audio.ts";
import type { SegmentCheck } from "./checks/segment_check.ts";
import { SmoothCheck } from "./checks/smooth.ts";
import { SmoothSubtitlesCheck } from "./checks/smooth_subtitles.ts";
import { StppCheck } from "./checks/stpp.ts";
import { WebvttCheck } from "./checks/webvtt.ts";
import { WvttCheck } from "./checks/wvtt.ts";
import { CounterUse } from "./expected/counter_use.ts";
import { FrameRateMeter } from "./expected/frame_rate_meter.ts";
import { SignallingReader } from "./expected/signalling_reader.ts";
import { SourceTrack } from "./expected/source_track.ts";
import type { SourceSamples } from "./expected/source_track.ts";
import { computeStartOffset, type StartOffset } from "./expected/start_offset.ts";
import { Findings } from "./findings.ts";
import type { Finding } from "./findings.ts";
import { GENERATORS } from "./generators.ts";
import type { Generators } from "./generators.ts";
import { checkManifests } from "./manifests/manifests.ts";
import { createMeasurements } from "./measurements.ts";
import type { RenditionMeasurements } from "./measurements.ts";
import type { TrackDeclaration } from "./readers/track_declaration.ts";
import { describeFileChange, type FileChange } from "./file_changes.ts";
import { addWarnings } from "./warnings.ts";

export interface Verification {
  /** One for each format of each rendition, and for each manifest. */
  readonly rows: readonly Row[];
  /** The first of each kind. */
  readonly differences: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** Includes differences that are not listed. */
  readonly differenceCount: number;
  readonly builtBytes: number;
}

export interface Row extends Tally {
  readonly differenceCount: number;
}

export type Watch = (rendition: string, segmentIndex: number, segments: number) => void;

export interface VerifyInputs {
  readonly generators?: Generators;
  readonly watch?: Watch;
  /** How files are not what the package declares, by file. */
  readonly changes?: ReadonlyMap<string, FileChange>;
  /** What the package sets, by rendition; without it, languages and labels are not compared with their source. */
  readonly operator?: ReadonlyMap<string, OperatorMetadata> | undefined;
  /** Roles of audio that the name of its file says, by file. */
  readonly roles?: ReadonlyMap<string, Role>;
}

/** Builds one segment at a time, to bound memory. @throws MediaError if a file cannot be read */
export async function verify(
  presentation: Presentation,
  inputs: VerifyInputs = {},
): Promise<Verification> {
  const { generators = GENERATORS, watch = () => {}, changes = new Map() } = inputs;
  const findings = new Findings();
  for (const { name, file } of presentation.renditions.values()) {
    const change = changes.get(file);
    if (!change) continue;
    const message = describeFileChange(file, change);
    findings.add({ format: "source", rendition: name }, "content", message);
  }
  const builder = new Builder(generators, findings);
  return await new Verifier(presentation, { ...inputs, builder, watch }).run();
}

class Verifier {
  readonly #measurements = new Map<string, RenditionMeasurements>();
  readonly #movies = new Map<Source, Movie>();
  readonly #tallies: Tally[] = [];
  readonly #warnings = new Findings();
  readonly #counters = new CounterUse();
  #startOffset: StartOffset = { ticks: 0, timescale: 1 };

  readonly #signalling = new SignallingReader();
  readonly builder: Builder;

  constructor(
    readonly presentation: Presentation,
    readonly inputs: Pick<VerifyInputs, "operator" | "roles"> & { builder: Builder; watch: Watch },
  ) {
    this.builder = inputs.builder;
  }

  async run(): Promise<Verification> {
    const { presentation, builder } = this;
    const renditions = [...presentation.renditions.values()];
    for (const { name } of renditions) this.#measurements.set(name, createMeasurements());
    const media = renditions.filter((rendition) => rendition.type !== "text");
    for (const { source } of media) await this.#movie(source);
    this.#startOffset = computeStartOffset(media, this.#movies);
    for (const rendition of renditions) {
      await (rendition.type === "text" ? this.#subtitles(rendition) : this.#media(rendition));
    }
    const measurements = this.#measurements;
    const tallies = checkManifests(presentation, { measurements, builder });
    for (const tally of tallies) this.#tallies.push(tally);
    addWarnings(presentation, measurements, this.#warnings);
    return {
      rows: this.#tallies.map((tally) => ({
        ...tally,
        differenceCount: builder.findings.count(tally.location),
      })),
      differences: builder.findings.list(),
      differenceCount: builder.findings.count(),
      warnings: this.#warnings.list(),
      builtBytes: builder.builtBytes,
    };
  }

  async #movie(source: Source): Promise<Movie> {
    const movie = this.#movies.get(source) ?? await readMovie(source);
    this.#movies.set(source, movie);
    return movie;
  }

  async #track(rendition: MediaRendition): Promise<SourceTrack> {
    const { source, codec, track: { id } } = rendition;
    const movie = await this.#movie(source);
    const track = movie.tracks.find((candidate) => candidate.id === id)!;
    const corrected = await correctSyncSamples(track, codec, source);
    const tracks = [corrected.track];
    return new SourceTrack(rendition, { ...movie, tracks }, this.#startOffset);
  }

  async #media(rendition: MediaRendition): Promise<void> {
    const source = await this.#track(rendition);
    const { findings } = this.builder;
    const report = findings.at({ format: "source", rendition: rendition.name });
    checkEditList(source, report);
    const measurements = this.#measurements.get(rendition.name)!;
    measurements.signalling = await tryReadAsync(() => this.#signalling.read(source), report);
    this.#checkMetadata(rendition, measurements.signalling?.track);
    const frameRate = measurements.frameRate = new FrameRateMeter(source.timescale);
    const checks = await this.#mediaChecks(source);
    const { samples } = rendition.timeline;
    const count = countSegments(rendition.timeline);
    for (let index = 0; index < count; index++) {
      this.inputs.watch(rendition.name, index, count);
      const expected = await source.readSamples(samples[index]!, samples[index + 1]!);
      frameRate.add(source.listPresentedDurations(expected));
      for (const check of checks) await check.segment(index, expected);
    }
    this.#finish(checks);
  }

  async #mediaChecks(source: SourceTrack): Promise<SegmentCheck<SourceSamples>[]> {
    const { presentation, builder } = this;
    const { rendition } = source;
    const measurements = this.#measurements.get(rendition.name)!;
    if (rendition.type === "image") return [new ImageCheck(source, measurements, builder)];
    if (rendition.type === "video" && rendition.encryption) measurements.isEstimated = true;
    const counters = this.#counters;
    const decryption = createDecryption(presentation, source, { counters, measurements });
    const context = { measurements, builder, decryption };
    const cmaf = new CmafCheck(source, context);
    const checks: SegmentCheck<SourceSamples>[] = [cmaf];
    const isVideo = rendition.type === "video";
    if (isVideo) checks.push(new CmafKeyFrameCheck(source, cmaf.init, context));
    if (isSupportedInTs(rendition) && !explainUnsupportedFormat(presentation, "mpegts")) {
      const muxed = getMuxedAudio(presentation);
      const muxedAudio = isVideo && muxed ? await this.#track(muxed) : undefined;
      checks.push(
        isVideo
          ? new MpegtsCheck({ presentation, video: source, muxedAudio }, context)
          : new PackedAudioCheck(source, context),
      );
      if (isVideo) checks.push(new TsKeyFrameCheck(source, context));
    }
    const stream = this.#smoothStream(rendition);
    if (stream) checks.push(new SmoothCheck({ source, stream }, context));
    return checks;
  }

  async #subtitles(rendition: SubtitleRendition): Promise<void> {
    const { builder } = this;
    this.#checkMetadata(rendition, await this.#subtitleTrack(rendition));
    if (rendition.stpp) await this.#stpp(rendition, rendition.stpp);
    if (rendition.stpp?.onlyImages) return;
    const measurements = this.#measurements.get(rendition.name)!;
    const checks: SegmentCheck[] = [
      new WebvttCheck(rendition, measurements, builder),
      new WvttCheck(rendition, builder),
    ];
    const stream = this.#smoothStream(rendition);
    if (stream) checks.push(new SmoothSubtitlesCheck({ rendition, stream }, measurements, builder));
    await this.#segments(rendition.name, rendition.times.length - 1, checks);
  }

  /** Returns undefined for a subtitle file. */
  async #subtitleTrack(
    { trackId, file, stpp }: SubtitleRendition,
  ): Promise<TrackDeclaration | undefined> {
    const sameFile = this.presentation.renditions.values().find((other) =>
      other.type !== "text" && other.file === file
    ) as MediaRendition | undefined;
    const source = stpp?.source ?? sameFile?.source;
    if (trackId === undefined || !source) return undefined;
    const tracks = await this.#signalling.readTracks(source);
    return tracks.find(({ id }) => id === trackId);
  }

  #checkMetadata(rendition: Rendition, track: TrackDeclaration | undefined): void {
    const { operator, roles } = this.inputs;
    if (!operator) return;
    const report = this.builder.findings.at({ format: "source", rendition: rendition.name });
    const { name, file } = rendition;
    const role = rendition.type === "audio" ? roles?.get(file) : undefined;
    checkMetadata(rendition, { operator: operator.get(name), role, track }, report);
  }

  async #stpp(rendition: SubtitleRendition, stpp: StppTrack): Promise<void> {
    const check = new StppCheck(rendition, stpp, this.builder);
    await this.#segments(rendition.name, countSegments(stpp.timeline), [check]);
  }

  async #segments(name: string, count: number, checks: SegmentCheck[]): Promise<void> {
    for (let index = 0; index < count; index++) {
      this.inputs.watch(name, index, count);
      for (const check of checks) await check.segment(index, undefined);
    }
    this.#finish(checks);
  }

  #smoothStream(rendition: Rendition): SmoothStream | undefined {
    if (!isSupportedInSmooth(rendition)) return undefined;
    if (explainUnsupportedFormat(this.presentation, "smooth")) return undefined;
    return buildSmoothStreams(this.presentation).find(({ levels }) =>
      levels.some((level) => level.rendition === rendition)
    );
  }

  #finish(checks: readonly SegmentCheck<never>[]): void {
    for (const check of checks) {
      check.finish();
      this.#tallies.push(check.tally);
    }
  }
}
