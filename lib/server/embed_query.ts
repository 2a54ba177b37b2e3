/** Queries of the embedded player: `<asset>/?embed&start=90&autoplay` (docs/embedding.md). */

import { formatQuery, parseQuery } from "../url/query.ts";

const EMBED_PARAMETER = "embed";

/** What `embed.js` reads, and what it passes on to manifests. */
const PLAYER_PARAMETERS = ["autoplay", "loop", "lang", "subtitles", "start", "end", "filter"];

/** Returns whether a request is for the player alone, instead of the page of an asset. */
export function isEmbedRequest({ rawQuery }: { readonly rawQuery?: string }): boolean {
  return parseQuery(rawQuery ?? "").some(({ name }) => name === EMBED_PARAMETER);
}

/**
 * Returns the query of the embedded player that plays what a page shows; other parameters, such as tokens, are left out.
 *
 * @param rawQuery of the page, or of the embedded player, without `?`
 */
export function formatEmbedQuery(rawQuery: string): string {
  const parameters = parseQuery(rawQuery).filter(({ name }) => PLAYER_PARAMETERS.includes(name));
  return formatQuery([{ name: EMBED_PARAMETER, raw: EMBED_PARAMETER }, ...parameters]);
}
