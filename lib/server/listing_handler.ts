/** Serves `about.json` of directories. */

import type { AccessControl } from "../access/access_control.ts";
import { RequestError } from "../errors.ts";
import { gzipResource, wantsGzip, withEtag } from "../http/compression.ts";
import type { HttpRequest } from "../http/request.ts";
import { REVALIDATED, toPrivateCaching } from "../http/resource.ts";
import { joinPath } from "../library/directory.ts";
import type { ListingQuery } from "../library/directory_listing.ts";
import { andThen } from "../maybe_async.ts";
import { isMediaFile, isPackage } from "../url/path.ts";
import type { StoredFile } from "../storage/storage.ts";
import type { App } from "./app.ts";
import { requireBrowsing, requireStorage } from "./browse_handler.ts";
import { JSON_TYPE } from "./manifest_table.ts";

const DEFAULT_PAGE_ENTRIES = 50;
const MAX_PAGE_ENTRIES = 200;

/** @throws RequestError `BAD_REQUEST` for an invalid query, and as `DirectoryListings.getPage` */
export async function serveListing(
  request: HttpRequest,
  app: App,
  { file, resolved }: { file: string; resolved: StoredFile },
): Promise<Response> {
  if (file === "") await requireStorage(app);
  const query = parseListingQuery(request.rawQuery ?? "");
  const listing = await requireBrowsing(app).listings.getPage(file, resolved, {
    ...query,
    ...app.access && { canSee: createEntryFilter(request, app.access, file) },
  });
  const bytes = new TextEncoder().encode(JSON.stringify(listing));
  const plain = withEtag(bytes, {
    file,
    type: JSON_TYPE,
    caching: app.access ? toPrivateCaching(REVALIDATED) : REVALIDATED, // depends on the token
  });
  const resource = wantsGzip(request) ? gzipResource(plain) : plain;
  return await app.responder.respond(request, resource);
}

/** Hides entries that need a token which the request does not have. An asset is at its own path and below it. */
function createEntryFilter(
  request: HttpRequest,
  access: AccessControl,
  directory: string,
): NonNullable<ListingQuery["canSee"]> {
  return ({ name, isDirectory }) => {
    const path = `/${joinPath(directory, name)}`;
    const canSee = (path: string) => access.canSee(request, path);
    if (isDirectory || isPackage(name)) return canSee(`${path}/`);
    return andThen(canSee(path), (found) => found || isMediaFile(name) && canSee(`${path}/`));
  };
}

function parseListingQuery(query: string): ListingQuery {
  const values = new URLSearchParams(query);
  const [after, limit] = [values.get("after"), values.get("limit")];
  return {
    limit: limit === null ? DEFAULT_PAGE_ENTRIES : parseLimit(limit),
    ...after && { after },
  };
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (/^[0-9]{1,3}$/.test(text) && limit >= 1 && limit <= MAX_PAGE_ENTRIES) return limit;
  throw new RequestError(
    "BAD_REQUEST",
    `Cannot use limit=${JSON.stringify(text.slice(0, 20))}, expected 1 to ${MAX_PAGE_ENTRIES}`,
  );
}
