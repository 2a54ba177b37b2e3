/** Renditions that HLS with MPEG-TS supports, and the audio that is muxed with video. */

import { compareTimes, rescaleUp } from "../time.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SwitchingSet,
} from "../presentation/presentation.ts";
import { getWholePresentation } from "../selection/select.ts";
import { describeUnsupported } from "../presentation/unsupported.ts";
import { findSyncSample } from "../presentation/sample_segmenter.ts";
import {
  countSegments,
  type LargestSegment,
  type Timeline,
} from "../presentation/segment_timeline.ts";

/** A request for any part of a segment reads all of it, to find the sizes of its packets. */
export const MAX_TS_COST = 2 ** 26;

/** A sample in bytes: what is in memory of it until a segment is sent. */
const SAMPLE_COST = 512;

/** Returns the memory of a segment in bytes, roughly. */
export function computeTsCost({ bytes, samples }: LargestSegment): number {
  return bytes + SAMPLE_COST * samples;
}

/** Subtitles and images are separate files. A rendition with a segment of more than `MAX_TS_COST` is not supported. */
export function isSupportedInTs(rendition: Rendition): boolean {
  if (rendition.type === "text") return !rendition.stpp?.onlyImages;
  if (rendition.type === "image") return true;
  const { codec: { entries, mpegTs }, track, largestSegment } = rendition;
  if (mpegTs === undefined || computeTsCost(largestSegment) > MAX_TS_COST) return false;
  return track.entries.every((entry) =>
    entries.includes(entry.type) && (mpegTs.isSupported?.(entry) ?? true)
  );
}

/** Returns whether the multivariant playlist offers a set: HEVC only without AVC (Apple's HLS authoring specification, 1.5). */
export function isOfferedInTs(set: SwitchingSet, supported: readonly SwitchingSet[]): boolean {
  return getFamily(set) !== "hevc" || !supported.some((other) => getFamily(other) === "avc");
}

function getFamily({ renditions: [first] }: SwitchingSet): string | undefined {
  return first!.type === "text" ? undefined : first!.codec.family;
}

/** Other codecs are packed audio, which players that do not decode them can leave out; hls.js plays no packed MP3 next to video. */
const MUXED_FAMILIES = ["aac", "mp3"];
const MAX_MUXED_CHANNELS = 2;

/**
 * Returns the audio if there is exactly one, mono or stereo AAC or MP3, and video. For a selection it is that of the whole
 * presentation, since a URL has the same bytes in any selection.
 */
export function getMuxedAudio(presentation: Presentation): MediaRendition | undefined {
  const supported = [...getWholePresentation(presentation).renditions.values()].filter(
    isSupportedInTs,
  );
  const [audio, ...others] = supported.filter((rendition): rendition is MediaRendition =>
    rendition.type === "audio"
  );
  if (!audio || others.length > 0 || !supported.some(({ type }) => type === "video")) {
    return undefined;
  }
  const { codec, description } = audio;
  const isMuxable = MUXED_FAMILIES.includes(codec.family) && description.type === "audio" &&
    description.channels <= MAX_MUXED_CHANNELS;
  return isMuxable ? audio : undefined;
}

/**
 * Counts the segments of a whole rendition in MPEG-TS, from its first. Of live video these are the ones whose muxed audio is listed,
 * since audio may arrive later.
 */
export function countTsSegments(presentation: Presentation, rendition: MediaRendition): number {
  const { timeline: { times, ending }, timing: { timescale } } = rendition;
  let count = countSegments(rendition.timeline);
  const audio = presentation.isLive && rendition.type === "video"
    ? getMuxedAudio(presentation)
    : undefined;
  if (!audio) return count;
  if (ending === "open") count--;
  const end = audio.timeline.times.at(-1)!;
  while (count > 0 && compareTimes(times[count]!, timescale, end, audio.timing.timescale) > 0) {
    count--;
  }
  return count;
}

/**
 * Finds the first segment of a whole rendition in MPEG-TS: the segments of a window start with those whose muxed audio is still
 * listed.
 */
export function findFirstTsSegment(
  presentation: Presentation,
  { type, timeline: { times }, timing: { timescale } }: MediaRendition,
): number {
  const audio = type === "video" ? getMuxedAudio(presentation) : undefined;
  if (!audio?.timeline.firstOrdinal) return 0;
  const { timeline, timing } = audio;
  const start = timeline.times[0]! - getSampleDuration(timeline); // audio segments start with the first sample after a boundary
  const first = times.findIndex((time) =>
    compareTimes(time, timescale, Math.floor(start), timing.timescale) >= 0
  );
  return first < 0 ? times.length - 1 : Math.min(first, times.length - 1);
}

/** Returns that of the first segment, on average. */
function getSampleDuration({ samples, decodeTimes }: Timeline): number {
  return (decodeTimes[1]! - decodeTimes[0]!) / (samples[1]! - samples[0]!);
}

/** In seconds: video of a recording may have stopped long before its audio, and no segment can have all of that. */
const MAX_AUDIO_TAIL = 2;

/** Returns the seconds of audio after the end of the last segment of a recording that belong to it; 0 while more may follow. */
export function getMuxedAudioTail(
  { isLive }: Pick<Presentation, "isLive">,
  { video: { timeline, timing }, audio }: MuxedRenditions,
): number {
  if (isLive || timeline.ending !== "open") return 0;
  const end = audio.timeline.times.at(-1)! / audio.timing.timescale;
  const tail = end - timeline.times.at(-1)! / timing.timescale;
  return Math.min(Math.max(0, tail), MAX_AUDIO_TAIL);
}

export interface MuxedRenditions {
  readonly video: MediaRendition;
  readonly audio: MediaRendition;
}

/**
 * Returns the samples `[first, end)` of audio for a segment of video; each sample is in one segment. The last segment has all
 * audio to the end, unless more may follow; that of a recording has up to 2 s of it.
 */
export function getMuxedAudioSamples(
  presentation: Pick<Presentation, "isLive">,
  tracks: MuxedRenditions,
  index: number,
): { first: number; end: number } {
  return {
    first: findMuxedAudioStart(presentation, tracks, index),
    end: findMuxedAudioStart(presentation, tracks, index + 1),
  };
}

/** Returns `first` of `getMuxedAudioSamples()`; for the number of segments, the last `end`. */
export function findMuxedAudioStart(
  { isLive }: Pick<Presentation, "isLive">,
  { video: { timeline, timing }, audio }: MuxedRenditions,
  index: number,
): number {
  if (index === 0 && !timeline.firstOrdinal) return audio.timing.first;
  const isOpen = !isLive && timeline.ending !== "boundary" && index === timeline.times.length - 1;
  if (isOpen && timeline.ending === undefined) return audio.timing.end;
  const { timescale } = audio.timing;
  const time = rescaleUp(timeline.times[index]!, timing.timescale, timescale) +
    (isOpen ? MAX_AUDIO_TAIL * timescale : 0);
  if (isOpen && audio.timeline.times.at(-1)! <= time) return audio.timing.end;
  return findSyncSample({ table: audio.track.samples, timing: audio.timing }, time);
}

export function describeUnsupportedInTs(presentation: Presentation): string {
  return describeUnsupported(presentation, "MPEG-TS", isSupportedInTs);
}
