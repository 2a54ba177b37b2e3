import { isSupportedInTs } from "../hls/mpegts_support.ts";
import { getMp4Type } from "../cmaf/media_fragment.ts";
import { planCmafSegment } from "../cmaf/segment.ts";
import { planKeyFrame } from "../cmaf/key_frame.ts";
import { planImage } from "../cmaf/image.ts";
import { buildInit, buildStppInit, buildWvttInit } from "../cmaf/init.ts";
import { planTsSegment } from "../hls/mpegts_segment.ts";
import { planTsKeyFrame } from "../hls/ts_key_frame.ts";
import { planPackedAudio } from "../hls/packed_audio.ts";
import type { Bytes } from "../http/resource.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { planStppSegment } from "../cmaf/stpp.ts";
import { planWebvttSegment } from "../hls/webvtt_segment.ts";
import { planWvttSegment, SUBTITLES_MP4_TYPE } from "../cmaf/wvtt.ts";
import {
  builtResource,
  type BytesRoute,
  hasCues,
  keyFrame,
  type KeyFrameRoute,
  type RenditionSegmentRoute,
  resolveSmoothFragment,
  resolveWebvttClip,
  segment,
  type WebvttClipRoute,
} from "./media_resolvers.ts";
import type { Resolver } from "./resolver.ts";
import type { SmoothFragmentRoute } from "./routes.ts";

const INITS: Record<BytesRoute["kind"], Resolver<BytesRoute, Bytes>> = {
  init: builtResource("init.mp4", (rendition) => {
    if (rendition.type === "image") return undefined;
    if (rendition.type !== "text") {
      return { type: getMp4Type(rendition), bytes: buildInit(rendition) };
    }
    const { stpp, language } = rendition;
    return stpp && { type: SUBTITLES_MP4_TYPE, bytes: buildStppInit(stpp, language) };
  }),
  wvttInit: builtResource(
    "init.wvtt.mp4",
    (rendition) =>
      hasCues(rendition)
        ? { type: SUBTITLES_MP4_TYPE, bytes: buildWvttInit(rendition) }
        : undefined,
  ),
  text: builtResource(
    "all.vtt",
    (rendition) =>
      hasCues(rendition) ? { type: "text/vtt", bytes: rendition.webvttBytes } : undefined,
  ),
};

const SEGMENTS: Record<
  RenditionSegmentRoute["kind"],
  Resolver<RenditionSegmentRoute, SegmentPlan>
> = {
  cmaf: segment({ format: "cmaf", extension: "m4s" }, (_, { rendition, index, protection }) => {
    if (rendition.type === "image") return undefined;
    if (rendition.type !== "text") return planCmafSegment(rendition, index, protection);
    return rendition.stpp && planStppSegment(rendition.stpp, index);
  }),
  image: segment(
    { format: "image", extension: "jpg" },
    (_, { rendition, index, protection }) =>
      rendition.type === "image" ? planImage(rendition, index, protection) : undefined,
  ),
  mpegts: segment(
    { format: "mpegts", extension: "ts" },
    (presentation, { rendition, index, protection }) =>
      rendition.type === "video" && isSupportedInTs(rendition)
        ? planTsSegment(presentation, rendition, { index, protection })
        : undefined,
  ),
  packedAudio: segment(
    { format: "mpegts", extension: undefined },
    (_, { rendition, index, protection }) =>
      rendition.type === "audio" && isSupportedInTs(rendition)
        ? planPackedAudio(rendition, index, protection)
        : undefined,
  ),
  webvtt: segment(
    { format: "cmaf", extension: "vtt" },
    (_, { rendition, index }) =>
      hasCues(rendition) ? planWebvttSegment(rendition, index, "fmp4") : undefined,
  ),
  webvttTs: segment(
    { format: "mpegts", extension: "ts.vtt" },
    (_, { rendition, index }) =>
      hasCues(rendition) ? planWebvttSegment(rendition, index, "ts") : undefined,
  ),
  wvtt: segment(
    { format: "cmaf", extension: "wvtt.m4s" },
    (_, { rendition, index }) => hasCues(rendition) ? planWvttSegment(rendition, index) : undefined,
  ),
};

const KEY_FRAMES: Record<KeyFrameRoute["kind"], Resolver<KeyFrameRoute, SegmentPlan>> = {
  keyFrame: keyFrame({ format: "cmaf", extension: "iframe.m4s" }, planKeyFrame),
  keyFrameTs: keyFrame(
    { format: "mpegts", extension: "iframe.ts" },
    (rendition, keyFrame, protection) =>
      isSupportedInTs(rendition) ? planTsKeyFrame(rendition, keyFrame, protection) : undefined,
  ),
};

export const MEDIA = {
  ...INITS,
  ...SEGMENTS,
  ...KEY_FRAMES,
  textFrom: resolveWebvttClip satisfies Resolver<WebvttClipRoute, SegmentPlan>,
  fragment: resolveSmoothFragment satisfies Resolver<SmoothFragmentRoute, SegmentPlan>,
  fragmentInfo: resolveSmoothFragment satisfies Resolver<SmoothFragmentRoute, SegmentPlan>,
};
