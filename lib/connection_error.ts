/** Errors of Deno contain the URL, which may be secret. */
const CONNECTION_ERRORS = [
  [/invalid peer certificate/, "has a certificate that is not trusted"],
  [/dns error/, "has a host name that does not resolve"],
  [/connection refused/i, "refuses connections"],
] as const;

/** Returns why `fetch()` or its body failed, without host and URL, for the sentence "the server …". */
export function describeConnectionError(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const text = cause instanceof Error ? cause.message : "";
  const known = CONNECTION_ERRORS.find(([pattern]) => pattern.test(text));
  return known ? known[1] : "breaks the connection";
}
