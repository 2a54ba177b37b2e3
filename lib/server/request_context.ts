import type { Presentation } from "../presentation/presentation.ts";
import { select } from "../selection/select.ts";
import type { HttpRequest } from "../http/request.ts";
import type { BytesResource } from "../http/resource.ts";
import type { Asset } from "../library/asset.ts";
import type { App } from "./app.ts";
import { readManifestQuery } from "./manifest_query.ts";

export interface RequestContext {
  readonly request: HttpRequest;
  readonly app: App;
  readonly asset: Asset;
}

export interface SelectedPresentation {
  readonly presentation: Presentation;
  cached(key: string, build: () => BytesResource): BytesResource;
}

/** @throws RequestError `BAD_REQUEST` if the query is invalid or selects nothing */
export function selectForRequest(context: RequestContext): SelectedPresentation {
  const { request, app: { library, forwardedParameters }, asset } = context;
  const query = readManifestQuery(request.rawQuery ?? "", forwardedParameters);
  if (!query) return selectWhole(context);
  const presentation = select(asset.presentation, query);
  const { mediaQuery, playlistQuery } = query;
  if (mediaQuery !== "") return { presentation, cached: (_, build) => build() }; // for example a client's token
  const toKey = (key: string) => `${key}${playlistQuery}`;
  return {
    presentation,
    cached: createCached(
      (key) => asset.getSelected(toKey(key)),
      (key, resource) => library.cacheSelected(asset, toKey(key), resource),
    ),
  };
}

export function selectWhole(
  { app: { library }, asset }: RequestContext,
): SelectedPresentation {
  return {
    presentation: asset.presentation,
    cached: createCached(
      (key) => asset.resources.get(key),
      (key, resource) => library.cacheResource(asset, key, resource),
    ),
  };
}

function createCached(
  get: (key: string) => BytesResource | undefined,
  set: (key: string, resource: BytesResource) => void,
): SelectedPresentation["cached"] {
  return (key, build) => {
    const cached = get(key);
    if (cached) return cached;
    const resource = build();
    set(key, resource);
    return resource;
  };
}
