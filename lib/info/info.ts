/** A presentation as JSON (about.json, docs/about.md), for the UI and for scripts. */

import { getDynamicRange, getRotatedCodedSize } from "../presentation/video_size.ts";
import type { Protection } from "../presentation/encryption.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SubtitleRendition,
  SwitchingSet,
} from "../presentation/presentation.ts";
import { isSupportedInSmooth } from "../smooth/streams.ts";
import { findImage } from "../presentation/images.ts";
import { listChapters } from "../selection/listed_chapters.ts";
import { explainUnsupportedFormat } from "../presentation/segment_protection.ts";
import { findFirstDifference } from "../presentation/segment_timeline.ts";
import { createSyncReader } from "../presentation/sync_index.ts";
import { isSupportedInTs } from "../hls/mpegts_support.ts";
import { explainUnsupportedInHls } from "../hls/keys.ts";
import { isSupportedInFmp4 } from "../hls/support.ts";
import { imageUrl, initUrl, segmentUrl, webvttUrl } from "../cmaf/routes.ts";
import { DASH_MANIFEST_URLS } from "../dash/routes.ts";
import { HLS_MANIFEST_URLS, webvttSegmentUrl } from "../hls/routes.ts";
import { ARTWORK_URLS } from "./routes.ts";
import { isMediaFile, isPackage } from "../url/path.ts";
import { SMOOTH_MANIFEST_URL } from "../smooth/routes.ts";

/** Limits of a document, divided evenly among its renditions. */
export interface InfoLimits {
  readonly segments: number;
  readonly keyFrames: number;
}

/** A file of an asset that clients can download as it is. */
export interface Download {
  /** As the package names the file. */
  readonly file: string;
  /** Relative to the page of the asset. */
  readonly url: string;
}

interface InfoOptions {
  readonly limits?: InfoLimits | undefined;
  readonly downloads?: readonly Download[];
}

/** Some 5 MB of text. */
const MAX_ENTRIES: InfoLimits = { segments: 200_000, keyFrames: 100_000 };

const TIME = "$Time$";

/**
 * Describes the asset at `file`, relative to the document root.
 *
 * @throws MediaError if a track declares far more samples than the file has
 */
export function buildInfo(
  presentation: Presentation,
  file: string,
  { limits = MAX_ENTRIES, downloads = [] }: InfoOptions = {},
): string {
  return JSON.stringify({
    ...describePresentation(presentation, file, limits),
    ...downloads.length > 0 && { downloads },
  });
}

/** Returns what `buildInfo()` formats; with a limit of no key frames, no sample is read. */
export function describePresentation(
  presentation: Presentation,
  file: string,
  limits: InfoLimits,
): Record<string, unknown> {
  const { version, duration, segmentDuration, sets, renditions, warnings } = presentation;
  const all = [...renditions.values()];
  const share = {
    segments: Math.floor(limits.segments / all.length),
    keyFrames: Math.floor(limits.keyFrames / all.length),
  };
  const protocols = PROTOCOLS.filter(({ explain }) => explain(presentation) === undefined);
  return {
    file,
    version,
    duration: toSeconds(duration.ticks, duration.timescale),
    segmentDuration,
    ...describeMetadata(presentation, file),
    protection: presentation.protection && describeProtection(presentation.protection),
    manifests: listManifests(all, protocols),
    warnings,
    sets: sets.map(describeSet),
    renditions: all.map((rendition) => ({
      ...describeRendition(rendition, protocols),
      ...rendition.type === "text"
        ? describeSubtitles(rendition, version, share)
        : describeMedia(rendition, version, share),
      ...describeAlignment(rendition, presentation),
    })),
  };
}

/** Without a poster of its own, an asset has that of its thumbnails. A directory has files where images would be. */
function describeMetadata(presentation: Presentation, file: string): Record<string, unknown> {
  const { metadata: { title, description, hasPoster = false } = {} } = presentation;
  const isFile = isPackage(file) || isMediaFile(file);
  const hasThumbnail = isFile && findImage(presentation) !== undefined;
  const chapters = listChapters(presentation).map(({ start, end, title }) => ({
    start: start / 1000,
    end: end / 1000,
    title,
  }));
  return {
    title,
    description,
    poster: hasPoster || hasThumbnail ? ARTWORK_URLS.poster : undefined,
    thumbnail: hasThumbnail ? ARTWORK_URLS.thumbnail : undefined,
    chapters: chapters.length > 0 ? chapters : undefined,
  };
}

/** Systems are those that manifests declare: none for `aes-128`, whose keys have URLs. */
function describeProtection({ scheme, systems, kids }: Protection): unknown {
  return { scheme, systems: scheme === "aes-128" ? [] : systems, kids };
}

function toSeconds(ticks: number, timescale: number): number {
  return Math.round(ticks / timescale * 1e6) / 1e6;
}

interface Protocol {
  readonly name: string;
  readonly url: string;
  /** Returns why the protocol does not support the protection of a presentation. */
  readonly explain: (presentation: Presentation) => string | undefined;
  /** At least one rendition of audio or video meets it; DASH has even subtitles alone. */
  readonly isSupported?: (rendition: Rendition) => boolean;
}

const PROTOCOLS: readonly Protocol[] = [
  {
    name: "dash",
    url: DASH_MANIFEST_URLS.mpd,
    explain: (presentation) => explainUnsupportedFormat(presentation, "dash"),
  },
  {
    name: "hls",
    url: HLS_MANIFEST_URLS.hls,
    explain: (presentation) => explainUnsupportedInHls(presentation, "fmp4"),
    isSupported: isSupportedInFmp4,
  },
  {
    name: "hlsTs",
    url: HLS_MANIFEST_URLS.hlsTs,
    explain: (presentation) => explainUnsupportedInHls(presentation, "ts"),
    isSupported: isSupportedInTs,
  },
  {
    name: "smooth",
    url: SMOOTH_MANIFEST_URL,
    explain: (presentation) => explainUnsupportedFormat(presentation, "smooth"),
    isSupported: isSupportedInSmooth,
  },
];

function listManifests(
  renditions: readonly Rendition[],
  protocols: readonly Protocol[],
): Record<string, string> {
  const playable = renditions.filter(({ type }) => type === "video" || type === "audio");
  const available = protocols.filter(({ isSupported }) =>
    !isSupported || playable.some(isSupported)
  );
  return Object.fromEntries(available.map(({ name, url }) => [name, url]));
}

function describeSet({ renditions, ...set }: SwitchingSet): unknown {
  const { type, language, displayLabel, label, role, aligned } = set;
  const names = renditions.map(({ name }) => name);
  return { type, language, title: displayLabel, label, role, aligned, renditions: names };
}

function describeRendition(
  rendition: Rendition,
  protocols: readonly Protocol[],
): Record<string, unknown> {
  const { name, type, file, language, label, role, bandwidth, averageBandwidth } = rendition;
  const supporting = protocols.filter(({ isSupported }) => isSupported?.(rendition) ?? true);
  return {
    ...{ name, type, file, language, label, role },
    default: rendition.isDefault || undefined,
    ...{ bandwidth, averageBandwidth },
    protocols: supporting.map(({ name }) => name),
  };
}

function describeSubtitles(
  { name, trackId, stpp, webvttBytes, duration, times, timescale }: SubtitleRendition,
  version: string,
  { segments }: InfoLimits,
): Record<string, unknown> {
  const url = webvttSegmentUrl(version, name, { time: TIME, format: "fmp4" });
  return {
    track: trackId,
    codec: stpp?.codec ?? "wvtt",
    duration: toSeconds(duration.ticks, duration.timescale),
    bytes: webvttBytes.length,
    timescale,
    text: webvttUrl(version, name),
    segments: { url, ...listSegments({ times, timescale }, segments) },
  };
}

function describeMedia(
  rendition: MediaRendition,
  version: string,
  limits: InfoLimits,
): Record<string, unknown> {
  const { type, name, track, timing: { first, end, timescale }, timeline: { times } } = rendition;
  const bytes = rendition.timeline.bytes;
  const url = (type === "image" ? imageUrl : segmentUrl)(version, name, TIME);
  const listed = listSegments({ times, timescale }, limits.segments);
  return {
    track: track.id,
    ...describeFormat(rendition),
    duration: toSeconds(times.at(-1)!, timescale),
    bytes: bytes.reduce((sum, size) => sum + size, 0),
    timescale,
    openGop: rendition.openGop || undefined,
    captions: rendition.captions,
    kid: rendition.encryption?.key.kid,
    init: type === "image" ? undefined : initUrl(version, name),
    samples: end - first,
    segments: { url, ...listed, bytes: [...bytes.slice(0, listed.times.length)] },
    ...type === "video" && limits.keyFrames > 0 && listKeyFrames(rendition, limits.keyFrames),
  };
}

function describeFormat(rendition: MediaRendition): Record<string, unknown> {
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

function listSegments(
  { times, timescale }: { times: Float64Array; timescale: number },
  max: number,
): { count: number; times: number[]; seconds: number[]; leftOut?: number | undefined } {
  const count = times.length - 1;
  const listed = Math.min(count, max);
  return {
    count,
    times: [...times.subarray(0, listed)],
    seconds: Array.from(times.subarray(0, listed + 1), (time) => toSeconds(time, timescale)),
    leftOut: count - listed || undefined,
  };
}

function listKeyFrames(
  rendition: MediaRendition,
  max: number,
): { keyFrames: number[]; keyFramesLeftOut?: number | undefined } {
  const { track: { samples }, timing } = rendition;
  const syncs = createSyncReader(rendition);
  const keyFrames: number[] = [];
  let sync = syncs.findAtOrAfter(timing.first);
  for (; sync < timing.end && keyFrames.length < max; sync = syncs.findAtOrAfter(sync + 1)) {
    keyFrames.push(toSeconds(syncs.presentationTime(sync), timing.timescale));
  }
  let left = 0;
  if (samples.allSync) left = timing.end - timing.first - keyFrames.length;
  else for (; sync < timing.end; sync = syncs.findAtOrAfter(sync + 1)) left++;
  return { keyFrames, keyFramesLeftOut: left || undefined };
}

/** Compares segment boundaries with those of the first video, or of the first rendition in the set. */
function describeAlignment(
  rendition: Rendition,
  { sets, renditions }: Presentation,
): { parts?: { from: string; at: number } } {
  const reference = rendition.type === "video"
    ? [...renditions.values()].find(({ type }) => type === "video")
    : sets.find((set) => set.renditions.includes(rendition))?.renditions[0];
  if (!reference || reference.type === "text" || rendition.type === "text") return {};
  const at = findFirstDifference(reference, rendition);
  return at === undefined ? {} : { parts: { from: reference.name, at: toSeconds(at, 1) } };
}
