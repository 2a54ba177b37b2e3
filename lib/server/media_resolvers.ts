/** Resolves init segments and segments of one version of an asset. */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import { planWebvttClip } from "../dash/webvtt_clip.ts";
import { type Bytes, IMMUTABLE, type Resource } from "../http/resource.ts";
import type { DerivedValues } from "../presentation/derived_values.ts";
import { findKeyFrame, type KeyFrame, listKeyFrameTimes } from "../presentation/key_frames.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SubtitleRendition,
} from "../presentation/presentation.ts";
import { findSegment, type Timeline } from "../presentation/segment_timeline.ts";
import { type MediaFormat, SegmentProtection } from "../presentation/segment_protection.ts";
import { planSmoothFragment } from "../smooth/fragment.ts";
import { buildSmoothStreams } from "../smooth/streams.ts";
import { getPlanSize, type SegmentPlan } from "../storage/read_plan.ts";
import { getRendition } from "./manifest_resolvers.ts";
import { notFound, unsupportedByProtection, unsupportedByRendition } from "./not_found.ts";
import type { ResolvableAsset, Resolver } from "./resolver.ts";
import type { MediaRoute, SegmentRoute, SmoothFragmentRoute, VersionedRoute } from "./routes.ts";

export type BytesRoute = Exclude<MediaRoute, SegmentRoute>;

export type KeyFrameRoute = Extract<MediaRoute, { kind: "keyFrame" | "keyFrameTs" }>;

export type RenditionSegmentRoute = Exclude<
  Extract<MediaRoute, SegmentRoute>,
  { kind: "textFrom" | KeyFrameRoute["kind"] }
>;

export type WebvttClipRoute = Extract<SegmentRoute, { kind: "textFrom" }>;

/**
 * @param name of the file, for the error
 * @param build returns undefined if the rendition has none
 */
export function builtResource(
  name: string,
  build: (rendition: Rendition) => { type: string; bytes: Uint8Array } | undefined,
): Resolver<BytesRoute, Bytes> {
  return ({ presentation }, route) => {
    const rendition = getRendition(presentation, route.file, route.rendition);
    const init = build(rendition);
    if (!init) throw unsupportedByRendition(rendition, name);
    const { type, bytes } = init;
    const { file } = route;
    const body = bytes as Bytes;
    return { file, type, etag: toEtag(route), caching: IMMUTABLE, size: body.length, body };
  };
}

/** Format of a segment, and extension of its file for errors; undefined if the route has it. */
export interface SegmentFile {
  readonly format: MediaFormat;
  readonly extension: string | undefined;
}

/** A segment of a timeline. */
interface RequestedSegment {
  readonly rendition: Rendition;
  readonly index: number;
  readonly protection: SegmentProtection;
}

/** @param plan returns undefined if the rendition has no such segments */
export function segment(
  { format, extension }: SegmentFile,
  plan: (presentation: Presentation, requested: RequestedSegment) => SegmentPlan | undefined,
): Resolver<RenditionSegmentRoute, SegmentPlan> {
  return ({ presentation }, route) => {
    const rendition = getRendition(presentation, route.file, route.rendition);
    const index = findSegment(getTimeline(rendition, route.kind), route.time);
    if (index < 0) {
      throw notFound(`a segment of '${rendition.name}' in '${route.file}' at ${route.time}`);
    }
    const what = `a .${route.kind === "packedAudio" ? route.extension : extension} segment`;
    const protection = decideProtection(presentation, rendition, { format, what });
    const planned = matchesExtension(route, rendition) &&
      plan(presentation, { rendition, index, protection });
    if (!planned) throw unsupportedByRendition(rendition, what);
    return toPlannedResource(route, planned);
  };
}

/** Decides how media is sent: the only place that serves it calls this. */
function decideProtection(
  presentation: Presentation,
  rendition: Rendition,
  { format, what }: { readonly format: MediaFormat; readonly what: string },
): SegmentProtection {
  const protection = SegmentProtection.decide(presentation, rendition, format);
  if (!protection) throw unsupportedByProtection(presentation, rendition, { format, what });
  return protection;
}

function matchesExtension(route: RenditionSegmentRoute, rendition: Rendition): boolean {
  if (route.kind !== "packedAudio" || rendition.type === "text") return true;
  return rendition.codec.mpegTs?.packed?.extension === route.extension;
}

/** @param plan returns undefined if the rendition has no key frames of that format */
export function keyFrame(
  { format, extension }: SegmentFile,
  plan: (
    rendition: MediaRendition,
    keyFrame: KeyFrame,
    protection: SegmentProtection,
  ) => SegmentPlan | undefined,
): Resolver<KeyFrameRoute, SegmentPlan> {
  return ({ presentation, derived }, route) => {
    const { file, time } = route;
    const rendition = getRendition(presentation, file, route.rendition);
    const what = `a .${extension} segment`;
    if (rendition.type !== "video") throw unsupportedByRendition(rendition, what);
    const protection = decideProtection(presentation, rendition, { format, what });
    const found = findKeyFrame(rendition, time);
    if (!found) throw notFound(`a key frame of '${rendition.name}' in '${file}' at ${time}`);
    const number = protection.segment && findKeyFrameNumber(derived, rendition, time);
    const planned = plan(
      rendition,
      number === undefined ? found : { ...found, number },
      protection,
    );
    if (!planned) throw unsupportedByRendition(rendition, what);
    return toPlannedResource(route, planned);
  };
}

/** The media sequence number in the playlist of key frames. */
function findKeyFrameNumber(
  derived: DerivedValues,
  { name }: MediaRendition,
  time: number,
): number {
  return binarySearchLessOrEqual(derived.get(listKeyFrameTimes, name), time);
}

/** TTML documents are segmented by samples, cues by their own times. */
function getTimeline(
  rendition: Rendition,
  kind: RenditionSegmentRoute["kind"],
): Pick<Timeline, "times"> {
  if (rendition.type !== "text") return rendition.timeline;
  return kind === "cmaf" && rendition.stpp ? rendition.stpp.timeline : rendition;
}

/** Any time is valid: a clip starts at a segment of its video. */
export function resolveWebvttClip(
  { presentation }: ResolvableAsset,
  route: WebvttClipRoute,
): Resource<SegmentPlan> {
  const rendition = getRendition(presentation, route.file, route.rendition);
  if (!hasCues(rendition)) throw unsupportedByRendition(rendition, "cues");
  const { file, time } = route;
  if (time >= rendition.times.at(-1)!) {
    throw notFound(`cues of '${rendition.name}' in '${file}' at ${time}`);
  }
  return toPlannedResource(route, planWebvttClip(rendition, time));
}

export function resolveSmoothFragment(
  { presentation, derived }: ResolvableAsset,
  route: SmoothFragmentRoute,
): Resource<SegmentPlan> {
  const { file, stream: name, bitrate, time } = route;
  if (route.kind === "fragmentInfo") throw notFound(`fragments of '${file}' that will follow`);
  const streams = buildSmoothStreams(presentation, derived);
  const stream = streams.find((candidate) => candidate.name === name);
  if (!stream) throw notFound(`a stream '${name}' of '${file}'`);
  const level = stream.levels.find((candidate) => candidate.bitrate === bitrate);
  if (!level) throw notFound(`a bitrate ${bitrate} of '${name}' in '${file}'`);
  const index = findSegment(stream, time);
  if (index < 0) throw notFound(`a fragment of '${name}' in '${file}' at ${time}`);
  const { rendition } = level;
  const what = `a fragment at ${time}`;
  const protection = decideProtection(presentation, rendition, { format: "smooth", what });
  return toPlannedResource(route, planSmoothFragment(stream, rendition, { index, protection }));
}

/** Excludes subtitles that are only images. */
export function hasCues(rendition: Rendition): rendition is SubtitleRendition {
  return rendition.type === "text" && !rendition.stpp?.onlyImages;
}

export function toPlannedResource(route: SegmentRoute, plan: SegmentPlan): Resource<SegmentPlan> {
  const { file } = route;
  const planned = { file, type: plan.type, etag: toEtag(route), caching: IMMUTABLE, body: plan };
  const size = plan.transform ? plan.size : getPlanSize(plan);
  return size === undefined ? planned : { ...planned, size };
}

/** The route identifies the bytes, so that nothing is read for an ETag. */
export function toEtag(route: VersionedRoute): string {
  if ("stream" in route) {
    const info = route.kind === "fragmentInfo" ? "-info" : "";
    return `"${route.version}-${route.bitrate}-${route.stream}=${route.time}${info}"`;
  }
  const { version, rendition, kind } = route; // the extension depends on the rendition
  return `"${version}-${rendition}-${kind}${"time" in route ? route.time : ""}"`;
}
