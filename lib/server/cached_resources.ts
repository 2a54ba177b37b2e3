/** Resolves resources of an asset, from its caches where possible. */

import { gzipResource, wantsGzip } from "../http/compression.ts";
import type { HttpRequest } from "../http/request.ts";
import { type Bytes, type Resource, SECRET } from "../http/resource.ts";
import type { Asset } from "../library/asset.ts";
import type { SelectionQuery } from "../selection/select.ts";
import { containsToken, getForwardedNames } from "./access_handler.ts";
import type { App } from "./app.ts";
import { requireBrowsing } from "./browse_handler.ts";
import { CATEGORIES, getSegmentCategory } from "./category.ts";
import { readManifestQuery } from "./manifest_query.ts";
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
  { request, app, asset }: RequestContext,
  route: SegmentRoute,
): Resource | Promise<Resource> {
  const key = toKey(route);
  const hot = app.hot.get(key);
  if (hot) {
    request.category = getSegmentCategory(route.kind, hot.type);
    request.cache = "hit";
    return hot;
  }
  let resource = asset.resources.getPlan(key);
  if (!resource) {
    resource = { ...resolve(asset, route), hold: asset.hold };
    asset.resources.addPlan(key, resource);
  }
  request.category = getSegmentCategory(route.kind, resource.type);
  request.cache = "miss";
  return app.hot.read(request, resource, key);
}

function resolveBytes(
  { request, app, asset }: RequestContext,
  route: Exclude<VersionedRoute, SegmentRoute>,
): Resource<Bytes> {
  const key = toKey(route);
  const cached = asset.resources.getInit(key);
  const resource = cached ?? resolve(asset, route);
  recordLookup(request, app, cached !== undefined);
  if (cached) return cached;
  asset.resources.addInit(key, resource);
  app.library.updateCachedSize(asset);
  return resource;
}

/** The ETag does not contain the extension of packed audio, although each rendition has a single one. */
function toKey(route: VersionedRoute): string {
  const extension = "extension" in route ? route.extension : "";
  return `${route.file} ${toEtag(route)}${extension}`;
}

function resolveManifest(context: RequestContext, route: ManifestRoute | PlaylistRoute): Resource {
  const { request, app } = context;
  let query: SelectionQuery | undefined;
  if (route.kind === "presentationInfo") requireBrowsing(app);
  else query = readManifestQuery(request.rawQuery ?? "", getForwardedNames(request, app));
  const manifest = { route, query, key: toManifestKey(route, query) };
  request.category = CATEGORIES[route.kind]; // of the multivariant playlist, if no rendition has its name
  const cached = getCached(context, manifest);
  const plain = cached ?? addManifest(context, manifest);
  recordLookup(request, app, cached !== undefined);
  if (!wantsGzip(request)) return plain;
  const gzipped = { ...manifest, key: `${manifest.key} gzip` };
  return getCached(context, gzipped) ?? add(context, gzipped, gzipResource(plain));
}

function recordLookup(request: HttpRequest, { manifestLookups }: App, found: boolean): void {
  request.cache = found ? "hit" : "miss";
  manifestLookups.add(found);
}

interface Manifest {
  readonly route: ManifestRoute | PlaylistRoute;
  readonly query: SelectionQuery | undefined;
  readonly key: string;
}

function toManifestKey(
  route: ManifestRoute | PlaylistRoute,
  query: SelectionQuery | undefined,
): string {
  const kind = "rendition" in route ? `${route.kind} ${route.rendition}` : route.kind;
  return query ? `${kind}${query.playlistQuery}` : kind;
}

function addManifest(context: RequestContext, manifest: Manifest): Resource<Bytes> {
  const { app, asset } = context;
  const { route, query } = manifest;
  const resolved = resolve(asset, route, query);
  const isSecret = query !== undefined && containsToken(query.mediaQuery, app);
  const resource = isSecret ? { ...resolved, caching: SECRET } : resolved;
  const warning = query ? "" : MANIFEST_WARNINGS[route.kind]?.(asset.presentation);
  if (warning) app.report(asset.file, warning);
  return add(context, manifest, resource);
}

function getCached(
  { asset: { resources } }: RequestContext,
  { query, key }: Manifest,
): Resource<Bytes> | undefined {
  return query ? resources.getSelected(key) : resources.getManifest(key);
}

/** Caches nothing where the query has parameters for media, which differ per client: for example its token. */
function add(
  { app, asset }: RequestContext,
  { query, key }: Manifest,
  resource: Resource<Bytes>,
): Resource<Bytes> {
  if (query && query.mediaQuery !== "") return resource;
  if (query) asset.resources.addSelected(key, resource);
  else asset.resources.addManifest(key, resource);
  app.library.updateCachedSize(asset);
  return resource;
}
