/** Which function makes what of a rendition: inits and segments of every form. */

import type { Presentation, Rendition, TextRendition } from "../presentation/presentation.ts";
import type { Timeline } from "../presentation/segment_timeline.ts";
import { inTransportStreams } from "../hls/mpegts_support.ts";
import { cmafSegment, mediaType } from "../cmaf/segment.ts";
import { imageSegment } from "../cmaf/image.ts";
import { init, stppInit, wvttInit } from "../cmaf/init.ts";
import { mpegtsSegment } from "../hls/mpegts_segment.ts";
import { packedAudioSegment } from "../hls/packed_audio.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { stppSegment } from "../cmaf/stpp.ts";
import { webvttSegment } from "../hls/webvtt_segment.ts";
import { TEXT_MP4, wvttSegment } from "../cmaf/wvtt.ts";
import type { MediaTarget } from "../url/route.ts";

export type SegmentTarget = Exclude<Extract<MediaTarget, { time: number }>, { kind: "textFrom" }>;

/** A kind of segment; undefined: the rendition isn't cut into such. */
export const SEGMENTS: Record<
  SegmentTarget["kind"],
  (presentation: Presentation, rendition: Rendition, index: number) => SegmentPlan | undefined
> = {
  cmaf(_, rendition, index) {
    if (rendition.type === "image") return undefined;
    if (rendition.type !== "text") return cmafSegment(rendition, index);
    return rendition.stpp && stppSegment(rendition.stpp, index);
  },
  image: (_, rendition, index) =>
    rendition.type === "image" ? imageSegment(rendition, index) : undefined,
  mpegts: (presentation, rendition, index) =>
    rendition.type === "video" && inTransportStreams(rendition)
      ? mpegtsSegment(presentation, rendition, index)
      : undefined,
  packedAudio: (_, rendition, index) =>
    rendition.type === "audio" && inTransportStreams(rendition)
      ? packedAudioSegment(rendition, index)
      : undefined,
  webvtt: (_, rendition, index) =>
    hasCues(rendition) ? webvttSegment(rendition, index, "fmp4") : undefined,
  webvttTs: (_, rendition, index) =>
    hasCues(rendition) ? webvttSegment(rendition, index, "ts") : undefined,
  wvtt: (_, rendition, index) => hasCues(rendition) ? wvttSegment(rendition, index) : undefined,
};

/** An init, with its content type; undefined where the rendition has none of that kind. */
export function initOf(
  rendition: Rendition,
  kind: "init" | "wvttInit",
): { type: string; bytes: () => Uint8Array } | undefined {
  if (kind === "wvttInit") {
    return hasCues(rendition) ? { type: TEXT_MP4, bytes: () => wvttInit(rendition) } : undefined;
  }
  if (rendition.type === "image") return undefined;
  if (rendition.type !== "text") {
    return { type: mediaType(rendition), bytes: () => init(rendition) };
  }
  const { stpp, language } = rendition;
  return stpp && { type: TEXT_MP4, bytes: () => stppInit(stpp, language) };
}

/** A text that is more than pictures. */
export function hasCues(rendition: Rendition): rendition is TextRendition {
  return rendition.type === "text" && !rendition.stpp?.onlyImages;
}

/** Documents have a timeline of their own, that of their track. */
export function timelineOf(
  rendition: Rendition,
  kind: SegmentTarget["kind"],
): Pick<Timeline, "times"> {
  if (rendition.type !== "text") return rendition.timeline;
  return kind === "cmaf" && rendition.stpp ? rendition.stpp.timeline : rendition;
}
