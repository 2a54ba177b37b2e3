/** A request and a site become a response: no socket, no clock. */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { RequestError } from "../errors.ts";
import { mpd } from "../manifest/dash.ts";
import type { MediaRendition, Presentation, Rendition } from "../presentation/presentation.ts";
import { segmentAt } from "../presentation/timeline.ts";
import { cmafSegment, mediaType } from "../segment/cmaf.ts";
import { imageSegment } from "../segment/image.ts";
import { init } from "../segment/init.ts";
import { planSize } from "../segment/plan.ts";
import type { SegmentPlan } from "../segment/plan.ts";
import { type ManifestKind, manifestUrl, type MediaTarget, parseUrl } from "../urls.ts";
import { partOf } from "./bodies.ts";
import { acceptsGzip } from "./conditions.ts";
import { type Built, type Call, IMMUTABLE, REVALIDATED } from "./response.ts";
import type { Site } from "./site.ts";
import { serveFile } from "./static.ts";
import type { Title } from "./title.ts";

/** A manifest is a content type and a pure function. A new protocol is a new row. */
const MANIFESTS: Record<ManifestKind, { type: string; build(presentation: Presentation): string }> = {
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

/** Never throws, and is never late with what it reads: see Bodies. */
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
  switch (target.kind) {
    case "file":
      return await serveFile(call, site, target.file);
    case "folder":
      throw new RequestError("NOT_FOUND", `Cannot show '/${target.folder}': ask for a package, as /video.json/.mpd`);
    case "page": {
      const url = manifestUrl(target.file, "mpd");
      throw new RequestError("NOT_FOUND", `Cannot show a page of '${target.file}': its manifest is ${url}`);
    }
    case "mpd": {
      using title = await site.library.open(target.file);
      return await serveManifest(call, site, title, target.kind);
    }
    default: {
      using title = await site.library.open(target.file);
      return await serveMedia(call, site, title, target);
    }
  }
}

/** The url that Deno makes starts with the Host header: a slash in it would be part of the path. */
function refuseOddHost(host: string | null): void {
  if (host !== null && /[/\\?#@]/.test(host)) {
    throw new RequestError("BAD_REQUEST", `Cannot be '${host.slice(0, 100)}': a host has no such characters`);
  }
}
