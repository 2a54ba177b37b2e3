/** oEmbed (oembed.com): how a site that knows the URL of a page embeds the asset. */

import { RequestError } from "../errors.ts";
import { withEtag } from "../http/compression.ts";
import type { HttpRequest } from "../http/request.ts";
import { REVALIDATED } from "../http/resource.ts";
import { getAssetFile, splitPath } from "../url/path.ts";
import { getParameterValue, parseQuery } from "../url/query.ts";
import type { App } from "./app.ts";
import { isAssetName } from "./browse_handler.ts";
import { formatEmbedQuery } from "./embed_query.ts";
import { JSON_TYPE } from "./manifest_table.ts";
import { notFound } from "./not_found.ts";
import { buildOembed } from "./oembed.ts";
import { describeSharedAsset, type SharedAsset } from "./shared_asset.ts";

/**
 * Serves `/.ams/oembed?url=…`.
 *
 * @throws RequestError `NOT_FOUND` for a URL that is no asset below the public URL, or requires a token, and without `--public-url`;
 *   `NOT_IMPLEMENTED` for another format;
 *   `BAD_REQUEST` for other invalid parameters. MediaError, KeysError as `Library.open()`
 */
export async function serveOembed(request: HttpRequest, app: App): Promise<Response> {
  const { publicUrl } = app;
  if (publicUrl === undefined) throw notFound("oEmbed: ams runs without --public-url");
  const getParameter = createQueryReader(request.rawQuery ?? "");
  const format = getParameter("format") ?? "json";
  if (format !== "json") {
    const message = `Cannot use format='${format.slice(0, 20)}', expected json`;
    throw new RequestError("NOT_IMPLEMENTED", message); // oembed.com §2.3.4, "Errors"
  }
  const url = getParameter("url") ?? "";
  const shared = await findSharedAsset(app, publicUrl, url);
  const limits = {
    width: readLimit("maxwidth", getParameter("maxwidth")),
    height: readLimit("maxheight", getParameter("maxheight")),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(buildOembed(shared, publicUrl, limits)));
  const metadata = { file: "oembed", type: JSON_TYPE, caching: REVALIDATED };
  return await app.responder.respond(request, withEtag(bytes, metadata));
}

/** The error is the same for all reasons, so that it tells nothing of what requires a token. */
async function findSharedAsset(app: App, publicUrl: string, url: string): Promise<SharedAsset> {
  try {
    const { file, query, fragment } = parseSharedUrl(app, publicUrl, url);
    if (app.access?.requiresToken(file)) throw notFound("an open asset");
    const shared = await describeSharedAsset(app, publicUrl, file);
    return { ...shared, embedUrl: `${shared.pageUrl}${formatEmbedQuery(query)}${fragment}` };
  } catch (error) {
    if (!(error instanceof RequestError) || error.status >= 500) throw error;
    throw notFound(`an asset at the URL '${url.slice(0, 200)}'`);
  }
}

/** The page of an asset, or the player alone, below the public URL; what follows its path selects what plays. */
const SHARED_URL = /^([^?#]*)(?:\?([^#]*))?(#[\w=.,:%&-]*)?$/;

/** @throws RequestError */
function parseSharedUrl(
  app: App,
  publicUrl: string,
  url: string,
): { file: string; query: string; fragment: string } {
  const rest = url.startsWith(publicUrl) ? url.slice(publicUrl.length) : "";
  const [, path = "", query = "", fragment = ""] = SHARED_URL.exec(rest) ?? [];
  const names = splitPath(`/${path}`);
  const file = getAssetFile(names.at(-1) === "" ? names.slice(0, -1) : names);
  if (file === undefined || !isAssetName(app, file)) throw notFound("an asset");
  return { file, query, fragment };
}

/** Returns a function that returns the first value of a parameter. */
function createQueryReader(rawQuery: string): (name: string) => string | undefined {
  const parameters = parseQuery(rawQuery);
  return (name) => {
    const found = parameters.find((it) => it.name === name);
    return found && getParameterValue(found);
  };
}

function readLimit(name: string, text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^[1-9][0-9]{0,4}$/.test(text)) return Number(text);
  throw badRequest(`Cannot use ${name}='${text.slice(0, 20)}', expected 1 to 99999`);
}

function badRequest(message: string): RequestError {
  return new RequestError("BAD_REQUEST", message);
}
