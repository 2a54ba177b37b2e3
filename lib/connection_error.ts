/** Errors of Deno contain the URL, which may be secret. */
const CONNECTION_ERRORS = [
  [/invalid peer certificate/, "has a certificate that is not trusted"],
  [/dns error/, "has a host name that does not resolve"],
  [/connection refused/i, "refuses connections"],
  [/received corrupt message/, "does not respond with TLS"],
] as const;

/** Ports of other protocols (Fetch Standard §2.9), such as 1, 5060 and 6000. */
const BLOCKED_PORT = /Requests to port \d+ are blocked/;

/** Returns why `fetch()` or its body failed, without host and URL, for the sentence "the server …". */
export function describeConnectionError(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const text = cause instanceof Error ? cause.message : "";
  if (error instanceof Error && BLOCKED_PORT.test(error.message)) {
    return "has a port that is blocked";
  }
  const known = CONNECTION_ERRORS.find(([pattern]) => pattern.test(text));
  return known ? known[1] : "breaks the connection";
}
