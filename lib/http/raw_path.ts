/** The path and the query of a request, before anybody resolves them. */

/**
 * The raw path of a request line's target, or of a `Request`'s url: from the first `/` after the authority up to `?`
 * or `#`. Never through `new URL()`, which resolves `/a/%2e%2e/b` and `/a\..\b` before anyone can refuse them.
 */
export function getRawPath(url: string): string {
  const end = url.search(/[?#]/);
  const target = end < 0 ? url : url.slice(0, end);
  if (target.startsWith("/")) return target;
  const authority = target.indexOf("://");
  if (authority < 0) return target;
  const start = target.indexOf("/", authority + 3);
  return start < 0 ? "/" : target.slice(start);
}

/** Its raw query: from behind the first `?` up to `#`; "" where there is none. */
export function getRawQuery(url: string): string {
  const start = url.search(/[?#]/);
  if (start < 0 || url[start] === "#") return "";
  const end = url.indexOf("#", start);
  return url.slice(start + 1, end < 0 ? undefined : end);
}
