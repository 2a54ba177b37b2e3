/** Serves resources of an open asset. */

import type { Presentation, Rendition } from "../presentation/presentation.ts";
import { checkForwardedQuery } from "../selection/select.ts";
import { serveInfo } from "./info_handler.ts";
import { serveManifest } from "./manifest_handler.ts";
import { HLS_TYPE, MANIFESTS, PLAYLIST_NAMES, PLAYLISTS } from "./manifest_table.ts";
import { notFound, unsupportedByRendition } from "./not_found.ts";
import { getRendition, serveMedia, serveSmoothFragment } from "./rendition_handler.ts";
import type { RequestContext } from "./request_context.ts";
import type { AssetRoute, PlaylistRoute } from "./routes.ts";

export function serveAssetRoute(
  context: RequestContext,
  route: AssetRoute,
): Response | Promise<Response> {
  if ("version" in route) {
    requireCurrentVersion(context, route);
    return route.kind === "fragment"
      ? serveSmoothFragment(context, route)
      : serveMedia(context, route);
  }
  if ("rendition" in route) return servePlaylist(context, route);
  if (route.kind === "presentationInfo") return serveInfo(context);
  return serveManifest(context, route.kind, MANIFESTS[route.kind]);
}

function requireCurrentVersion(
  { asset: { presentation } }: RequestContext,
  { file, version }: { file: string; version: string },
): void {
  if (version === presentation.version) return;
  throw notFound(
    `version ${version} of '${file}': the current version is ${presentation.version}, see its manifest`,
  );
}

function servePlaylist(
  context: RequestContext,
  { kind, file, rendition: name }: PlaylistRoute,
): Response | Promise<Response> {
  return serveManifest(context, `${kind} ${name}`, {
    contentType: HLS_TYPE,
    build(presentation) {
      const rendition = getSelectedRendition(context, presentation, { file, name });
      checkForwardedQuery(presentation, rendition);
      const playlist = PLAYLISTS[kind](presentation, rendition);
      if (playlist === undefined) throw unsupportedByRendition(rendition, PLAYLIST_NAMES[kind]);
      return playlist;
    },
  });
}

/** @throws RequestError also if the query does not select the rendition */
function getSelectedRendition(
  context: RequestContext,
  presentation: Presentation,
  { file, name }: { file: string; name: string },
): Rendition {
  const rendition = presentation.renditions.get(name);
  if (rendition) return rendition;
  getRendition(context, file, name);
  throw notFound(`a rendition '${name}' of '${file}' that the query selects`);
}
