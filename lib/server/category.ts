/** Categories of all routes. The protocol is the directory whose `routes.ts` defines the URL. */

import { SUBTITLES_MP4_TYPE } from "../cmaf/wvtt.ts";
import {
  OTHER_RESPONSE,
  type ResponseCategory,
  type ResponseKind,
  type ResponseProtocol,
} from "../response_category.ts";
import type { Route } from "./routes.ts";

const category = (protocol: ResponseProtocol, kind: ResponseKind): ResponseCategory =>
  Object.freeze({ protocol, kind });

const DASH_MANIFEST = category("dash", "manifest");
const HLS_MANIFEST = category("hls", "manifest");
const HLS_PLAYLIST = category("hls", "playlist");
const HLS_SEGMENT = category("hls", "segment");
const HLS_SUBTITLES = category("hls", "subtitles");
const SMOOTH_SEGMENT = category("smooth", "segment");
const SMOOTH_SUBTITLES = category("smooth", "subtitles");
const CMAF_INIT = category("cmaf", "init");
const CMAF_SEGMENT = category("cmaf", "segment");
const CMAF_SUBTITLES = category("cmaf", "subtitles");
const KEY = category("none", "key");
const PAGE = category("none", "page");

export const CATEGORIES: Readonly<Record<Route["kind"], ResponseCategory>> = {
  mpd: DASH_MANIFEST,
  mpdWvtt: DASH_MANIFEST,
  textFrom: category("dash", "subtitles"),
  hls: HLS_MANIFEST,
  hlsTs: HLS_MANIFEST,
  media: HLS_PLAYLIST,
  mediaTs: HLS_PLAYLIST,
  live: HLS_PLAYLIST,
  liveTs: HLS_PLAYLIST,
  iframes: HLS_PLAYLIST,
  iframesTs: HLS_PLAYLIST,
  mpegts: HLS_SEGMENT,
  packedAudio: HLS_SEGMENT,
  keyFrameTs: category("hls", "keyframe"),
  webvtt: HLS_SUBTITLES,
  webvttTs: HLS_SUBTITLES,
  smooth: category("smooth", "manifest"),
  fragment: SMOOTH_SEGMENT,
  fragmentInfo: SMOOTH_SEGMENT,
  init: CMAF_INIT,
  wvttInit: CMAF_INIT,
  cmaf: CMAF_SEGMENT,
  keyFrame: category("cmaf", "keyframe"),
  image: category("cmaf", "thumbnail"),
  text: CMAF_SUBTITLES,
  wvtt: CMAF_SUBTITLES,
  license: KEY,
  key: KEY,
  page: PAGE,
  uiAsset: PAGE,
  file: category("none", "file"),
  info: OTHER_RESPONSE,
  accessCheck: OTHER_RESPONSE,
  clock: OTHER_RESPONSE,
  presentationInfo: OTHER_RESPONSE,
  chaptersJson: HLS_MANIFEST,
  chaptersVtt: OTHER_RESPONSE,
  poster: OTHER_RESPONSE,
  thumbnail: OTHER_RESPONSE,
  health: OTHER_RESPONSE,
  oembed: OTHER_RESPONSE,
};

/** Returns the category of a segment, given its media type: the URLs of TTML segments are those of audio and video. */
export function getSegmentCategory(kind: Route["kind"], type: string): ResponseCategory {
  const found = CATEGORIES[kind];
  if (type !== SUBTITLES_MP4_TYPE) return found;
  return found === CMAF_SEGMENT
    ? CMAF_SUBTITLES
    : found === SMOOTH_SEGMENT
    ? SMOOTH_SUBTITLES
    : found;
}
