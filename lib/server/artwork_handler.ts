/** Serves images of an asset: the poster that its package names, and thumbnails by time. */

import { imageUrl } from "../cmaf/routes.ts";
import { MediaError } from "../errors.ts";
import type { HttpRequest } from "../http/request.ts";
import { REVALIDATED } from "../http/resource.ts";
import { findImageType, IMAGE_SIGNATURE_SIZE, type ImageType } from "../image_type.ts";
import { Asset } from "../library/asset.ts";
import type { Poster } from "../library/package_files.ts";
import { findImage, type TimedImage } from "../presentation/images.ts";
import { readBytes, type Source } from "../storage/source.ts";
import { formatQuery, parseQuery } from "../url/query.ts";
import { getForwardedNames } from "./access_handler.ts";
import type { App } from "./app.ts";
import { resolveWithPages } from "./asset_handler.ts";
import type { RequestContext } from "./cached_resources.ts";
import { readSeconds } from "./manifest_query.ts";
import { notFound } from "./not_found.ts";
import type { ArtworkRoute } from "./routes.ts";
import { openShared, respondFromSource, toFileResource } from "./static_files.ts";

/**
 * Serves the poster, or else redirects to a thumbnail.
 *
 * @throws RequestError `NOT_FOUND` without such an image, `BAD_REQUEST` for an invalid time; and as `Library.open()`
 */
export async function serveArtwork(
  request: HttpRequest,
  app: App,
  { kind, file }: ArtworkRoute,
): Promise<Response> {
  const asset = await app.library.open(file);
  try {
    if (!(asset instanceof Asset)) throw notFound(`an image of '${file}': it is a channel`);
    const { poster, presentation } = asset;
    if (kind === "poster" && poster && presentation.metadata?.hasPoster) {
      return await servePoster(request, app, poster);
    }
    const seconds = kind === "thumbnail" ? readSeconds(request.rawQuery, "t") : undefined;
    const image = findImage(presentation, seconds);
    if (!image) throw notFound(`a ${kind} of '${file}': it has no track of images`);
    return await serveThumbnail({ request, app, asset }, image);
  } finally {
    asset.release();
  }
}

async function servePoster(request: HttpRequest, app: App, poster: Poster): Promise<Response> {
  const { name } = poster;
  const file = await poster.resolve();
  const shared = await openShared(app, { name, file });
  const type = await readImageType(shared.source).catch((error) => {
    shared[Symbol.dispose]();
    throw error;
  });
  const resource = toFileResource({ name, file }, type);
  return await respondFromSource(request, app, { resource, shared });
}

/** The file may have been replaced since the asset was opened. */
async function readImageType(source: Source): Promise<ImageType> {
  const type = findImageType(
    await readBytes(source, 0, Math.min(IMAGE_SIGNATURE_SIZE, source.size)),
  );
  if (type) return type;
  const why = "Cannot serve this poster: expected JPEG or PNG";
  throw new MediaError(why, "MEDIA_UNSUPPORTED").inFile(source.name);
}

/** Redirects to the URL of the version, which is cached; a redirect would contain a token of the query. */
async function serveThumbnail(
  context: RequestContext,
  { rendition: { name: rendition }, time }: TimedImage,
): Promise<Response> {
  const { request, app, asset: { file, presentation: { version } } } = context;
  if (request.admission?.tokenParameter === undefined) {
    const names = getForwardedNames(request, app);
    const forwarded = parseQuery(request.rawQuery ?? "").filter(({ name }) => names.has(name));
    const location = imageUrl(version, rendition, time) + formatQuery(forwarded);
    return app.responder.redirect(request, location);
  }
  const route = { kind: "image", file, version, rendition, time } as const;
  const resource = await resolveWithPages(context, route);
  const { cachedHeaders: _, cachedPrivateHeaders: __, ...rest } = resource;
  return await app.responder.respond(request, { ...rest, caching: REVALIDATED });
}
