/** What people, and scripts, get to see of what lies in the root: pages and `about.json`. */

import { RequestError } from "../errors.ts";
import { buildInfo } from "../info/info.ts";
import { isMediaFile, isPackage } from "../url/path.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { infoUrl } from "../info/routes.ts";
import { manifestUrl } from "./routes.ts";
import { gzipResource, respondWithBytes, wantsGzip, withEtag } from "../http/compression.ts";
import type { ListingQuery } from "../library/directory_listing.ts";
import { wantsPage } from "./ui_assets.ts";
import type { HttpRequest } from "../http/request.ts";
import { REVALIDATED } from "../http/resource.ts";
import type { ResolvedFile } from "../library/document_root.ts";
import type { App, Browsing } from "./app.ts";
import { serveManifest } from "./media_handler.ts";
import type { RequestContext } from "./request_context.ts";

const JSON_TYPE = "application/json";

/** Entries of a listing, where the client doesn't say, and at most. */
const LIMIT = { usual: 50, most: 200 };

/** @throws RequestError `NOT_FOUND` where it is turned off */
export function requireBrowsing({ browsing }: App): Browsing {
  if (browsing) return browsing;
  throw new RequestError(
    "NOT_FOUND",
    "Cannot show what is here: pages and listings are turned off",
  );
}

/**
 * The page of a folder, a package or a bare file, for browsers.
 *
 * @throws RequestError `NOT_FOUND` where there is no such thing; `FORBIDDEN`
 */
export async function servePage(request: HttpRequest, app: App, file: string): Promise<Response> {
  if (!app.browsing || !wantsPage(request)) return respondWithoutPage(request, app, file);
  const { info } = await app.root.resolve(file);
  if (!info.isDirectory && !isAssetName(file)) {
    throw new RequestError("NOT_FOUND", `Cannot find a folder '${file}'`);
  }
  return await app.browsing.pages.servePage(request, info.isDirectory ? "directory" : "asset");
}

/** Where to go instead. The same URL has another answer for a browser: caches are told. */
function respondWithoutPage(
  request: HttpRequest,
  { browsing, responder }: App,
  file: string,
): Response {
  const where = isAssetName(file)
    ? `a page of '${file}': it plays at ${manifestUrl(file, "mpd")}`
    : `'/${file}': a package in it would play at ${
      manifestUrl(`${file && `${file}/`}video.json`, "mpd")
    }`;
  const also = browsing ? `, what it holds is at ${infoUrl(file)}` : "";
  const error = new RequestError("NOT_FOUND", `Cannot find ${where}${also}`);
  const response = responder.respondWithError(request, error);
  if (browsing) response.headers.append("vary", "Accept");
  return response;
}

function isAssetName(file: string): boolean {
  return isPackage(file) || isMediaFile(file);
}

/**
 * Sends a browser from a folder or a package to its page; undefined: it is neither. Relative, as a proxy may have put us
 * anywhere.
 */
export async function redirectToSlash(
  request: HttpRequest,
  app: App,
  file: string,
): Promise<Response | undefined> {
  if (!app.browsing || !wantsPage(request)) return undefined;
  const found = await findOr(app, file);
  if (!found?.info.isDirectory && !(found && isPackage(file))) return undefined;
  const name = encodeURIComponent(file.slice(file.lastIndexOf("/") + 1));
  const location = `./${name}/${request.rawQuery ? `?${request.rawQuery}` : ""}`;
  const headers = { location, "cache-control": REVALIDATED, vary: "Accept" };
  return new Response(null, { status: 302, headers });
}

/** A file, or a folder, of that name is there. */
export async function exists(app: App, file: string): Promise<boolean> {
  return await findOr(app, file) !== undefined;
}

async function findOr({ root }: App, file: string): Promise<ResolvedFile | undefined> {
  try {
    return await root.resolve(file);
  } catch (error) {
    if (error instanceof RequestError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

/** What a asset holds, as JSON: built and kept as a manifest is. It is of the whole, whatever the query selects. */
export function serveInfo({ request, app, asset }: RequestContext): Response | Promise<Response> {
  requireBrowsing(app);
  const build = (presentation: Presentation) => buildInfo(presentation, asset.file);
  const whole = { request: { ...request, rawQuery: "" }, app, asset };
  return serveManifest(whole, "about", { type: JSON_TYPE, build });
}

/**
 * What a folder holds, as JSON.
 *
 * @param folder relative to the root
 * @throws RequestError `BAD_REQUEST` for a query that can't be understood; as `Listings.page`
 */
export async function serveListing(
  request: HttpRequest,
  app: App,
  { folder, found }: { folder: string; found: ResolvedFile },
): Promise<Response> {
  const listing = await requireBrowsing(app).listings.getPage(
    folder,
    found,
    parseListingQuery(request.rawQuery ?? ""),
  );
  const bytes = new TextEncoder().encode(JSON.stringify(listing));
  const plain = withEtag(bytes, { type: JSON_TYPE, caching: REVALIDATED });
  return await respondWithBytes(
    request,
    app.responder,
    wantsGzip(request) ? gzipResource(plain) : plain,
  );
}

/** `after` and `limit`; other keys are nobody's business. */
function parseListingQuery(query: string): ListingQuery {
  const values = new URLSearchParams(query);
  const [after, limit] = [values.get("after"), values.get("limit")];
  return { limit: limit === null ? LIMIT.usual : parseLimit(limit), ...after && { after } };
}

function parseLimit(typed: string): number {
  const limit = Number(typed);
  if (/^[0-9]{1,3}$/.test(typed) && limit >= 1 && limit <= LIMIT.most) return limit;
  const shown = JSON.stringify(typed.slice(0, 20));
  throw new RequestError(
    "BAD_REQUEST",
    `Cannot list ${shown} entries: 1 to ${LIMIT.most} are a page`,
  );
}
