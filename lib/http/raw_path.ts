/** The path and the query of a request, undecoded. */

/**
 * Returns the path of a request target or of a `Request`'s URL: from the first `/` after the authority to `?` or `#`.
 * `new URL()` would normalize `/a/%2e%2e/b` and `/a\..\b` before they can be rejected.
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

/** Returns the query between the first `?` and `#`; "" if there is none. */
export function getRawQuery(url: string): string {
  const start = url.search(/[?#]/);
  if (start < 0 || url[start] === "#") return "";
  const end = url.indexOf("#", start);
  return url.slice(start + 1, end < 0 ? undefined : end);
}
