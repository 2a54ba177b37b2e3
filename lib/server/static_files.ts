/** Serves files as they are. */

import { createHash } from "node:crypto";
import { extname } from "@std/path";
import { RequestError } from "../errors.ts";
import { andThen, isPending } from "../maybe_async.ts";
import { resolveIfAccessible } from "../library/document_root.ts";
import { isHidden, isPackage } from "../url/path.ts";
import { notFound } from "./not_found.ts";
import { manifestUrl } from "./routes.ts";
import { needsBody } from "../http/conditional.ts";
import type { HttpRequest } from "../http/request.ts";
import { type Resource, REVALIDATED } from "../http/resource.ts";
import type { StoredFile } from "../storage/storage.ts";
import type { App } from "./app.ts";
import type { SharedSource } from "./shared_sources.ts";

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
/** Documents that run scripts of their own (HTML §7.5, SVG 2 §15). */
const SCRIPTABLE = new Set([".htm", ".html", ".svg", ".xml"]);

/** Runs no script, and gives the document an origin of its own (Content Security Policy Level 3 §6.3.2). */
const SANDBOX = { "content-security-policy": "sandbox" };

const DEFAULT_CONTENT_TYPE = "application/octet-stream";

const NO_BYTES = new Uint8Array(0);

/**
 * Packages and dot files, and links to them, are never served; with `--packages-only` no file is.
 *
 * @throws RequestError `NOT_FOUND`, `FORBIDDEN`; MediaError `MEDIA_READ`
 */
export function serveFile(
  request: HttpRequest,
  app: App,
  name: string,
): Response | Promise<Response> {
  if (isHidden(name) || app.packagesOnly) return rejectHidden(app, name);
  return andThen(
    app.root.resolve(name),
    (file) => serveResolved(request, app, { name, file }),
  );
}

export interface NamedFile {
  readonly name: string;
  readonly file: StoredFile;
}

function serveResolved(
  request: HttpRequest,
  app: App,
  { name, file }: NamedFile,
): Response | Promise<Response> {
  if (isHidden(file.path)) throw notFound(`'${name}'`);
  if (file.kind !== "file") {
    throw new RequestError("NOT_FOUND", `Cannot find a file '${name}': it is a directory`);
  }
  const resource = describeFile(app, name, file);
  if (!needsBody(request, resource)) return app.responder.respond(request, resource);
  return andThen(
    openShared(app, { name, file }),
    (shared) => respondFromSource(request, app, { resource, shared }),
  );
}

/** @throws MediaError, RequestError as `Storage.open()` */
export function openShared(
  { root, staticSources }: App,
  { name, file }: NamedFile,
): SharedSource | Promise<SharedSource> {
  return staticSources.open(
    file.fingerprint,
    () => root.storage.open(file.path, name, { resolved: file }),
  );
}

/** The resource has no body before the file is open. */
export type FileResource = Resource & { readonly size: number };

function describeFile({ sandboxFiles }: App, name: string, file: StoredFile): FileResource {
  const extension = extname(name).toLowerCase();
  const type = CONTENT_TYPES[extension] ?? DEFAULT_CONTENT_TYPE;
  return {
    ...toFileResource({ name, file }, type),
    ...sandboxFiles && SCRIPTABLE.has(extension) && { headers: SANDBOX },
  };
}

export function toFileResource({ name, file }: NamedFile, type: string): FileResource {
  const { size, modifiedAtMs } = file;
  return {
    file: name,
    type,
    etag: buildEtag(file),
    size,
    caching: REVALIDATED,
    ...modifiedAtMs !== undefined && { lastModified: new Date(modifiedAtMs).toUTCString() },
    body: NO_BYTES,
  };
}

function buildEtag({ size, modifiedAtMs = 0, contentTag }: StoredFile): string {
  if (contentTag === undefined) return `"${size.toString(36)}-${modifiedAtMs.toString(36)}"`;
  const digest = createHash("sha256").update(contentTag).digest("base64url").slice(0, 22);
  return `"${digest}"`;
}

/** Disposes of `shared` when the response has been sent. */
export function respondFromSource(
  request: HttpRequest,
  app: App,
  { resource, shared }: { resource: FileResource; shared: SharedSource },
): Response | Promise<Response> {
  using open = shared;
  const { source } = shared;
  const { type, size } = resource;
  const body = { type, header: NO_BYTES, ranges: [{ source, offset: 0, size }] };
  const hold = () => open.hold();
  const response = app.responder.respond(request, { ...resource, body, hold });
  if (!isPending(response)) return response;
  const held = open.hold();
  return response.finally(() => held[Symbol.dispose]());
}

/** @throws RequestError `NOT_FOUND`, with the URL of the manifest where there is a package */
async function rejectHidden({ root }: App, name: string): Promise<never> {
  const file = isPackage(name) && await resolveIfAccessible(root, name);
  if (!file || file.kind !== "file") throw notFound(`'${name}'`);
  const manifest = manifestUrl(name, "mpd");
  throw new RequestError("NOT_FOUND", `Cannot serve '${name}': play a package as ${manifest}`);
}
