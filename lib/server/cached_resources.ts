/** Resolves resources of an asset, from its caches where possible. */

import type { HttpRequest } from "../http/request.ts";
import type { Bytes, Resource } from "../http/resource.ts";
import type { Asset } from "../library/asset.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import type { App } from "./app.ts";
import { getSegmentCategory } from "./category.ts";
import { readManifest, recordLookup, resolveCachedManifest } from "./manifest_cache.ts";
import { MANIFEST_WARNINGS } from "./manifest_table.ts";
import { toEtag } from "./media_resolvers.ts";
import { requireCurrentVersion, resolve, toManifestRoute } from "./resolve.ts";
import type {
  AssetRoute,
  ManifestRoute,
  PlaylistRoute,
  SegmentRoute,
  VersionedRoute,
} from "./routes.ts";

export interface RequestContext {
  readonly request: HttpRequest;
  readonly app: App;
  readonly asset: Asset;
}

/**
 * Caches manifests, init segments and plans with the asset, and segments that are read with the app. Returns a promise while
 * a segment is read from slow storage.
 *
 * @throws as `resolve()`; RequestError `BAD_REQUEST` for an invalid query
 */
export function resolveCached(
  context: RequestContext,
  route: AssetRoute,
): Resource | Promise<Resource> {
  if (!("version" in route)) {
    return resolveManifest(context, toManifestRoute(context.asset, route));
  }
  requireCurrentVersion(context.asset, route);
  return "time" in route ? resolveSegment(context, route) : resolveBytes(context, route);
}

function resolveSegment(
  context: RequestContext,
  route: SegmentRoute,
): Resource | Promise<Resource> {
  const { asset } = context;
  const key = toMediaKey(route);
  const hot = getHotSegment(context, route, key);
  if (hot) return hot;
  let resource = asset.resources.getPlan(key);
  if (!resource) {
    resource = { ...resolve(asset, route), hold: asset.hold };
    asset.resources.addPlan(key, resource);
  }
  return readSegment(context, { route, key }, resource);
}

/** Returns a segment that was read before. */
export function getHotSegment(
  { request, app }: Pick<RequestContext, "request" | "app">,
  { kind }: SegmentRoute,
  key: string,
): Resource<Bytes> | undefined {
  const hot = app.hot.get(key);
  if (!hot) return undefined;
  request.category = getSegmentCategory(kind, hot.type);
  request.cache = "hit";
  return hot;
}

/** Reads a segment where it may be requested again. */
export function readSegment(
  { request, app }: Pick<RequestContext, "request" | "app">,
  { route, key }: { readonly route: SegmentRoute; readonly key: string },
  planned: Resource<SegmentPlan>,
): Resource | Promise<Resource> {
  request.category = getSegmentCategory(route.kind, planned.type);
  request.cache = "miss";
  return app.hot.read(request, planned, key);
}

function resolveBytes(
  { request, app, asset }: RequestContext,
  route: Exclude<VersionedRoute, SegmentRoute>,
): Resource<Bytes> {
  const key = toMediaKey(route);
  const cached = asset.resources.getInit(key);
  const resource = cached ?? resolve(asset, route);
  recordLookup(request, app, cached !== undefined);
  if (cached) return cached;
  asset.resources.addInit(key, resource);
  app.library.updateCachedSize(asset);
  return resource;
}

/** The ETag does not contain the extension of packed audio, although each rendition has a single one. */
export function toMediaKey(route: VersionedRoute): string {
  const extension = "extension" in route ? route.extension : "";
  return `${route.file} ${toEtag(route)}${extension}`;
}

function resolveManifest(
  { request, app, asset }: RequestContext,
  route: ManifestRoute | PlaylistRoute,
): Resource {
  const context = { request, app, opened: asset };
  return resolveCachedManifest(context, readManifest(context, route), ({ route, query }) => {
    const resource = resolve(asset, route, query);
    const warning = query ? "" : MANIFEST_WARNINGS[route.kind]?.(asset.presentation);
    if (warning) app.report(asset.file, warning);
    return resource;
  });
}
