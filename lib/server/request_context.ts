/** What of a asset a manifest shows, as the query of its URL says. */

import type { Presentation } from "../presentation/presentation.ts";
import { select } from "../selection/select.ts";
import { readManifestQuery } from "./manifest_query.ts";
import type { BytesResource } from "../http/resource.ts";
import type { HttpRequest } from "../http/request.ts";
import type { App } from "./app.ts";
import type { Asset } from "../library/asset.ts";

/** A request for something of a asset that is in use. */
export interface RequestContext {
  readonly request: HttpRequest;
  readonly app: App;
  readonly asset: Asset;
}

export interface SelectedPresentation {
  readonly presentation: Presentation;
  /** What was built under this key of what is seen here; else it is built now. */
  cached(key: string, build: () => BytesResource): BytesResource;
}

/** @throws RequestError `BAD_REQUEST` when the query can't be read, or leaves nothing */
export function selectForRequest(context: RequestContext): SelectedPresentation {
  const { request, app: { library, forwardedParameters }, asset } = context;
  const query = readManifestQuery(request.rawQuery ?? "", forwardedParameters);
  if (!query) return wholePresentation(context);
  const presentation = select(asset.presentation, query);
  const { mediaQuery, playlistQuery } = query;
  if (mediaQuery !== "") return { presentation, cached: (_, build) => build() }; // each viewer has a token of their own
  const selected = (key: string) => `${key}${playlistQuery}`;
  return {
    presentation,
    cached: createCached(
      (key) => asset.getSelected(selected(key)),
      (key, built) => library.cacheSelected(asset, selected(key), built),
    ),
  };
}

/** All of it, whatever the query says. */
export function wholePresentation(
  { app: { library }, asset }: RequestContext,
): SelectedPresentation {
  return {
    presentation: asset.presentation,
    cached: createCached(
      (key) => asset.resources.get(key),
      (key, built) => library.cacheResource(asset, key, built),
    ),
  };
}

function createCached(
  find: (key: string) => BytesResource | undefined,
  keep: (key: string, built: BytesResource) => void,
): SelectedPresentation["cached"] {
  return (key, build) => {
    const known = find(key);
    if (known) return known;
    const built = build();
    keep(key, built);
    return built;
  };
}
