/** A request and a site become a response: no socket, no clock. */

import { RequestError } from "../errors.ts";
import { mpd } from "../manifest/dash.ts";
import type { MediaRendition, Presentation, Rendition } from "../presentation/presentation.ts";
import { segmentAt } from "../presentation/timeline.ts";
import { cmafSegment, mediaType } from "../segment/cmaf.ts";
import { imageSegment } from "../segment/image.ts";
import { init } from "../segment/init.ts";
import type { SegmentPlan } from "../segment/plan.ts";
import { type ManifestKind, manifestUrl, type MediaTarget, parseUrl } from "../urls.ts";
import type { Call } from "./response.ts";
import type { Site } from "./site.ts";
import { serveFile } from "./static.ts";
import { serveManifest, serveMedia, serveSegment, type Visit } from "./title_answers.ts";

/** A manifest is a content type and a pure function. A new protocol is a new row. */
const MANIFESTS: Record<
  ManifestKind,
  { type: string; build(presentation: Presentation): string }
> = {
  mpd: { type: "application/dash+xml", build: mpd },
};

type SegmentTarget = Extract<MediaTarget, { time: number }>;

/** A segment is a pure function too, of renditions of some types. */
const SEGMENTS: Record<
  SegmentTarget["kind"],
  { of: readonly Rendition["type"][]; plan(rendition: MediaRendition, index: number): SegmentPlan }
> = {
  cmaf: { of: ["video", "audio"], plan: cmafSegment },
  image: { of: ["image"], plan: imageSegment },
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
  return await ("version" in target
    ? media(visit, target)
    : serveManifest(visit, target.kind, MANIFESTS[target.kind]));
}

function media(visit: Visit, target: MediaTarget): Response | Promise<Response> {
  const { file, kind, version } = target;
  const { presentation } = visit.title;
  if (version !== presentation.version) {
    throw absent(`${version} of '${file}': it is ${presentation.version} now, see its manifest`);
  }
  const rendition = presentation.renditions.get(target.rendition);
  if (!rendition) throw absent(`a rendition '${target.rendition}' of '${file}'`);
  if (kind === "text") {
    if (rendition.type !== "text") throw wrongType(rendition, "all.vtt");
    return serveMedia(visit, target, { type: "text/vtt", bytes: () => rendition.webvtt });
  }
  if (kind === "init") {
    if (rendition.type === "text" || rendition.type === "image") {
      throw wrongType(rendition, "init.mp4");
    }
    return serveMedia(visit, target, { type: mediaType(rendition), bytes: () => init(rendition) });
  }
  return segment(visit, target, rendition);
}

function segment(
  visit: Visit,
  target: SegmentTarget,
  rendition: Rendition,
): Response | Promise<Response> {
  const { of, plan } = SEGMENTS[target.kind];
  if (rendition.type === "text" || !of.includes(rendition.type)) {
    throw wrongType(rendition, `${target.kind} segments`);
  }
  const index = segmentAt(rendition.timeline, target.time);
  if (index < 0) {
    throw absent(`a segment of '${rendition.name}' in '${target.file}' at ${target.time}`);
  }
  return serveSegment(visit, target, {
    plan: plan(rendition, index),
    source: rendition.source,
  });
}

function absent(what: string): RequestError {
  return new RequestError("NOT_FOUND", `Cannot find ${what}`);
}

function wrongType({ name, type }: Rendition, what: string): RequestError {
  return absent(`${what} of '${name}': it is ${type}`);
}

/** The url that Deno makes starts with the Host header: a slash in it would be part of the path. */
function refuseOddHost(host: string | null): void {
  if (host !== null && /[/\\?#@]/.test(host)) {
    throw new RequestError("BAD_REQUEST", `Cannot use the host '${host.slice(0, 100)}'`);
  }
}
