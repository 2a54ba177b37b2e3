/** Resolves resources of an asset: a table by kind of route. */

import { isMultivariantName } from "../hls/routes.ts";
import type { Bytes, Resource } from "../http/resource.ts";
import type { Asset } from "../library/asset.ts";
import type { SelectionQuery } from "../selection/select.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { MANIFESTS } from "./manifest_table.ts";
import { MEDIA } from "./media_table.ts";
import { notFound } from "./not_found.ts";
import type { ResolvableAsset, Resolver } from "./resolver.ts";
import type {
  AssetRoute,
  ManifestRoute,
  PlaylistRoute,
  SegmentRoute,
  VersionedRoute,
} from "./routes.ts";

const RESOLVERS = { ...MANIFESTS, ...MEDIA } satisfies Record<AssetRoute["kind"], Resolver<never>>;

/**
 * Reads nothing: segments are plans.
 *
 * @param query affects manifests only
 * @throws RequestError `NOT_FOUND`, `BAD_REQUEST` if the query selects nothing
 */
export function resolve(
  asset: ResolvableAsset,
  route: SegmentRoute,
): Resource<SegmentPlan>;
export function resolve(
  asset: ResolvableAsset,
  route: Exclude<AssetRoute, SegmentRoute>,
  query?: SelectionQuery,
): Resource<Bytes>;
export function resolve(
  asset: ResolvableAsset,
  route: AssetRoute,
  query?: SelectionQuery,
): Resource {
  if ("version" in route) requireCurrentVersion(asset, route);
  const resolver: Resolver<never> = RESOLVERS[route.kind];
  return (resolver as Resolver<AssetRoute>)(asset, route, query); // each row takes routes of its kind
}

/** `NAME.m3u8` is the multivariant playlist if the asset has no rendition NAME, whatever a query selects. */
export function toManifestRoute(
  { presentation: { renditions } }: Pick<Asset, "presentation">,
  route: ManifestRoute | PlaylistRoute,
): ManifestRoute | PlaylistRoute {
  if (route.kind !== "media" || renditions.has(route.rendition)) return route;
  return isMultivariantName(route.rendition) ? { kind: "hls", file: route.file } : route;
}

/** @throws RequestError `NOT_FOUND` */
export function requireCurrentVersion(
  { presentation }: Pick<Asset, "presentation">,
  { file, version }: VersionedRoute,
): void {
  if (version === presentation.version) return;
  throw notFound(
    `version ${version} of '${file}': the current version is ${presentation.version}, see its manifest`,
  );
}
