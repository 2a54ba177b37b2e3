/** What a presentation holds, as JSON: for the page, and for scripts. Its form: docs/about.md, about.schema.json. */

import { getDynamicRange, getRotatedCodedSize } from "../presentation/video_size.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SubtitleRendition,
  SwitchingSet,
} from "../presentation/presentation.ts";
import { computeSegmentBytes } from "../presentation/segment_bytes.ts";
import { isSupportedInSmooth } from "../smooth/streams.ts";
import { findFirstDifference } from "../presentation/segment_timeline.ts";
import { isSupportedInTs } from "../hls/mpegts_support.ts";
import { imageUrl, initUrl, segmentUrl, webvttUrl } from "../cmaf/routes.ts";
import { DASH_MANIFEST_URLS } from "../dash/routes.ts";
import { HLS_MANIFEST_URLS, webvttSegmentUrl } from "../hls/routes.ts";
import { SMOOTH_MANIFEST_URL } from "../smooth/routes.ts";

/** What a document lists at most, shared out evenly among its renditions: some 5 MB of text. */
export interface InfoLimits {
  readonly segments: number;
  readonly keyFrames: number;
}

const ROOM: InfoLimits = { segments: 200_000, keyFrames: 100_000 };

/** In a URL it stands for the time of a segment. */
const TIME = "$Time$";

/**
 * @param file of the package or bare file, or the folder, relative to the document root
 * @throws MediaError when the samples of a track are far more than the file has
 */
export function buildInfo(presentation: Presentation, file: string, room = ROOM): string {
  const { version, duration, segmentDuration, sets, renditions, warnings } = presentation;
  const all = [...renditions.values()];
  const share = {
    segments: Math.floor(room.segments / all.length),
    keyFrames: Math.floor(room.keyFrames / all.length),
  };
  return JSON.stringify({
    file,
    version,
    duration: seconds(duration.ticks, duration.timescale),
    segmentDuration,
    manifests: manifestsOf(all),
    warnings,
    sets: sets.map(setOf),
    renditions: all.map((rendition) => ({
      ...sayable(rendition),
      ...rendition.type === "text"
        ? textOf(rendition, version, share)
        : mediaOf(rendition, version, share),
      ...partsOf(rendition, presentation),
    })),
  });
}

/** To the microsecond. */
function seconds(ticks: number, timescale: number): number {
  return Math.round(ticks / timescale * 1e6) / 1e6;
}

/** Manifests, and which renditions they carry; undefined: all, also where there is nothing but text. */
const PROTOCOLS = [
  ["dash", DASH_MANIFEST_URLS.mpd, undefined],
  ["hls", HLS_MANIFEST_URLS.hls, () => true],
  ["hlsTs", HLS_MANIFEST_URLS.hlsTs, isSupportedInTs],
  ["smooth", SMOOTH_MANIFEST_URL, isSupportedInSmooth],
] as const;

/** The others have no manifest where there is no picture and no sound that they carry. */
function manifestsOf(renditions: readonly Rendition[]): Record<string, string> {
  const played = renditions.filter(({ type }) => type === "video" || type === "audio");
  const offered = PROTOCOLS.filter(([, , carries]) => !carries || played.some(carries));
  return Object.fromEntries(offered.map(([name, url]) => [name, url]));
}

function setOf({ renditions, ...set }: SwitchingSet): unknown {
  const { type, language, displayLabel, label, role, aligned } = set;
  const names = renditions.map(({ name }) => name);
  return { type, language, title: displayLabel, label, role, aligned, renditions: names };
}

function sayable(rendition: Rendition): Record<string, unknown> {
  const { name, type, file, language, label, role, bandwidth, averageBandwidth } = rendition;
  const carriers = PROTOCOLS.filter(([, , carries]) => carries?.(rendition) ?? true);
  return {
    ...{ name, type, file, language, label, role },
    default: rendition.isDefault || undefined,
    ...{ bandwidth, averageBandwidth },
    protocols: carriers.map(([protocol]) => protocol),
  };
}

function textOf(
  { name, trackId, stpp, webvttBytes, duration, times, timescale }: SubtitleRendition,
  version: string,
  { segments }: InfoLimits,
): Record<string, unknown> {
  const url = webvttSegmentUrl(version, name, { time: TIME, format: "fmp4" });
  return {
    track: trackId,
    codec: stpp?.codec ?? "wvtt",
    duration: seconds(duration.ticks, duration.timescale),
    bytes: webvttBytes.length,
    timescale,
    text: webvttUrl(version, name),
    segments: { url, ...columns({ times, timescale }, segments) },
  };
}

function mediaOf(
  rendition: MediaRendition,
  version: string,
  room: InfoLimits,
): Record<string, unknown> {
  const { type, name, track, timing: { first, end, timescale }, timeline: { times } } = rendition;
  const bytes = bytesOf(rendition);
  const url = (type === "image" ? imageUrl : segmentUrl)(version, name, TIME);
  const listed = columns({ times, timescale }, room.segments);
  return {
    track: track.id,
    ...describe(rendition),
    duration: seconds(times.at(-1)!, timescale),
    bytes: bytes.reduce((sum, size) => sum + size, 0),
    timescale,
    openGop: rendition.openGop || undefined,
    captions: rendition.captions,
    init: type === "image" ? undefined : initUrl(version, name),
    samples: end - first,
    segments: { url, ...listed, bytes: [...bytes.slice(0, listed.times.length)] },
    ...type === "video" ? keyFramesOf(rendition, room.keyFrames) : {},
  };
}

/** What a decoder gets out of it. */
function describe(rendition: MediaRendition): Record<string, unknown> {
  const { description, frameRate } = rendition;
  const { codec } = description;
  if (description.type === "audio") {
    const { channels, sampleRate } = description;
    return { codec, channels, sampleRate };
  }
  const { width, height } = getRotatedCodedSize(rendition);
  const range = description.type === "video" ? getDynamicRange(description) : undefined;
  return { codec, width, height, frameRate, videoRange: range };
}

/** Of each segment in DASH and HLS. */
function bytesOf(rendition: MediaRendition): Float64Array {
  const { type, track, timeline } = rendition;
  if (type === "image") return track.samples.bytesBetween(timeline.samples); // they go out as they are
  return computeSegmentBytes(rendition).totals;
}

/** @param times of the segments, and of where the last one ends */
function columns(
  { times, timescale }: { times: Float64Array; timescale: number },
  room: number,
): { count: number; times: number[]; seconds: number[]; leftOut?: number | undefined } {
  const count = times.length - 1;
  const listed = Math.min(count, room);
  return {
    count,
    times: [...times.subarray(0, listed)],
    seconds: Array.from(times.subarray(0, listed + 1), (time) => seconds(time, timescale)),
    leftOut: count - listed || undefined,
  };
}

function keyFramesOf(
  { track: { samples }, timing }: MediaRendition,
  room: number,
): { keyFrames: number[]; keyFramesLeftOut?: number | undefined } {
  const keyFrames: number[] = [];
  let sync = samples.findSyncAtOrAfter(timing.first);
  for (; sync < timing.end && keyFrames.length < room; sync = samples.findSyncAtOrAfter(sync + 1)) {
    keyFrames.push(seconds(timing.presentationTime(sync), timing.timescale));
  }
  let left = 0;
  if (samples.allSync) left = timing.end - timing.first - keyFrames.length;
  else for (; sync < timing.end; sync = samples.findSyncAtOrAfter(sync + 1)) left++;
  return { keyFrames, keyFramesLeftOut: left || undefined };
}

/** Where it stops being cut like the one that leads: the first video rendition, or the first of its set. */
function partsOf(
  rendition: Rendition,
  { sets, renditions }: Presentation,
): { parts?: { from: string; at: number } } {
  const leader = rendition.type === "video"
    ? [...renditions.values()].find(({ type }) => type === "video")
    : sets.find((set) => set.renditions.includes(rendition))?.renditions[0];
  if (!leader || leader.type === "text" || rendition.type === "text") return {};
  const at = findFirstDifference(leader, rendition);
  return at === undefined ? {} : { parts: { from: leader.name, at: seconds(at, 1) } };
}
