/** A request and a site become a response: no socket, no clock. */

import { RequestError } from "../errors.ts";
import type { Presentation, Rendition } from "../presentation/presentation.ts";
import { buildSmoothStreams } from "../smooth/streams.ts";
import { checkForwardedQuery } from "../selection/select.ts";
import { findSegment } from "../presentation/segment_timeline.ts";
import { planSmoothFragment } from "../smooth/fragment.ts";
import { planWebvttClip } from "../dash/webvtt_clip.ts";
import type {
  AssetRoute,
  MediaRoute,
  PlaylistRoute,
  Route,
  SmoothFragmentRoute,
} from "../url/route.ts";
import { parseRoute } from "../url/urls.ts";
import {
  exists,
  redirectToSlash,
  requireBrowsing,
  serveInfo,
  serveListing,
  servePage,
} from "./browse_handler.ts";
import { wantsPage } from "./ui_assets.ts";
import { buildInitFor, getTimeline, hasCues, SEGMENTS } from "./segment_table.ts";
import type { SegmentTarget } from "./segment_table.ts";
import { HLS, MANIFESTS, PLAYLIST_NAMES, PLAYLISTS } from "./manifest_table.ts";
import type { HttpRequest } from "../http/response.ts";
import type { App } from "./app.ts";
import { serveFile } from "./static_files.ts";
import { serveManifest, serveMedia, serveSegment } from "./media_handler.ts";
import type { RequestContext } from "./request_context.ts";

/** Never throws. What it reads into the scratch buffer is in the Response before anything else runs. */
export function handle(call: HttpRequest, site: App): Response | Promise<Response> {
  const failure = (error: unknown) => site.responder.failure(call, error);
  try {
    if (call.method === "OPTIONS") return site.responder.options(call);
    const response = answer(call, site);
    return response instanceof Promise ? response.catch(failure) : response;
  } catch (error) {
    return failure(error);
  }
}

function answer(call: HttpRequest, site: App): Response | Promise<Response> {
  if (call.method !== "GET" && call.method !== "HEAD") {
    throw new RequestError("METHOD_NOT_ALLOWED", `Cannot ${call.method.slice(0, 20)} here`);
  }
  rejectInvalidHost(call.headers.get("host"));
  const target = targetOf(call.rawPath, site);
  switch (target.kind) {
    case "file":
      return target.or || wantsPage(call)
        ? serveFileOrAsset(call, site, target)
        : serveFile(call, site, target.file);
    case "page":
      return servePage(call, site, target.file);
    case "contents":
      return contents(call, site, target.file);
    case "asset":
      return requireBrowsing(site).pages.asset(call, target);
    default:
      return handleAsset(call, site, target);
  }
}

function handleAsset(
  call: HttpRequest,
  site: App,
  target: AssetRoute,
): Response | Promise<Response> {
  const title = site.library.open(target.file);
  if (title instanceof Promise) {
    return title.then((title) => withAsset({ request: call, app: site, asset: title }, target));
  }
  return withAsset({ request: call, app: site, asset: title }, target);
}

/** A file goes before what its folder would offer under the same name. */
async function serveFileOrAsset(
  call: HttpRequest,
  site: App,
  { file, or }: Extract<Route, { kind: "file" }>,
): Promise<Response> {
  const moved = await redirectToSlash(call, site, file);
  if (moved) return moved;
  if (or && !await exists(site, file)) return await handleAsset(call, site, or);
  return await serveFile(call, site, file);
}

/** Of a folder, what is in it; else of a title. */
async function contents(call: HttpRequest, site: App, file: string): Promise<Response> {
  requireBrowsing(site);
  const found = await site.root.find(file);
  if (found.info.isDirectory) return await serveListing(call, site, { folder: file, found });
  return await handleAsset(call, site, { kind: "about", file });
}

/** What the path asks for: the same are asked for again and again. */
function targetOf(rawPath: string, { routes }: App): Route {
  const known = routes.get(rawPath);
  if (known) return known;
  const target = parseRoute(rawPath);
  routes.set(rawPath, target, 4 * rawPath.length); // twice, and what else it takes
  return target;
}

/** The title is released when the answer is there: large ones keep it by themselves. */
function withAsset(visit: RequestContext, target: AssetRoute): Response | Promise<Response> {
  const { asset } = visit;
  let later = false;
  try {
    const response = dispatchAsset(visit, target);
    later = response instanceof Promise;
    return response instanceof Promise ? response.finally(() => asset.release()) : response;
  } finally {
    if (!later) asset.release();
  }
}

function dispatchAsset(visit: RequestContext, target: AssetRoute): Response | Promise<Response> {
  if ("version" in target) {
    refuseOldVersion(visit, target);
    return target.kind === "fragment" ? fragment(visit, target) : media(visit, target);
  }
  if ("rendition" in target) return playlist(visit, target);
  if (target.kind === "about") return serveInfo(visit);
  return serveManifest(visit, target.kind, MANIFESTS[target.kind]);
}

function playlist(
  visit: RequestContext,
  { kind, file, rendition: name }: PlaylistRoute,
): Response | Promise<Response> {
  return serveManifest(visit, `${kind} ${name}`, {
    type: HLS,
    build(presentation) {
      const rendition = selectedRendition(visit, presentation, { file, name });
      checkForwardedQuery(presentation, rendition);
      const text = PLAYLISTS[kind](presentation, rendition);
      if (text === undefined) throw wrongType(rendition, PLAYLIST_NAMES[kind]);
      return text;
    },
  });
}

/** One that the query leaves out is as one that isn't there. */
function selectedRendition(
  visit: RequestContext,
  presentation: Presentation,
  { file, name }: { file: string; name: string },
): Rendition {
  const rendition = presentation.renditions.get(name);
  if (rendition) return rendition;
  renditionOf(visit, file, name);
  throw absent(`a rendition '${name}' of '${file}' in what the query selects`);
}

function renditionOf({ asset }: RequestContext, file: string, name: string): Rendition {
  const rendition = asset.presentation.renditions.get(name);
  if (!rendition) throw absent(`a rendition '${name}' of '${file}'`);
  return rendition;
}

function refuseOldVersion(
  { asset: { presentation } }: RequestContext,
  { file, version }: { file: string; version: string },
): void {
  if (version !== presentation.version) {
    throw absent(`${version} of '${file}': it is ${presentation.version} now, see its manifest`);
  }
}

/** A fragment of Smooth Streaming, by the names that its manifest has. */
function fragment(
  visit: RequestContext,
  target: SmoothFragmentRoute,
): Response | Promise<Response> {
  const { file, stream: name, bitrate, time } = target;
  const stream = buildSmoothStreams(visit.asset.presentation).find((candidate) =>
    candidate.name === name
  );
  if (!stream) throw absent(`a stream '${name}' of '${file}'`);
  const level = stream.levels.find((candidate) => candidate.bitrate === bitrate);
  if (!level) throw absent(`a bitrate ${bitrate} of '${name}' in '${file}'`);
  const index = findSegment(stream, time);
  if (index < 0) throw absent(`a fragment of '${name}' in '${file}' at ${time}`);
  return serveSegment(visit, target, () => planSmoothFragment(stream, level.rendition, index));
}

function media(visit: RequestContext, target: MediaRoute): Response | Promise<Response> {
  const rendition = renditionOf(visit, target.file, target.rendition);
  switch (target.kind) {
    case "text":
      if (!hasCues(rendition)) throw wrongType(rendition, "all.vtt");
      return serveMedia(visit, target, { type: "text/vtt", bytes: () => rendition.webvttBytes });
    case "textFrom":
      return textFrom(visit, target, rendition);
    case "init":
    case "wvttInit": {
      const made = buildInitFor(rendition, target.kind);
      if (made) return serveMedia(visit, target, made);
      throw wrongType(rendition, target.kind === "init" ? "init.mp4" : "init.wvtt.mp4");
    }
    default:
      return segment(visit, target, rendition);
  }
}

/** A clip may start anywhere: where its pictures have a segment. */
function textFrom(
  visit: RequestContext,
  target: MediaRoute & { time: number },
  rendition: Rendition,
): Response | Promise<Response> {
  if (!hasCues(rendition)) throw wrongType(rendition, "cues");
  const { file, time } = target;
  if (time >= rendition.times.at(-1)!) {
    throw absent(`cues of '${rendition.name}' in '${file}' at ${time}`);
  }
  return serveSegment(visit, target, () => planWebvttClip(rendition, time));
}

function segment(
  visit: RequestContext,
  target: SegmentTarget,
  rendition: Rendition,
): Response | Promise<Response> {
  const index = findSegment(getTimeline(rendition, target.kind), target.time);
  if (index < 0) {
    throw absent(`a segment of '${rendition.name}' in '${target.file}' at ${target.time}`);
  }
  if (!extensionFits(target, rendition)) throw wrongType(rendition, `${target.kind} segments`);
  return serveSegment(visit, target, () => {
    const plan = SEGMENTS[target.kind](visit.asset.presentation, rendition, index);
    if (!plan) throw wrongType(rendition, `${target.kind} segments`);
    return plan;
  });
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
function rejectInvalidHost(host: string | null): void {
  if (host !== null && /[/\\?#@]/.test(host)) {
    throw new RequestError("BAD_REQUEST", `Cannot use the host '${host.slice(0, 100)}'`);
  }
}
