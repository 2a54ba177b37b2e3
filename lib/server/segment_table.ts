import type {
  MediaRendition,
  Presentation,
  Rendition,
  SubtitleRendition,
} from "../presentation/presentation.ts";
import type { KeyFrame } from "../presentation/key_frames.ts";
import type { Timeline } from "../presentation/segment_timeline.ts";
import { isSupportedInTs } from "../hls/mpegts_support.ts";
import { getMp4Type, planCmafSegment } from "../cmaf/segment.ts";
import { planKeyFrame } from "../cmaf/key_frame.ts";
import { planImage } from "../cmaf/image.ts";
import { buildInit, buildStppInit, buildWvttInit } from "../cmaf/init.ts";
import { planTsSegment } from "../hls/mpegts_segment.ts";
import { planTsKeyFrame } from "../hls/ts_key_frame.ts";
import { planPackedAudio } from "../hls/packed_audio.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { planStppSegment } from "../cmaf/stpp.ts";
import { planWebvttSegment } from "../hls/webvtt_segment.ts";
import { planWvttSegment, SUBTITLES_MP4_TYPE } from "../cmaf/wvtt.ts";
import type { MediaRoute } from "./routes.ts";

export type KeyFrameRoute = Extract<MediaRoute, { kind: "keyFrame" | "keyFrameTs" }>;

export type SegmentRoute = Exclude<
  Extract<MediaRoute, { time: number }>,
  { kind: "textFrom" | KeyFrameRoute["kind"] }
>;

/** Returns undefined if the rendition has no such segments. */
export const SEGMENTS: Record<
  SegmentRoute["kind"],
  (presentation: Presentation, rendition: Rendition, index: number) => SegmentPlan | undefined
> = {
  cmaf(_, rendition, index) {
    if (rendition.type === "image") return undefined;
    if (rendition.type !== "text") return planCmafSegment(rendition, index);
    return rendition.stpp && planStppSegment(rendition.stpp, index);
  },
  image: (_, rendition, index) =>
    rendition.type === "image" ? planImage(rendition, index) : undefined,
  mpegts: (presentation, rendition, index) =>
    rendition.type === "video" && isSupportedInTs(rendition)
      ? planTsSegment(presentation, rendition, index)
      : undefined,
  packedAudio: (_, rendition, index) =>
    rendition.type === "audio" && isSupportedInTs(rendition)
      ? planPackedAudio(rendition, index)
      : undefined,
  webvtt: (_, rendition, index) =>
    hasCues(rendition) ? planWebvttSegment(rendition, index, "fmp4") : undefined,
  webvttTs: (_, rendition, index) =>
    hasCues(rendition) ? planWebvttSegment(rendition, index, "ts") : undefined,
  wvtt: (_, rendition, index) => hasCues(rendition) ? planWvttSegment(rendition, index) : undefined,
};

/** Returns undefined if the rendition has no key frames of that format. */
export const KEY_FRAMES: Record<
  KeyFrameRoute["kind"],
  (rendition: MediaRendition, keyFrame: KeyFrame) => SegmentPlan | undefined
> = {
  keyFrame: planKeyFrame,
  keyFrameTs: (rendition, keyFrame) =>
    isSupportedInTs(rendition) ? planTsKeyFrame(rendition, keyFrame) : undefined,
};

const EXTENSIONS: Record<Exclude<SegmentRoute["kind"], "packedAudio">, string> = {
  cmaf: "m4s",
  image: "jpg",
  mpegts: "ts",
  webvtt: "vtt",
  webvttTs: "ts.vtt",
  wvtt: "wvtt.m4s",
};

/** Returns `m4s` for `0.m4s`. */
export function getExtension(route: SegmentRoute): string {
  return route.kind === "packedAudio" ? route.extension : EXTENSIONS[route.kind];
}

export function buildInitFor(
  rendition: Rendition,
  kind: "init" | "wvttInit",
): { type: string; build: () => Uint8Array } | undefined {
  if (kind === "wvttInit") {
    return hasCues(rendition)
      ? { type: SUBTITLES_MP4_TYPE, build: () => buildWvttInit(rendition) }
      : undefined;
  }
  if (rendition.type === "image") return undefined;
  if (rendition.type !== "text") {
    return { type: getMp4Type(rendition), build: () => buildInit(rendition) };
  }
  const { stpp, language } = rendition;
  return stpp && { type: SUBTITLES_MP4_TYPE, build: () => buildStppInit(stpp, language) };
}

/** Excludes subtitles that are only images. */
export function hasCues(rendition: Rendition): rendition is SubtitleRendition {
  return rendition.type === "text" && !rendition.stpp?.onlyImages;
}

/** TTML documents are segmented by samples, cues by their own times. */
export function getTimeline(
  rendition: Rendition,
  kind: SegmentRoute["kind"],
): Pick<Timeline, "times"> {
  if (rendition.type !== "text") return rendition.timeline;
  return kind === "cmaf" && rendition.stpp ? rendition.stpp.timeline : rendition;
}
