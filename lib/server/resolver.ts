import type { Resource, ResourceBody } from "../http/resource.ts";
import type { Asset } from "../library/asset.ts";
import type { SelectionQuery } from "../selection/select.ts";

/** The part of an asset that decides its resources. */
export type ResolvableAsset =
  & Pick<Asset, "presentation" | "derived">
  & Partial<Pick<Asset, "downloads">>;

/**
 * Resolves routes of one kind, without I/O.
 *
 * @throws RequestError `NOT_FOUND` if the asset has no such resource, `BAD_REQUEST` for a query that selects nothing
 */
export type Resolver<Route, Body extends ResourceBody = ResourceBody> = (
  asset: ResolvableAsset,
  route: Route,
  query?: SelectionQuery,
) => Resource<Body>;
