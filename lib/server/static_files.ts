/** Serves files as they are. */

import { extname } from "@std/path";
import { RequestError } from "../errors.ts";
import { andThen } from "../maybe_async.ts";
import { hasDotName, isHidden, isPackage } from "../url/path.ts";
import { notFound } from "./not_found.ts";
import { manifestUrl } from "./routes.ts";
import { slicePlan } from "../http/slice_plan.ts";
import type { HttpRange } from "../http/conditional.ts";
import type { Source } from "../storage/source.ts";
import type { Body } from "../http/response.ts";
import type { HttpRequest } from "../http/request.ts";
import { type Resource, REVALIDATED } from "../http/resource.ts";
import type { StoredFile } from "../storage/storage.ts";
import type { App } from "./app.ts";

const CONTENT_TYPES: Record<string, string> = {
  ".aac": "audio/aac",
  ".avif": "image/avif",
  ".css": "text/css; charset=utf-8",
  ".flac": "audio/flac",
  ".gif": "image/gif",
  ".htm": "text/html; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/vnd.microsoft.icon",
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".m3u8": "application/vnd.apple.mpegurl",
  ".m4a": "audio/mp4",
  ".m4b": "audio/mp4",
  ".m4s": "video/iso.segment",
  ".m4v": "video/mp4",
  ".mjs": "text/javascript; charset=utf-8",
  ".mkv": "video/matroska",
  ".mov": "video/quicktime",
  ".mp3": "audio/mpeg",
  ".mp4": "video/mp4",
  ".mpd": "application/dash+xml",
  ".ogg": "audio/ogg",
  ".png": "image/png",
  ".srt": "application/x-subrip",
  ".svg": "image/svg+xml",
  ".ts": "video/mp2t",
  ".ttml": "application/ttml+xml",
  ".txt": "text/plain; charset=utf-8",
  ".vtt": "text/vtt; charset=utf-8",
  ".wasm": "application/wasm",
  ".webm": "video/webm",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".xml": "application/xml",
};
const DEFAULT_CONTENT_TYPE = "application/octet-stream";

/**
 * Packages and dot files, and links to them, are never served.
 *
 * @throws RequestError `NOT_FOUND`, `FORBIDDEN`; MediaError `MEDIA_READ`
 */
export function serveFile(
  request: HttpRequest,
  app: App,
  name: string,
): Response | Promise<Response> {
  if (isHidden(name)) throw hiddenFile(name);
  return andThen(
    app.root.resolve(name),
    (file) => serveResolved(request, app, { name, file }),
  );
}

interface NamedFile {
  readonly name: string;
  readonly file: StoredFile;
}

function serveResolved(
  request: HttpRequest,
  app: App,
  { name, file }: NamedFile,
): Response | Promise<Response> {
  if (isHidden(file.path)) throw hiddenFile(name);
  if (file.kind !== "file") {
    throw new RequestError("NOT_FOUND", `Cannot find a file '${name}': it is a directory`);
  }
  const resource = describeResource(name, file);
  return app.responder.respond(request, resource, (range) => {
    return andThen(
      app.root.storage.open(file.path, name),
      (source) => createBody(request, app, { name, resource, source, range }),
    );
  });
}

function createBody(
  request: HttpRequest,
  app: App,
  { name, resource: { type, etag, size }, source, range: { start, end } }: {
    name: string;
    resource: Resource;
    source: Source;
    range: HttpRange;
  },
): Body | Promise<Body> {
  const whole = { type, header: new Uint8Array(0), ranges: [{ source, offset: 0, size }] };
  return app.bodies.create({
    plan: slicePlan(whole, start, end),
    file: name,
    etag,
    start,
    release: () => source.close(),
    onError: (error) => app.report(name, error),
    request,
  });
}

function describeResource(name: string, { size, modifiedAtMs = 0 }: StoredFile): Resource {
  return {
    type: CONTENT_TYPES[extname(name).toLowerCase()] ?? DEFAULT_CONTENT_TYPE,
    etag: `"${size.toString(36)}-${modifiedAtMs.toString(36)}"`,
    size,
    caching: REVALIDATED,
    lastModified: new Date(modifiedAtMs).toUTCString(),
  };
}

/** Reveals nothing about whether the file exists. */
function hiddenFile(name: string): RequestError {
  if (!isPackage(name) || hasDotName(name)) return notFound(`'${name}'`);
  const manifest = manifestUrl(name, "mpd");
  return new RequestError("NOT_FOUND", `Cannot serve '${name}': play a package as ${manifest}`);
}
