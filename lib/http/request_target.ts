/** Parts of a request target, neither decoded nor normalized: `new URL()` would normalize `/a/%2e%2e/b` and `/a\..\b`. */
export interface RequestTarget {
  /** Host and port; undefined if the target has none. */
  readonly authority: string | undefined;
  readonly path: string;
  /** Without `?`; "" if there is none. */
  readonly query: string;
}

/** Splits a URL, or a target in origin form (RFC 9112 §3.2). Called for each request: regular expressions would take longer. */
export function parseRequestTarget(url: string): RequestTarget {
  const fragment = url.indexOf("#");
  const target = fragment < 0 ? url : url.slice(0, fragment);
  const mark = target.indexOf("?");
  const query = mark < 0 ? "" : target.slice(mark + 1);
  const base = mark < 0 ? target : target.slice(0, mark);
  const scheme = base.startsWith("/") ? -1 : base.indexOf("://");
  if (scheme < 0) return { authority: undefined, path: base, query };
  const slash = base.indexOf("/", scheme + 3);
  if (slash < 0) return { authority: base.slice(scheme + 3), path: "/", query };
  return { authority: base.slice(scheme + 3, slash), path: base.slice(slash), query };
}
