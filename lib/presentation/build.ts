import { findMax } from "../extremes.ts";
import { withPages } from "../mp4/samples/pages.ts";
import type { TrackInput } from "../input/track_input.ts";
import { WorkPauses } from "../work_pauses.ts";
import { buildRenditions } from "./build_renditions.ts";
import { warnUndeclaredCaptions } from "./caption_probe.ts";
import {
  computeContentDigest,
  type DeclaredContent,
  formatContentVersion,
} from "./content_version.ts";
import { loadProbes } from "./load_probes.ts";
import { warnLabels } from "./label_warnings.ts";
import { warnLengths } from "./length_warnings.ts";
import { type FoundMetadata, toMetadata } from "./metadata.ts";
import { warnOpenGop } from "./open_gop.ts";
import { createNothingPlayableError, omitTracks, warnOmitted } from "./omitted_tracks.ts";
import type { OmittedTrack } from "./omitted_tracks.ts";
import type { Presentation, Rendition, Time } from "./presentation.ts";
import { type AssignedKeys, describeEncryption, encryptRenditions } from "./protection.ts";
import { warnUnknownLanguage } from "./rendition_language.ts";
import { segmentTracks } from "./segmenter.ts";
import type { SegmentedTrack } from "./segmenter.ts";
import { computeTrackSizes, getLongestDuration } from "./segment_sizes.ts";
import type { SegmentSize } from "./segment_sizes.ts";
import type { Timeline } from "./segment_timeline.ts";
import { warnLongSegments } from "./segment_warnings.ts";
import type { SegmentedSubtitles } from "./subtitle_segmenter.ts";
import { buildSwitchingSets } from "./switching_sets.ts";

export interface BuildInput {
  readonly inputs: readonly TrackInput[];
  readonly segmentDuration: number;
  readonly declared?: DeclaredContent;
  readonly warnings: readonly string[];
  /** Tracks that cannot be inputs. */
  readonly omitted: readonly OmittedTrack[];
  /** Requests keys for the renditions of a protected package. */
  readonly requestKeys?: RequestKeys | undefined;
  /** What the operator can do if a language is unknown, for warnings; default: use `amspackager -l`. */
  readonly languageRemedy?: string | undefined;
  readonly metadata?: FoundMetadata;
}

/** @throws as `requestKeys()` */
export type RequestKeys = (renditions: readonly Rendition[]) => Promise<AssignedKeys>;

type Tracks = readonly (SegmentedTrack | SegmentedSubtitles)[];

/**
 * Builds the presentation.
 *
 * @throws MediaError of a source, or if no audio, video or subtitles have a sample to present
 */
export async function buildPresentation(
  { inputs, segmentDuration, warnings, omitted, ...rest }: BuildInput,
): Promise<Presentation> {
  const { declared, requestKeys, languageRemedy, metadata: found } = rest;
  const selected = await omitTracks(inputs);
  const allOmitted = [...omitted, ...selected.omitted];
  const { offered } = selected;
  if (offered.every(({ type }) => type === "image")) {
    throw createNothingPlayableError(allOmitted, { images: offered, segmentDuration });
  }
  const pauses = new WorkPauses();
  const segmentation = await withPages(() => segmentTracks(offered, segmentDuration));
  const { tracks } = segmentation;
  const sizes = computeAllSizes(tracks);
  const targetDuration = computeTargetSeconds(tracks, sizes);
  await pauses.check();
  const points = tracks.map(getKnownPoints);
  const known = new Set(tracks.filter((_, i) => points[i]));
  await loadProbes(tracks.filter(isMedia), (track) => known.has(track));
  const clear = await buildRenditions(tracks, sizes, targetDuration);
  await pauses.check();
  const keys = await requestKeys?.(clear);
  const digest = await computeContentDigest(clear, segmentDuration, {
    points,
    sealed: new Set(tracks.filter(isSealed).map(({ source }) => source)),
    declared,
    encryption: keys && describeEncryption(keys),
  });
  const renditions = keys
    ? await encryptRenditions(clear, keys, { digest, targetDuration })
    : clear;
  const presentation = assemblePresentation({
    version: formatContentVersion(digest),
    segmentDuration,
    targetDuration,
    ...keys && { protection: keys.protection },
  }, renditions);
  const metadata = found && toMetadata(found, segmentation.shift);
  return {
    ...presentation,
    ...metadata && { metadata },
    warnings: [
      ...warnOmitted(allOmitted, segmentDuration),
      ...segmentation.omissions,
      ...warnings,
      ...offered.flatMap((input) => input.warnings),
      ...tracks.flatMap((track) => warnUnknownLanguage(track, languageRemedy)),
      ...segmentation.warnings,
      ...warnLengths(renditions),
      ...await withPages(() => warnLongSegments(tracks.filter(isMedia), segmentDuration)),
      ...renditions.flatMap(warnOpenGop),
      ...warnLabels(presentation.sets),
      ...await probeCaptions(tracks),
    ],
  };
}

/** Shares the sizes of tracks that have the same segments. */
function computeAllSizes(tracks: Tracks): (readonly SegmentSize[])[] {
  const known = new Map<Timeline, readonly SegmentSize[]>();
  return tracks.map((track) => {
    if (track.type === "text") return computeTrackSizes(track);
    const sizes = known.get(track.timeline) ?? computeTrackSizes(track);
    known.set(track.timeline, sizes);
    return sizes;
  });
}

type FixedProperties = Pick<
  Presentation,
  "version" | "segmentDuration" | "targetDuration" | "isLive" | "protection"
>;

/** Groups renditions into switching sets; without warnings. */
export function assemblePresentation(
  properties: FixedProperties,
  renditions: readonly Rendition[],
): Presentation {
  return {
    ...properties,
    duration: computeDuration(renditions),
    sets: buildSwitchingSets(renditions),
    renditions: new Map(renditions.map((rendition) => [rendition.name, rendition])),
    warnings: [],
  };
}

function isSealed(track: SegmentedTrack | SegmentedSubtitles): track is SegmentedTrack {
  return track.type !== "text" && track.index?.isSealed === true;
}

/** Returns undefined for synchronous sources, from which all points are read, unless they are sealed. */
function getKnownPoints(track: SegmentedTrack | SegmentedSubtitles): Uint8Array | undefined {
  if (track.type === "text" || track.source.synchronous && !isSealed(track)) return undefined;
  const { index, segmentationId } = track;
  return index?.segmentationId === segmentationId ? index?.points : undefined;
}

async function probeCaptions(tracks: Tracks): Promise<string[]> {
  return (await Promise.all(tracks.filter(isMedia).map(warnUndeclaredCaptions))).flat();
}

function isMedia(track: SegmentedTrack | SegmentedSubtitles): track is SegmentedTrack {
  return track.type !== "text";
}

/** Returns the longest audio or video segment in whole seconds (RFC 8216bis §4.4.3.1). */
function computeTargetSeconds(
  tracks: Tracks,
  sizes: readonly (readonly SegmentSize[])[],
): number {
  const played = sizes.filter((_, i) => tracks[i]!.type === "video" || tracks[i]!.type === "audio");
  const longest = findMax(played.map(getLongestDuration), 0);
  return Math.max(1, Math.round(Math.ceil(longest * 1e6) / 1e6)); // EXTINF shows 2.4999997 s as 2.5, which rounds to 3
}

/** Returns the end of the last audio or video rendition; without these, of the last rendition. */
export function computeDuration(renditions: readonly Rendition[]): Time {
  const media = renditions.filter(({ type }) => type === "video" || type === "audio");
  const ends = (media.length > 0 ? media : renditions).map(getEnd);
  return ends.reduce((a, b) => b.ticks / b.timescale > a.ticks / a.timescale ? b : a);
}

function getEnd(rendition: Rendition): Time {
  if (rendition.type === "text") return rendition.duration;
  return { ticks: rendition.timeline.times.at(-1)!, timescale: rendition.timing.timescale };
}
