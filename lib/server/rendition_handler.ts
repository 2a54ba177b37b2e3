import { planWebvttClip } from "../dash/webvtt_clip.ts";
import type { Rendition } from "../presentation/presentation.ts";
import { findKeyFrame } from "../presentation/key_frames.ts";
import { findSegment } from "../presentation/segment_timeline.ts";
import { planSmoothFragment } from "../smooth/fragment.ts";
import { buildSmoothStreams } from "../smooth/streams.ts";
import { serveBytes, serveSegment } from "./media_handler.ts";
import { notFound, unsupportedByRendition } from "./not_found.ts";
import type { RequestContext } from "./request_context.ts";
import type { MediaRoute, SmoothFragmentRoute } from "./routes.ts";
import {
  buildInitFor,
  getExtension,
  getTimeline,
  hasCues,
  KEY_FRAMES,
  type KeyFrameRoute,
  type SegmentRoute,
  SEGMENTS,
} from "./segment_table.ts";

/** @throws RequestError `NOT_FOUND` */
export function getRendition({ asset }: RequestContext, file: string, name: string): Rendition {
  const rendition = asset.presentation.renditions.get(name);
  if (!rendition) throw notFound(`a rendition '${name}' of '${file}'`);
  return rendition;
}

export function serveMedia(
  context: RequestContext,
  route: MediaRoute,
): Response | Promise<Response> {
  const rendition = getRendition(context, route.file, route.rendition);
  switch (route.kind) {
    case "text":
      if (!hasCues(rendition)) throw unsupportedByRendition(rendition, "all.vtt");
      return serveBytes(context, route, {
        type: "text/vtt",
        build: () => rendition.webvttBytes,
      });
    case "textFrom":
      return serveWebvttClip(context, route, rendition);
    case "init":
    case "wvttInit": {
      const init = buildInitFor(rendition, route.kind);
      if (init) return serveBytes(context, route, init);
      throw unsupportedByRendition(rendition, route.kind === "init" ? "init.mp4" : "init.wvtt.mp4");
    }
    case "keyFrame":
    case "keyFrameTs":
      return serveKeyFrame(context, route, rendition);
    default:
      return serveMediaSegment(context, route, rendition);
  }
}

export function serveSmoothFragment(
  context: RequestContext,
  route: SmoothFragmentRoute,
): Response | Promise<Response> {
  const { file, stream: name, bitrate, time } = route;
  const streams = buildSmoothStreams(context.asset.presentation, context.asset.derived);
  const stream = streams.find((candidate) => candidate.name === name);
  if (!stream) throw notFound(`a stream '${name}' of '${file}'`);
  const level = stream.levels.find((candidate) => candidate.bitrate === bitrate);
  if (!level) throw notFound(`a bitrate ${bitrate} of '${name}' in '${file}'`);
  const index = findSegment(stream, time);
  if (index < 0) throw notFound(`a fragment of '${name}' in '${file}' at ${time}`);
  return serveSegment(context, route, () => planSmoothFragment(stream, level.rendition, index));
}

/** Any time is valid: a clip starts at a segment of its video. */
function serveWebvttClip(
  context: RequestContext,
  route: MediaRoute & { time: number },
  rendition: Rendition,
): Response | Promise<Response> {
  if (!hasCues(rendition)) throw unsupportedByRendition(rendition, "cues");
  const { file, time } = route;
  if (time >= rendition.times.at(-1)!) {
    throw notFound(`cues of '${rendition.name}' in '${file}' at ${time}`);
  }
  return serveSegment(context, route, () => planWebvttClip(rendition, time));
}

function serveKeyFrame(
  context: RequestContext,
  route: KeyFrameRoute,
  rendition: Rendition,
): Response | Promise<Response> {
  const { kind, file, time } = route;
  const unsupported = () => unsupportedByRendition(rendition, `${kind} segments`);
  if (rendition.type !== "video") throw unsupported();
  const keyFrame = findKeyFrame(rendition, time);
  if (!keyFrame) throw notFound(`a key frame of '${rendition.name}' in '${file}' at ${time}`);
  return serveSegment(context, route, () => {
    const plan = KEY_FRAMES[kind](rendition, keyFrame);
    if (!plan) throw unsupported();
    return plan;
  });
}

function serveMediaSegment(
  context: RequestContext,
  route: SegmentRoute,
  rendition: Rendition,
): Response | Promise<Response> {
  const index = findSegment(getTimeline(rendition, route.kind), route.time);
  if (index < 0) {
    throw notFound(`a segment of '${rendition.name}' in '${route.file}' at ${route.time}`);
  }
  const unsupported = () => unsupportedByRendition(rendition, `a .${getExtension(route)} segment`);
  if (!matchesExtension(route, rendition)) throw unsupported();
  return serveSegment(context, route, () => {
    const plan = SEGMENTS[route.kind](context.asset.presentation, rendition, index);
    if (!plan) throw unsupported();
    return plan;
  });
}

function matchesExtension(route: SegmentRoute, rendition: Rendition): boolean {
  if (route.kind !== "packedAudio" || rendition.type === "text") return true;
  return rendition.codec.mpegTs?.packed?.extension === route.extension;
}
