import { withPages } from "../mp4/samples/pages.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { computeAverageBandwidth, computeBandwidths } from "./bandwidth.ts";
import { computeFrameRates, type FrameRates } from "./frame_rate.ts";
import { hasOpenGop } from "./open_gop.ts";
import type { MediaRendition, Rendition, StppTrack, SubtitleRendition } from "./presentation.ts";
import { getLanguage } from "./rendition_language.ts";
import { assignNames } from "./rendition_names.ts";
import type { SegmentedTrack } from "./segmenter.ts";
import { computeSegmentSizes, getLongestDuration } from "./segment_sizes.ts";
import type { SegmentSize } from "./segment_sizes.ts";
import { findLargestSegment, type Timeline } from "./segment_timeline.ts";
import type { SegmentedStpp } from "./stpp_segmenter.ts";
import type { SegmentedSubtitles } from "./subtitle_segmenter.ts";

export async function buildRenditions(
  tracks: readonly (SegmentedTrack | SegmentedSubtitles)[],
  sizes: readonly (readonly SegmentSize[])[],
  targetDuration: number,
): Promise<Rendition[]> {
  const bases = buildRenditionBases(tracks, sizes);
  const measure = shareMeasurements(targetDuration);
  return await Promise.all(tracks.map((track, i) => {
    const segments = { sizes: sizes[i]!, targetDuration };
    return track.type === "text"
      ? buildSubtitleRendition(track, bases[i]!, segments)
      : measure(track, sizes[i]!).then((measured) =>
        buildMediaRendition(track, bases[i]!, measured)
      );
  }));
}

type RenditionBase = Pick<
  Rendition,
  "name" | "language" | "file" | "label" | "role" | "isDefault"
>;

/** @param sizes of segments, whose average bandwidth is part of generated names */
function buildRenditionBases(
  tracks: readonly (SegmentedTrack | SegmentedSubtitles)[],
  sizes: readonly (readonly SegmentSize[])[],
): RenditionBase[] {
  const languages = tracks.map(getLanguage);
  const names = assignNames(tracks.map((track, i) => ({
    type: track.type,
    language: languages[i]!,
    averageBandwidth: computeAverageBandwidth(sizes[i]!),
    name: track.options.name,
  })));
  return tracks.map(({ options: { file, label, role, default: isDefault } }, i) =>
    omitUndefined({
      name: names[i]!,
      language: languages[i]!,
      file,
      label,
      role,
      isDefault: isDefault || undefined,
    })
  );
}

interface Segments {
  readonly sizes: readonly SegmentSize[];
  readonly targetDuration: number;
}

function buildSubtitleRendition(
  { webvttBytes, webvtt, end, times, timescale, track, stpp }: SegmentedSubtitles,
  base: RenditionBase,
  { sizes, targetDuration }: Segments,
): SubtitleRendition {
  const bandwidth = computeAverageBandwidth(sizes);
  return {
    type: "text",
    ...base,
    webvttBytes,
    webvtt,
    trackId: track?.id,
    stpp: stpp && buildStppTrack(stpp, targetDuration),
    duration: { ticks: end, timescale: 1000 },
    times,
    timescale,
    bandwidth,
    averageBandwidth: bandwidth,
  };
}

function buildStppTrack(stpp: SegmentedStpp, targetDuration: number): StppTrack {
  const sizes = computeSegmentSizes(stpp);
  return {
    ...stpp,
    ...computeBandwidths(sizes, targetDuration),
  };
}

type Measure = (
  track: SegmentedTrack,
  sizes: readonly SegmentSize[],
) => Promise<MeasuredProperties>;

/** Measures the segments of a timeline once, unless tracks differ in what is declared of open GOPs. */
function shareMeasurements(targetDuration: number): Measure {
  const measured = new Map<Timeline, Map<boolean | undefined, Promise<MeasuredProperties>>>();
  return (track, sizes) => {
    const { timeline, options: { openGop } } = track;
    const ofTimeline = measured.get(timeline) ?? new Map();
    measured.set(timeline, ofTimeline);
    const result = ofTimeline.get(openGop) ?? measureTrack(track, sizes, targetDuration);
    ofTimeline.set(openGop, result);
    return result;
  };
}

async function measureTrack(
  track: SegmentedTrack,
  sizes: readonly SegmentSize[],
  targetDuration: number,
): Promise<MeasuredProperties> {
  const { type, timing, timeline, track: { samples } } = track;
  const target = type === "image" ? getLongestDuration(sizes) : targetDuration;
  return {
    ...computeBandwidths(sizes, target),
    largestSegment: findLargestSegment(timeline),
    ...type === "video" ? await withPages(() => computeFrameRates(timing, samples)) : {},
    openGop: type === "video" && await hasOpenGop(track),
  };
}

type MeasuredProperties =
  & Pick<
    MediaRendition,
    "bandwidth" | "averageBandwidth" | "largestSegment" | "openGop"
  >
  & FrameRates;

function buildMediaRendition(
  segmented: SegmentedTrack,
  base: RenditionBase,
  measured: MeasuredProperties,
): MediaRendition {
  const { type, codec, description, source, track, timing, timeline, options } = segmented;
  const { segmentationId, syncs, storedBandwidths, expected } = segmented;
  return omitUndefined({
    type,
    ...base,
    codec,
    description,
    captions: options.captions,
    isFileDefault: segmented.isFileDefault || undefined,
    source,
    track,
    timing,
    timeline,
    segmentationId,
    syncs,
    storedBandwidths,
    expected,
    ...measured,
  });
}
