/** Caches manifests with the asset or channel that they describe. */

import { gzipResource, wantsGzip } from "../http/compression.ts";
import type { HttpRequest } from "../http/request.ts";
import { type Bytes, type Resource, SECRET } from "../http/resource.ts";
import type { Asset } from "../library/asset.ts";
import type { Channel } from "../library/channel.ts";
import type { SelectionQuery } from "../selection/select.ts";
import { containsToken, getForwardedNames } from "./access_handler.ts";
import type { App } from "./app.ts";
import { CATEGORIES } from "./category.ts";
import { readManifestQuery } from "./manifest_query.ts";
import type { ManifestRoute, PlaylistRoute } from "./routes.ts";

interface CacheContext {
  readonly request: HttpRequest;
  readonly app: App;
  readonly opened: Asset | Channel;
}

export interface Manifest {
  readonly route: ManifestRoute | PlaylistRoute;
  readonly query: SelectionQuery | undefined;
  readonly key: string;
}

/** @throws RequestError `BAD_REQUEST` for an invalid query */
export function readManifest(
  { request, app }: Pick<CacheContext, "request" | "app">,
  route: ManifestRoute | PlaylistRoute,
): Manifest {
  request.category = CATEGORIES[route.kind]; // of the multivariant playlist, if no rendition has its name
  if (route.kind === "presentationInfo") {
    return { route, query: undefined, key: route.kind };
  }
  const query = readManifestQuery(request.rawQuery ?? "", getForwardedNames(request, app));
  const kind = "rendition" in route ? `${route.kind} ${route.rendition}` : route.kind;
  return { route, query, key: query ? `${kind}${query.playlistQuery}` : kind };
}

/** Builds a manifest unless it is cached, and compresses it for clients that accept that. */
export function resolveCachedManifest(
  context: CacheContext,
  manifest: Manifest,
  build: (manifest: Manifest) => Resource<Bytes>,
): Resource<Bytes> {
  const { request, app } = context;
  const cached = getCached(context, manifest);
  const plain = cached ?? addManifest(context, manifest, build(manifest));
  recordLookup(request, app, cached !== undefined);
  if (!wantsGzip(request)) return plain;
  const gzipped = { ...manifest, key: `${manifest.key} gzip` };
  return getCached(context, gzipped) ?? add(context, gzipped, gzipResource(plain));
}

export function recordLookup(
  request: HttpRequest,
  { manifestLookups }: App,
  found: boolean,
): void {
  request.cache = found ? "hit" : "miss";
  manifestLookups.add(found);
}

function addManifest(
  context: CacheContext,
  manifest: Manifest,
  resource: Resource<Bytes>,
): Resource<Bytes> {
  const { query } = manifest;
  const isSecret = query !== undefined && containsToken(query.mediaQuery, context.app);
  return add(context, manifest, isSecret ? { ...resource, caching: SECRET } : resource);
}

function getCached(
  { opened: { resources } }: CacheContext,
  { query, key }: Manifest,
): Resource<Bytes> | undefined {
  return query ? resources.getSelected(key) : resources.getManifest(key);
}

/** Caches nothing where the query has parameters for media, which differ per client: for example its token. */
function add(
  { app, opened }: CacheContext,
  { query, key }: Manifest,
  resource: Resource<Bytes>,
): Resource<Bytes> {
  if (query && query.mediaQuery !== "") return resource;
  if (query) opened.resources.addSelected(key, resource);
  else opened.resources.addManifest(key, resource);
  app.library.updateCachedSize(opened);
  return resource;
}
