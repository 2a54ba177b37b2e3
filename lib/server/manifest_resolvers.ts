/** Resolves manifests: texts that are built of a presentation, or of what a query selects of it. */

import { withEtag } from "../http/compression.ts";
import { type Bytes, REVALIDATED } from "../http/resource.ts";
import type { Presentation, Rendition } from "../presentation/presentation.ts";
import {
  explainUnsupportedFormat,
  type ProtectedFormat,
} from "../presentation/segment_protection.ts";
import { checkForwardedQuery, select, type SelectionQuery } from "../selection/select.ts";
import { notFound, unsupportedByRendition } from "./not_found.ts";
import type { ResolvableAsset, Resolver } from "./resolver.ts";
import type { ManifestRoute, PlaylistRoute } from "./routes.ts";

export type ManifestResolver = Resolver<ManifestRoute, Bytes>;

export type PlaylistResolver = Resolver<PlaylistRoute, Bytes>;

/**
 * @param build throws RequestError if nothing can be played; the asset has what is derived of its whole presentation
 * @param format set if it may not support the protection of a presentation
 */
export function manifest(
  type: string,
  build: (presentation: Presentation, asset: ResolvableAsset) => string,
  format: ProtectedFormat = "cmaf",
): ManifestResolver {
  return (asset, { file }, query) => {
    const why = explainUnsupportedFormat(asset.presentation, format);
    if (why !== undefined) throw notFound(`a manifest of '${file}': ${why}`);
    const text = build(selectFrom(asset.presentation, query), asset);
    return withEtag(new TextEncoder().encode(text), { file, type, caching: REVALIDATED });
  };
}

/** @param build returns undefined if the presentation has none, which `what` names in the error */
export function description(
  type: string,
  what: string,
  build: (presentation: Presentation) => string | undefined,
): ManifestResolver {
  return ({ presentation }, { file }, query) => {
    const text = build(selectFrom(presentation, query));
    if (text === undefined) throw notFound(`${what} of '${file}'`);
    return withEtag(new TextEncoder().encode(text), { file, type, caching: REVALIDATED });
  };
}

/**
 * @param what for the error
 * @param build returns undefined if the rendition has no such playlist
 */
export function playlist(
  type: string,
  what: string,
  build: (presentation: Presentation, rendition: Rendition) => string | undefined,
): PlaylistResolver {
  return ({ presentation: whole }, { file, rendition: name }, query) => {
    const presentation = selectFrom(whole, query);
    const rendition = presentation.renditions.get(name);
    if (!rendition) {
      getRendition(whole, file, name);
      throw notFound(`a rendition '${name}' of '${file}' that the query selects`);
    }
    checkForwardedQuery(presentation, rendition);
    const text = build(presentation, rendition);
    if (text === undefined) throw unsupportedByRendition(rendition, what);
    return withEtag(new TextEncoder().encode(text), { file, type, caching: REVALIDATED });
  };
}

function selectFrom(presentation: Presentation, query: SelectionQuery | undefined): Presentation {
  return query ? select(presentation, query) : presentation;
}

/** @throws RequestError `NOT_FOUND` */
export function getRendition(
  { renditions }: Presentation,
  file: string,
  name: string,
): Rendition {
  const rendition = renditions.get(name);
  if (!rendition) throw notFound(`a rendition '${name}' of '${file}'`);
  return rendition;
}
