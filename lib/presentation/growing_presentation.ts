import { MediaError } from "../errors.ts";
import { findMin } from "../extremes.ts";
import type { MediaInput, TrackInput } from "../input/track_input.ts";
import { withPages } from "../mp4/samples/pages.ts";
import type { Growth } from "../storage/growing_source.ts";
import { buildRegularBoundaries, getReferenceBoundaries } from "./boundaries.ts";
import type { Boundaries } from "./boundaries.ts";
import { assemblePresentation, computeTargetSeconds, probeCaptions } from "./build.ts";
import { buildRenditionBases, type RenditionBase } from "./build_renditions.ts";
import { type GrowingMedia, notStarted } from "./growing_media.ts";
import { GrowingTrack } from "./growing_track.ts";
import { warnLabels } from "./label_warnings.ts";
import { warnOpenGop } from "./open_gop.ts";
import type { Live, Presentation } from "./presentation.ts";
import { computeSegmentSizes } from "./segment_sizes.ts";
import { countSegments, sliceTimeline, type Timeline, TOLERANCE } from "./segment_timeline.ts";
import { addTiming } from "./segmenter.ts";
import { computeStartShift, shiftMedia } from "./start_shift.ts";
import { computeStreamId } from "./stream_id.ts";

export interface GrowingInput {
  readonly inputs: readonly TrackInput[];
  readonly segmentDuration: number;
  readonly live: Live;
  readonly warnings: readonly string[];
}

interface FirstSnapshot {
  readonly tracks: readonly GrowingTrack[];
  readonly bases: readonly RenditionBase[];
  readonly presentation: Presentation;
}

/**
 * A presentation of files to which fragments are appended. Each snapshot extends the one before: listed segments, names, version
 * and target duration do not change. Subtitles and images are left out.
 */
export class GrowingPresentation {
  readonly #media: GrowingMedia;
  readonly #tracks: readonly GrowingTrack[];
  readonly #bases: readonly RenditionBase[];
  #presentation: Presentation;
  #lastCall: Promise<unknown> = Promise.resolve();

  private constructor(media: GrowingMedia, { tracks, bases, presentation }: FirstSnapshot) {
    this.#media = media;
    this.#tracks = tracks;
    this.#bases = bases;
    this.#presentation = presentation;
  }

  /**
   * Builds the first snapshot.
   *
   * @throws RequestError `NOT_FOUND` until each track has a complete segment; MediaError as `buildPresentation()`
   */
  static async open(media: GrowingMedia, input: GrowingInput): Promise<GrowingPresentation> {
    return new GrowingPresentation(media, await buildFirstSnapshot(media, input));
  }

  /** The last snapshot. */
  get presentation(): Presentation {
    return this.#presentation;
  }

  /**
   * Reads what was appended. "grown": there is a new snapshot, which lists more segments. "replaced": the known media has changed, and
   * the presentation must be opened again, as after an error.
   *
   * @throws MediaError of a source, and for fragments that are broken
   */
  refresh(): Promise<Growth> {
    return this.#inSequence(async (live) => {
      const growth = await this.#media.refresh();
      if (growth !== "grown") return growth;
      if (!await withPages(() => this.#append())) return "replaced";
      const timelines = await withPages(() => listTimelines(this.#tracks));
      const isLonger = timelines.some((timeline, i) =>
        countSegments(timeline) > this.#tracks[i]!.listed
      );
      if (!isLonger) return "same";
      await this.#update(timelines, { live });
      return growth;
    });
  }

  /**
   * Reads the rest of files that no longer grow, and builds the last snapshot, which is not live.
   *
   * @throws MediaError as `refresh()`
   */
  close(): Promise<Growth> {
    return this.#inSequence(async () => {
      const growth = await this.#media.readRest();
      if (growth === "replaced" || !await withPages(() => this.#append({ isLast: true }))) {
        return "replaced";
      }
      const timelines = await withPages(() => closeTimelines(this.#tracks, this.#regular));
      await this.#update(timelines, {});
      return "grown";
    });
  }

  get #regular(): Boundaries {
    return buildRegularBoundaries(this.#presentation.segmentDuration);
  }

  /**
   * Returns false if the known samples have changed.
   *
   * @param isLast if the last segment may still join the one before it
   */
  #append({ isLast = false } = {}): boolean {
    const reference = findReference(this.#tracks);
    const append = (track: GrowingTrack, boundaries: Boundaries) => {
      const { options: { file }, track: { id } } = track.input;
      const found = this.#media.findTrack(file, id);
      return found !== undefined && track.append(found, boundaries);
    };
    if (reference && !append(reference, this.#regular)) return false;
    if (!isLast) reference?.list();
    const boundaries = getGrowingBoundaries(reference, this.#regular);
    return this.#tracks.every((track) => track === reference || append(track, boundaries));
  }

  async #update(
    timelines: readonly Timeline[],
    live: Pick<Presentation, "live">,
  ): Promise<void> {
    this.#media.release();
    const { version, segmentDuration, targetDuration, warnings } = this.#presentation;
    const renditions = await Promise.all(
      this.#tracks.map((track, i) =>
        track.toRendition(timelines[i]!, { base: this.#bases[i]!, targetDuration })
      ),
    );
    const properties = { version, segmentDuration, targetDuration, ...live };
    this.#presentation = { ...assemblePresentation(properties, renditions), warnings };
  }

  /** Nothing changes after `close()`. */
  #inSequence(work: (live: Live) => Promise<Growth>): Promise<Growth> {
    const result = this.#lastCall.then((): Growth | Promise<Growth> => {
      const { live } = this.#presentation;
      return live ? work(live) : "same";
    });
    this.#lastCall = result.catch(() => {}); // its caller gets the error
    return result;
  }
}

/** A track that has no sample when another one has so many segments is left out. */
const MAX_AWAITED_SEGMENTS = 3;

async function buildFirstSnapshot(
  media: GrowingMedia,
  { inputs, segmentDuration, live, warnings }: GrowingInput,
): Promise<FirstSnapshot> {
  const supported = inputs.filter(isSupported);
  const tracks = await withPages(() => createTracks(supported, segmentDuration));
  const timelines = await withPages(() => listTimelines(tracks));
  if (media.isAwaitingTrack && timelines.every(isShort)) throw notStarted(inputs[0]!.options.file);
  const firsts = tracks.map((track, i) =>
    track.toSegmentedTrack(sliceTimeline(timelines[i]!, { first: 0, end: 1 }))
  );
  const sizes = firsts.map(computeSegmentSizes); // the same whenever the files are opened
  const bases = buildRenditionBases(firsts, sizes);
  const targetDuration = computeTargetSeconds(firsts, sizes);
  const renditions = await Promise.all(
    tracks.map((track, i) => track.toRendition(timelines[i]!, { base: bases[i]!, targetDuration })),
  );
  const version = await computeStreamId(renditions, segmentDuration, live);
  const properties = { version, segmentDuration, targetDuration, live };
  const presentation = assemblePresentation(properties, renditions);
  const allWarnings = [
    ...warnings,
    ...inputs.flatMap((input) => input.warnings),
    ...inputs.flatMap((input) => isSupported(input) ? [] : [warnLeftOut(input)]),
    ...renditions.flatMap(warnOpenGop),
    ...warnLabels(presentation.sets),
    ...await probeCaptions(firsts),
  ];
  return { tracks, bases, presentation: { ...presentation, warnings: allWarnings } };
}

function isShort(timeline: Timeline): boolean {
  return countSegments(timeline) < MAX_AWAITED_SEGMENTS;
}

function isSupported(input: TrackInput): input is MediaInput {
  return input.type === "video" || input.type === "audio";
}

function warnLeftOut({ options: { file }, track }: TrackInput): string {
  const name = track ? `${file}: track ${track.id}` : file;
  return `${name} is left out: while files grow, only audio and video are supported`;
}

/** @throws RequestError `NOT_FOUND` while a track has no sample to present */
function createTracks(inputs: readonly MediaInput[], segmentDuration: number): GrowingTrack[] {
  if (inputs.length === 0) throw new MediaError("Cannot find audio or video");
  const shift = computeStartShift(inputs);
  const timed = inputs.map((input) => addTiming(shiftMedia(input, shift)));
  for (const { timing, options } of timed) {
    if (timing.first >= timing.end) throw notStarted(options.file);
  }
  const regular = buildRegularBoundaries(segmentDuration);
  const first = timed.find(({ type }) => type === "video");
  const reference = first && new GrowingTrack(first, regular);
  reference?.list();
  const boundaries = getGrowingBoundaries(reference, regular);
  return timed.map((input) => input === first ? reference! : new GrowingTrack(input, boundaries));
}

function findReference(tracks: readonly GrowingTrack[]): GrowingTrack | undefined {
  return tracks.find(({ input: { type } }) => type === "video");
}

function getGrowingBoundaries(
  reference: GrowingTrack | undefined,
  regular: Boundaries,
): Boundaries {
  if (!reference) return regular;
  const { firstSampleTimes, input: { timing: { timescale } } } = reference;
  return { times: firstSampleTimes.subarray(1), timescale, step: regular.step, isGrowing: true };
}

/**
 * Lists the same time for all tracks of a type, since players switch between them.
 *
 * @throws RequestError `NOT_FOUND` while a track has no complete segment
 */
function listTimelines(tracks: readonly GrowingTrack[]): Timeline[] {
  const all = tracks.map((track) => {
    const { input: { type, timing: { timescale }, options: { file } } } = track;
    const timeline = track.list();
    if (!timeline) throw notStarted(file);
    return { type, timescale, file, timeline, end: timeline.times.at(-1)! / timescale };
  });
  return all.map(({ type, timescale, file, timeline }) => {
    const ends = all.filter((other) => other.type === type).map(({ end }) => end);
    const end = (findMin(ends) + TOLERANCE) * timescale;
    const count = timeline.times.findLastIndex((time) => time <= end);
    if (count < 1) throw notStarted(file);
    return sliceTimeline(timeline, { first: 0, end: count });
  });
}

function closeTimelines(tracks: readonly GrowingTrack[], regular: Boundaries): Timeline[] {
  const reference = findReference(tracks);
  const boundaries = reference
    ? getReferenceBoundaries(reference.input, reference.close(), regular)
    : regular;
  return tracks.map((track) => {
    if (track !== reference) track.append(track.input.track, boundaries);
    return track.close();
  });
}
