/** Returns the path undecoded: `new URL()` would normalize `/a/%2e%2e/b` and `/a\..\b`. */
export function getRawPath(url: string): string {
  const end = url.search(/[?#]/);
  const target = end < 0 ? url : url.slice(0, end);
  if (target.startsWith("/")) return target;
  const authority = target.indexOf("://");
  if (authority < 0) return target;
  const start = target.indexOf("/", authority + 3);
  return start < 0 ? "/" : target.slice(start);
}

/** Returns host and port, undecoded; undefined if the URL has none. */
export function getAuthority(url: string): string | undefined {
  const scheme = url.startsWith("/") ? -1 : url.indexOf("://");
  if (scheme < 0) return undefined;
  const path = url.indexOf("/", scheme + 3);
  const start = url.slice(scheme + 3, path < 0 ? undefined : path);
  const end = start.search(/[?#]/);
  return end < 0 ? start : start.slice(0, end);
}

/** Returns the query without `?`; "" if there is none. */
export function getRawQuery(url: string): string {
  const start = url.search(/[?#]/);
  if (start < 0 || url[start] === "#") return "";
  const end = url.indexOf("#", start);
  return url.slice(start + 1, end < 0 ? undefined : end);
}
