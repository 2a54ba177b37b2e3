/** URLs of options that are about other sites. */

/** A host of CSP: letters, digits, hyphens and dots, also `*.` before it, or an IPv6 address in brackets, and a port. */
const EMBEDDER =
  /^(?:\*|https?:\/\/(?:\*\.)?(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::(?:[0-9]{1,5}|\*))?)$/;

/**
 * Returns sources of `frame-ancestors` (Content Security Policy Level 3 §2.3.1), such as `https://example.com` and
 * `https://*.example.com`; none for `none`, and undefined if one is not a source.
 */
export function parseEmbedders(list: string): string[] | undefined {
  if (list === "" || list === "none") return [];
  const sources = list.split(",").map((it) => it.trim().replace(/\/$/, "").toLowerCase());
  const isSource = (source: string) => source === "self" || EMBEDDER.test(source);
  if (!sources.every(isSource)) return undefined;
  return sources.map((source) => source === "self" ? "'self'" : source);
}

/** Returns the URL of a directory with a slash at its end; undefined if it has a query, a fragment, a password, or what `URL` repairs. */
export function parsePublicUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  if (/[?#\\\p{Cc}]/u.test(text) || url.username || url.password) return undefined;
  return url.href.replace(/\/*$/, "/");
}
