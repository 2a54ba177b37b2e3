/** Serves pages of directories and assets. */

import { RequestError } from "../errors.ts";
import { infoUrl } from "../info/routes.ts";
import { isForeignMedia, isHidden, isMediaFile, isPackage } from "../url/path.ts";
import type { HttpRequest } from "../http/request.ts";
import { isEmbedRequest } from "./embed_query.ts";
import { joinPath } from "../library/directory.ts";
import { resolveIfAccessible, resolveIfExists } from "../library/document_root.ts";
import { storageGone } from "../library/storage_check.ts";
import type { StoredFile } from "../storage/storage.ts";
import { formatRedirectQuery } from "./access_handler.ts";
import type { App, Browsing } from "./app.ts";
import { manifestUrl } from "./routes.ts";
import { notFound } from "./not_found.ts";
import { serveFile } from "./static_files.ts";
import { formatSharingHead } from "./shared_asset.ts";
import { acceptsAnything, wantsPage } from "./ui_assets.ts";

const INDEX_FILE = "index.html";

/** @throws RequestError `NOT_FOUND` with `--no-listing` */
export function requireBrowsing({ browsing }: App): Browsing {
  if (browsing) return browsing;
  throw new RequestError("NOT_FOUND", "Cannot serve pages and listings: they are disabled");
}

/**
 * The directory at which a file system was mounted is empty, and not absent.
 *
 * @throws RequestError `STORAGE_GONE`
 */
export async function requireStorage({ storageCheck }: App): Promise<void> {
  if (await storageCheck.isGone()) throw storageGone();
}

/** @throws RequestError `NOT_FOUND`, `FORBIDDEN`, `STORAGE_GONE`; MediaError `MEDIA_UNSUPPORTED` */
export async function servePage(request: HttpRequest, app: App, file: string): Promise<Response> {
  if (file === "") await requireStorage(app);
  const index = await findIndexFile(request, app, file);
  if (index !== undefined) return await serveFile(request, app, index);
  if (isEmbedRequest(request)) return await serveEmbed(request, app, file);
  if (!app.browsing || !acceptsPage(request, app, file)) {
    return respondWithoutPage(request, app, file);
  }
  const kind = await requirePage(app, file);
  const page = kind === "directory" ? "directory" : "asset";
  const head = page === "asset" ? await formatSharingHead(app, file) : "";
  return await app.responder.respond(request, await app.pages.getPage(request, page, head));
}

/** Programs that look for links to share read the page of an asset, too. */
function acceptsPage(request: HttpRequest, app: App, file: string): boolean {
  return wantsPage(request) ||
    app.publicUrl !== undefined && isAssetName(app, file) && acceptsAnything(request);
}

/** Serves the player alone, to any client. */
async function serveEmbed(request: HttpRequest, app: App, file: string): Promise<Response> {
  const isFile = isAssetName(app, file) && (await app.root.resolve(file)).kind === "file";
  if (!isFile) {
    await rejectForeignMedia(app, file);
    throw notFound(`an asset '${file}' to embed`);
  }
  return await app.responder.respond(request, await app.pages.getPage(request, "embed"));
}

/**
 * Returns the path of `index.html` in a directory, which is served in place of the listing; undefined if there is none, or if the
 * client may not have it under its own path.
 */
async function findIndexFile(
  request: HttpRequest,
  app: App,
  directory: string,
): Promise<string | undefined> {
  if (app.packagesOnly || isAssetName(app, directory)) return undefined;
  const file = joinPath(directory, INDEX_FILE);
  const resolved = await resolveIfAccessible(app.root, file);
  if (resolved?.kind !== "file" || isHidden(resolved.path)) return undefined; // a link to a package
  return await app.access?.canSee(request, `/${file}`) === false ? undefined : file;
}

/**
 * The error names the URLs to use, if they exist. A browser gets a page at this URL, so caches need `Vary`.
 *
 * @throws RequestError `NOT_FOUND`, `FORBIDDEN`
 */
async function respondWithoutPage(
  request: HttpRequest,
  app: App,
  file: string,
): Promise<Response> {
  const { browsing, responder } = app;
  const isAsset = isAssetName(app, file);
  if (browsing || isAsset) await requirePage(app, file);
  const page = `a page '/${file && `${file}/`}'`;
  const play = isAsset ? `play ${manifestUrl(file, "mpd")}` : "";
  const reason = browsing
    ? `${play && `${play}, `}see ${infoUrl(file)}, or request text/html`
    : play || "pages are disabled";
  const error = notFound(`${page}${browsing ? " for this client" : ""}: ${reason}`);
  return responder.respondWithError(request, error, browsing ? { vary: "Accept" } : {});
}

async function requirePage(app: App, file: string): Promise<StoredFile["kind"]> {
  const { kind } = await app.root.resolve(file);
  if (kind === "directory" || isAssetName(app, file)) return kind;
  await rejectForeignMedia(app, file);
  throw new RequestError("NOT_FOUND", `Cannot find a directory '${file}'`);
}

/** @throws MediaError `MEDIA_UNSUPPORTED` for a file in another container than MP4, with the command that converts it */
async function rejectForeignMedia(app: App, file: string): Promise<void> {
  if (!isForeignMedia(file) || app.packagesOnly) return;
  const { kind } = await app.root.resolve(file);
  if (kind === "file") await app.library.open(file); // a directory would be opened, and not closed
}

/** Returns whether a path has the name of an asset that is served, apart from directories. */
export function isAssetName({ packagesOnly }: App, file: string): boolean {
  return isPackage(file) || isMediaFile(file) && !packagesOnly;
}

/**
 * Returns undefined unless a browser requests a directory or package that has a page. A proxy may add a prefix, so the URL is
 * relative.
 */
export async function redirectToSlash(
  request: HttpRequest,
  app: App,
  file: string,
): Promise<Response | undefined> {
  if (!wantsPage(request)) return undefined;
  if (!app.browsing && await findIndexFile(request, app, file) === undefined) return undefined;
  const resolved = await resolveIfExists(app.root, file);
  if (resolved?.kind !== "directory" && !(resolved && isPackage(file))) return undefined;
  const name = encodeURIComponent(file.slice(file.lastIndexOf("/") + 1));
  return app.responder.redirectToPage(request, `./${name}/${formatRedirectQuery(request, app)}`);
}
