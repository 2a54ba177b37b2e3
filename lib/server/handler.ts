/** A request and a app become a response: no socket, no clock. */

import { RequestError } from "../errors.ts";
import type { Presentation, Rendition } from "../presentation/presentation.ts";
import { buildSmoothStreams } from "../smooth/streams.ts";
import { checkForwardedQuery } from "../selection/select.ts";
import { findSegment } from "../presentation/segment_timeline.ts";
import { planSmoothFragment } from "../smooth/fragment.ts";
import { planWebvttClip } from "../dash/webvtt_clip.ts";
import type { FileRoute } from "../url/route.ts";
import type {
  AssetRoute,
  MediaRoute,
  PlaylistRoute,
  Route,
  SmoothFragmentRoute,
} from "./routes.ts";
import { parseRoute } from "./routes.ts";
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
import type { SegmentRoute } from "./segment_table.ts";
import { HLS, MANIFESTS, PLAYLIST_NAMES, PLAYLISTS } from "./manifest_table.ts";
import type { HttpRequest } from "../http/request.ts";
import type { App } from "./app.ts";
import { serveFile } from "./static_files.ts";
import { serveBytes, serveManifest, serveSegment } from "./media_handler.ts";
import type { RequestContext } from "./request_context.ts";

/** Never throws. What it reads into the scratch buffer is in the Response before anything else runs. */
export function handle(request: HttpRequest, app: App): Response | Promise<Response> {
  const failure = (error: unknown) => app.responder.respondWithError(request, error);
  try {
    if (request.method === "OPTIONS") return app.responder.respondToOptions(request);
    const response = dispatch(request, app);
    return response instanceof Promise ? response.catch(failure) : response;
  } catch (error) {
    return failure(error);
  }
}

function dispatch(request: HttpRequest, app: App): Response | Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    throw new RequestError("METHOD_NOT_ALLOWED", `Cannot ${request.method.slice(0, 20)} here`);
  }
  rejectInvalidHost(request.headers.get("host"));
  const route = getRoute(request.rawPath, app);
  switch (route.kind) {
    case "file":
      return route.fallback || wantsPage(request)
        ? serveFileOrAsset(request, app, route)
        : serveFile(request, app, route.file);
    case "page":
      return servePage(request, app, route.file);
    case "info":
      return serveInfoOrListing(request, app, route.file);
    case "uiAsset":
      return requireBrowsing(app).pages.serveAsset(request, route);
    default:
      return handleAsset(request, app, route);
  }
}

function handleAsset(
  request: HttpRequest,
  app: App,
  route: AssetRoute,
): Response | Promise<Response> {
  const asset = app.library.open(route.file);
  if (asset instanceof Promise) {
    return asset.then((asset) => withAsset({ request, app, asset }, route));
  }
  return withAsset({ request, app, asset }, route);
}

/** A file goes before what its folder would offer under the same name. */
async function serveFileOrAsset(
  request: HttpRequest,
  app: App,
  { file, fallback }: FileRoute<AssetRoute>,
): Promise<Response> {
  const moved = await redirectToSlash(request, app, file);
  if (moved) return moved;
  if (fallback && !await exists(app, file)) return await handleAsset(request, app, fallback);
  return await serveFile(request, app, file);
}

/** Of a folder, what is in it; else of a asset. */
async function serveInfoOrListing(request: HttpRequest, app: App, file: string): Promise<Response> {
  requireBrowsing(app);
  const found = await app.root.resolve(file);
  if (found.info.isDirectory) return await serveListing(request, app, { folder: file, found });
  return await handleAsset(request, app, { kind: "presentationInfo", file });
}

/** What the path asks for: the same are asked for again and again. */
function getRoute(rawPath: string, { routes }: App): Route {
  const known = routes.get(rawPath);
  if (known) return known;
  const route = parseRoute(rawPath);
  routes.set(rawPath, route, 4 * rawPath.length); // twice, and what else it takes
  return route;
}

/** The asset is released when the answer is there: large ones keep it by themselves. */
function withAsset(context: RequestContext, route: AssetRoute): Response | Promise<Response> {
  const { asset } = context;
  let later = false;
  try {
    const response = dispatchAsset(context, route);
    later = response instanceof Promise;
    return response instanceof Promise ? response.finally(() => asset.release()) : response;
  } finally {
    if (!later) asset.release();
  }
}

function dispatchAsset(context: RequestContext, route: AssetRoute): Response | Promise<Response> {
  if ("version" in route) {
    requireCurrentVersion(context, route);
    return route.kind === "fragment"
      ? serveFragment(context, route)
      : serveMediaRoute(context, route);
  }
  if ("rendition" in route) return servePlaylist(context, route);
  if (route.kind === "presentationInfo") return serveInfo(context);
  return serveManifest(context, route.kind, MANIFESTS[route.kind]);
}

function servePlaylist(
  context: RequestContext,
  { kind, file, rendition: name }: PlaylistRoute,
): Response | Promise<Response> {
  return serveManifest(context, `${kind} ${name}`, {
    type: HLS,
    build(presentation) {
      const rendition = getSelectedRendition(context, presentation, { file, name });
      checkForwardedQuery(presentation, rendition);
      const text = PLAYLISTS[kind](presentation, rendition);
      if (text === undefined) throw unsupportedByRendition(rendition, PLAYLIST_NAMES[kind]);
      return text;
    },
  });
}

/** One that the query leaves out is as one that isn't there. */
function getSelectedRendition(
  context: RequestContext,
  presentation: Presentation,
  { file, name }: { file: string; name: string },
): Rendition {
  const rendition = presentation.renditions.get(name);
  if (rendition) return rendition;
  getRendition(context, file, name);
  throw notFound(`a rendition '${name}' of '${file}' in what the query selects`);
}

function getRendition({ asset }: RequestContext, file: string, name: string): Rendition {
  const rendition = asset.presentation.renditions.get(name);
  if (!rendition) throw notFound(`a rendition '${name}' of '${file}'`);
  return rendition;
}

function requireCurrentVersion(
  { asset: { presentation } }: RequestContext,
  { file, version }: { file: string; version: string },
): void {
  if (version !== presentation.version) {
    throw notFound(`${version} of '${file}': it is ${presentation.version} now, see its manifest`);
  }
}

/** A fragment of Smooth Streaming, by the names that its manifest has. */
function serveFragment(
  context: RequestContext,
  route: SmoothFragmentRoute,
): Response | Promise<Response> {
  const { file, stream: name, bitrate, time } = route;
  const stream = buildSmoothStreams(context.asset.presentation).find((candidate) =>
    candidate.name === name
  );
  if (!stream) throw notFound(`a stream '${name}' of '${file}'`);
  const level = stream.levels.find((candidate) => candidate.bitrate === bitrate);
  if (!level) throw notFound(`a bitrate ${bitrate} of '${name}' in '${file}'`);
  const index = findSegment(stream, time);
  if (index < 0) throw notFound(`a fragment of '${name}' in '${file}' at ${time}`);
  return serveSegment(context, route, () => planSmoothFragment(stream, level.rendition, index));
}

function serveMediaRoute(context: RequestContext, route: MediaRoute): Response | Promise<Response> {
  const rendition = getRendition(context, route.file, route.rendition);
  switch (route.kind) {
    case "text":
      if (!hasCues(rendition)) throw unsupportedByRendition(rendition, "all.vtt");
      return serveBytes(context, route, { type: "text/vtt", bytes: () => rendition.webvttBytes });
    case "textFrom":
      return serveWebvttClip(context, route, rendition);
    case "init":
    case "wvttInit": {
      const made = buildInitFor(rendition, route.kind);
      if (made) return serveBytes(context, route, made);
      throw unsupportedByRendition(rendition, route.kind === "init" ? "init.mp4" : "init.wvtt.mp4");
    }
    default:
      return serveMediaSegment(context, route, rendition);
  }
}

/** A clip may start anywhere: where its pictures have a segment. */
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

function serveMediaSegment(
  context: RequestContext,
  route: SegmentRoute,
  rendition: Rendition,
): Response | Promise<Response> {
  const index = findSegment(getTimeline(rendition, route.kind), route.time);
  if (index < 0) {
    throw notFound(`a segment of '${rendition.name}' in '${route.file}' at ${route.time}`);
  }
  if (!extensionFits(route, rendition)) {
    throw unsupportedByRendition(rendition, `${route.kind} segments`);
  }
  return serveSegment(context, route, () => {
    const plan = SEGMENTS[route.kind](context.asset.presentation, rendition, index);
    if (!plan) throw unsupportedByRendition(rendition, `${route.kind} segments`);
    return plan;
  });
}

/** Packed audio has the name of its codec. */
function extensionFits(route: SegmentRoute, rendition: Rendition): boolean {
  if (route.kind !== "packedAudio" || rendition.type === "text") return true;
  return rendition.codec.mpegTs?.packed?.extension === route.extension;
}

function notFound(what: string): RequestError {
  return new RequestError("NOT_FOUND", `Cannot find ${what}`);
}

function unsupportedByRendition(rendition: Rendition, what: string): RequestError {
  const codec = rendition.type === "text" ? "WebVTT" : rendition.description.codec;
  return notFound(`${what} of '${rendition.name}': it is ${rendition.type}, ${codec}`);
}

/** The url that Deno makes starts with the Host header: a slash in it would be part of the path. */
function rejectInvalidHost(host: string | null): void {
  if (host !== null && /[/\\?#@]/.test(host)) {
    throw new RequestError("BAD_REQUEST", `Cannot use the host '${host.slice(0, 100)}'`);
  }
}
