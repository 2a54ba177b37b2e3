/** What of a title a manifest shows, as the query of its URL says. */

import type { Presentation } from "../presentation/presentation.ts";
import { select } from "../selection/select.ts";
import { readManifestQuery } from "./manifest_query.ts";
import type { BuiltResource, HttpRequest } from "../http/response.ts";
import type { App } from "./app.ts";
import type { Asset } from "../library/asset.ts";

/** A request for something of a title that is in use. */
export interface RequestContext {
  readonly request: HttpRequest;
  readonly app: App;
  readonly asset: Asset;
}

export interface SelectedPresentation {
  readonly presentation: Presentation;
  /** What was built under this key of what is seen here; else it is built now. */
  cached(key: string, build: () => BuiltResource): BuiltResource;
}

/** @throws RequestError `BAD_REQUEST` when the query can't be read, or leaves nothing */
export function selectForRequest(visit: RequestContext): SelectedPresentation {
  const { request, app: { library, forwarded }, asset } = visit;
  const wish = readManifestQuery(request.rawQuery ?? "", forwarded);
  if (!wish) return wholePresentation(visit);
  const presentation = select(asset.presentation, wish);
  const { mediaQuery, playlistQuery } = wish;
  if (mediaQuery !== "") return { presentation, cached: (_, build) => build() }; // each viewer has a token of their own
  const selected = (key: string) => `${key}${playlistQuery}`;
  return {
    presentation,
    cached: cachedBy(
      (key) => asset.selected(selected(key)),
      (key, built) => library.keepSelected(asset, selected(key), built),
    ),
  };
}

/** All of it, whatever the query says. */
export function wholePresentation(
  { app: { library }, asset }: RequestContext,
): SelectedPresentation {
  return {
    presentation: asset.presentation,
    cached: cachedBy(
      (key) => asset.built.get(key),
      (key, built) => library.keep(asset, key, built),
    ),
  };
}

function cachedBy(
  find: (key: string) => BuiltResource | undefined,
  keep: (key: string, built: BuiltResource) => void,
): SelectedPresentation["cached"] {
  return (key, build) => {
    const known = find(key);
    if (known) return known;
    const built = build();
    keep(key, built);
    return built;
  };
}
