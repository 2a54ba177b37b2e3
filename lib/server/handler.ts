/** A request and a site become a response: no socket, no clock. */

import { RequestError } from "../errors.ts";
import { mpd } from "../manifest/dash.ts";
import { leftOutOfHls } from "../manifest/hls_form.ts";
import { iframePlaylist, mediaPlaylist } from "../manifest/hls_media.ts";
import { multivariant } from "../manifest/hls_multivariant.ts";
import { smoothManifest } from "../manifest/smooth.ts";
import type { Presentation, Rendition, TextRendition } from "../presentation/presentation.ts";
import { leftOutOfSmooth, smoothStreams } from "../presentation/smooth_streams.ts";
import { segmentAt } from "../presentation/timeline.ts";
import type { Timeline } from "../presentation/timeline.ts";
import { inTransportStreams, leftOutOfStreams } from "../presentation/transport_stream.ts";
import { cmafSegment, mediaType } from "../segment/cmaf.ts";
import { imageSegment } from "../segment/image.ts";
import { init, stppInit, wvttInit } from "../segment/init.ts";
import { mpegtsSegment } from "../segment/mpegts.ts";
import { packedAudioSegment } from "../segment/packed_audio.ts";
import type { SegmentPlan } from "../segment/plan.ts";
import { smoothFragment } from "../segment/smooth.ts";
import { stppSegment } from "../segment/stpp.ts";
import { webvttSegment } from "../segment/webvtt.ts";
import { TEXT_MP4, wvttSegment } from "../segment/wvtt.ts";
import { manifestUrl, parseUrl } from "../urls.ts";
import type {
  FragmentTarget,
  ManifestKind,
  MediaTarget,
  PlaylistKind,
  PlaylistTarget,
} from "../urls.ts";
import type { Call } from "./response.ts";
import type { Site } from "./site.ts";
import { serveFile } from "./static.ts";
import { serveFinished, serveManifest, serveMedia, serveSegment } from "./title_answers.ts";
import type { Manifest, Visit } from "./title_answers.ts";

const HLS = "application/vnd.apple.mpegurl";

/** A manifest is a content type and a pure function. A new protocol is a new row. */
const MANIFESTS: Record<ManifestKind, Manifest> = {
  mpd: { type: "application/dash+xml", build: (presentation) => mpd(presentation) },
  mpdWvtt: { type: "application/dash+xml", build: (presentation) => mpd(presentation, "wvtt") },
  hls: {
    type: HLS,
    build: (presentation) => multivariant(presentation, "fmp4"),
    note: leftOutOfHls,
  },
  hlsTs: {
    type: HLS,
    build: (presentation) => multivariant(presentation, "ts"),
    note: leftOutOfStreams,
  },
  smooth: { type: "application/vnd.ms-sstr+xml", build: smoothManifest, note: leftOutOfSmooth },
};

/** So is the manifest of one rendition; undefined: that has none. */
const PLAYLISTS: Record<
  PlaylistKind,
  (presentation: Presentation, rendition: Rendition) => string | undefined
> = {
  media: (presentation, rendition) => mediaPlaylist(presentation, rendition, "fmp4"),
  mediaTs: (presentation, rendition) =>
    inTransportStreams(rendition) ? mediaPlaylist(presentation, rendition, "ts") : undefined,
  iframes: (presentation, rendition) =>
    rendition.type === "video" ? iframePlaylist(presentation, rendition) : undefined,
};

/** Of playlists, for whoever asks for one that isn't there. */
const NAMES: Record<PlaylistKind, string> = {
  media: "a playlist",
  mediaTs: "a playlist of MPEG-TS segments",
  iframes: "a playlist of key frames",
};

type SegmentTarget = Extract<MediaTarget, { time: number }>;

/** And a segment; undefined: the rendition isn't cut into such. */
const SEGMENTS: Record<
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

/** Never throws. What it reads into the scratch buffer is in the Response before anything else runs. */
export async function handle(call: Call, site: Site): Promise<Response> {
  try {
    if (call.method === "OPTIONS") return site.responder.options(call);
    return await answer(call, site);
  } catch (error) {
    return site.responder.failure(call, error);
  }
}

async function answer(call: Call, site: Site): Promise<Response> {
  if (call.method !== "GET" && call.method !== "HEAD") {
    throw new RequestError("METHOD_NOT_ALLOWED", `Cannot ${call.method.slice(0, 20)} here`);
  }
  refuseOddHost(call.headers.get("host"));
  const target = parseUrl(call.rawPath);
  if (target.kind === "file") return await serveFile(call, site, target.file);
  if (target.kind === "folder") {
    const example = manifestUrl(`${target.folder && `${target.folder}/`}video.json`, "mpd");
    throw absent(`'/${target.folder}': a package in it would play at ${example}`);
  }
  if (target.kind === "page") {
    throw absent(`a page of '${target.file}': it plays at ${manifestUrl(target.file, "mpd")}`);
  }
  using title = await site.library.open(target.file);
  const visit = { call, site, title };
  if ("version" in target) {
    refuseOldVersion(visit, target);
    return await (target.kind === "fragment" ? fragment(visit, target) : media(visit, target));
  }
  if ("rendition" in target) return await playlist(visit, target);
  return await serveManifest(visit, target.kind, MANIFESTS[target.kind]);
}

function playlist(
  visit: Visit,
  { kind, file, rendition: name }: PlaylistTarget,
): Response | Promise<Response> {
  const rendition = renditionOf(visit, file, name);
  return serveManifest(visit, `${kind} ${name}`, {
    type: HLS,
    build(presentation) {
      const text = PLAYLISTS[kind](presentation, rendition);
      if (text === undefined) throw wrongType(rendition, NAMES[kind]);
      return text;
    },
  });
}

function renditionOf({ title }: Visit, file: string, name: string): Rendition {
  const rendition = title.presentation.renditions.get(name);
  if (!rendition) throw absent(`a rendition '${name}' of '${file}'`);
  return rendition;
}

function refuseOldVersion(
  { title: { presentation } }: Visit,
  { file, version }: { file: string; version: string },
): void {
  if (version !== presentation.version) {
    throw absent(`${version} of '${file}': it is ${presentation.version} now, see its manifest`);
  }
}

/** A fragment of Smooth Streaming, by the names that its manifest has. */
function fragment(visit: Visit, target: FragmentTarget): Response | Promise<Response> {
  const { file, stream: name, bitrate, time } = target;
  const stream = smoothStreams(visit.title.presentation).find((candidate) =>
    candidate.name === name
  );
  if (!stream) throw absent(`a stream '${name}' of '${file}'`);
  const level = stream.levels.find((candidate) => candidate.bitrate === bitrate);
  if (!level) throw absent(`a bitrate ${bitrate} of '${name}' in '${file}'`);
  const index = segmentAt(stream, time);
  if (index < 0) throw absent(`a fragment of '${name}' in '${file}' at ${time}`);
  return serveSegment(visit, target, smoothFragment(stream, level.rendition, index));
}

function media(visit: Visit, target: MediaTarget): Response | Promise<Response> {
  const rendition = renditionOf(visit, target.file, target.rendition);
  switch (target.kind) {
    case "text":
      if (!hasCues(rendition)) throw wrongType(rendition, "all.vtt");
      return serveMedia(visit, target, { type: "text/vtt", bytes: () => rendition.webvtt });
    case "init":
    case "wvttInit": {
      const made = initOf(rendition, target.kind);
      if (made) return serveMedia(visit, target, made);
      throw wrongType(rendition, target.kind === "init" ? "init.mp4" : "init.wvtt.mp4");
    }
    default:
      return segment(visit, target, rendition);
  }
}

/** Undefined where the rendition has no init of that kind. */
function initOf(
  rendition: Rendition,
  kind: "init" | "wvttInit",
): { type: string; bytes: () => Uint8Array } | undefined {
  if (kind === "wvttInit") {
    return hasCues(rendition) ? { type: TEXT_MP4, bytes: () => wvttInit(rendition) } : undefined;
  }
  if (rendition.type === "image") return undefined;
  if (rendition.type !== "text") {
    return {
      type: mediaType(rendition),
      bytes: () => init(rendition),
    };
  }
  const { stpp, language } = rendition;
  return stpp && { type: TEXT_MP4, bytes: () => stppInit(stpp, language) };
}

function hasCues(rendition: Rendition): rendition is TextRendition {
  return rendition.type === "text" && !rendition.stpp?.onlyImages;
}

function segment(
  visit: Visit,
  target: SegmentTarget,
  rendition: Rendition,
): Response | Promise<Response> {
  const index = segmentAt(timelineOf(rendition, target.kind), target.time);
  if (index < 0) {
    throw absent(`a segment of '${rendition.name}' in '${target.file}' at ${target.time}`);
  }
  const plan = SEGMENTS[target.kind](visit.title.presentation, rendition, index);
  if (!plan || !extensionFits(target, rendition)) {
    throw wrongType(rendition, `${target.kind} segments`);
  }
  return plan.finish ? serveFinished(visit, target, plan) : serveSegment(visit, target, plan);
}

/** Documents have a timeline of their own, that of their track. */
function timelineOf(rendition: Rendition, kind: SegmentTarget["kind"]): Pick<Timeline, "times"> {
  if (rendition.type !== "text") return rendition.timeline;
  return kind === "cmaf" && rendition.stpp ? rendition.stpp.timeline : rendition;
}

/** Packed audio has the name of its codec. */
function extensionFits(target: SegmentTarget, rendition: Rendition): boolean {
  if (target.kind !== "packedAudio" || rendition.type === "text") return true;
  return rendition.codec.mpegTs?.packed?.extension === target.extension;
}

function absent(what: string): RequestError {
  return new RequestError("NOT_FOUND", `Cannot find ${what}`);
}

function wrongType(rendition: Rendition, what: string): RequestError {
  const codec = rendition.type === "text" ? "WebVTT" : rendition.description.codec;
  return absent(`${what} of '${rendition.name}': it is ${rendition.type}, ${codec}`);
}

/** The url that Deno makes starts with the Host header: a slash in it would be part of the path. */
function refuseOddHost(host: string | null): void {
  if (host !== null && /[/\\?#@]/.test(host)) {
    throw new RequestError("BAD_REQUEST", `Cannot use the host '${host.slice(0, 100)}'`);
  }
}
