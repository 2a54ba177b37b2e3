/** Access tokens in requests of proxies, and in the queries of redirects and manifests. */

import { isTokenParameter } from "../access/token_location.ts";
import { RequestError } from "../errors.ts";
import { parseRequestTarget } from "../http/request_target.ts";
import type { HttpRequest } from "../http/request.ts";
import { LoggedResponse, NO_SNIFFING } from "../http/response.ts";
import { andThen } from "../maybe_async.ts";
import { formatQuery, formatRawQuery, parseQuery } from "../url/query.ts";
import type { App } from "./app.ts";

const ALLOWED = { ...NO_SNIFFING, "cache-control": "no-store" } as const;
const ALLOWED_FOR_SCOPE = { ...ALLOWED, "x-accel-expires": "5" } as const;

/**
 * Serves `/.ams/auth` (nginx, `auth_request`): 204 if a request for the URI of `X-Original-URI` may be served, which may come
 * from a cache. `X-Accel-Expires` allows nginx to use the response for other requests with the same token and the same
 * `X-Original-Scope`, for 5 seconds.
 *
 * @throws RequestError `TOKEN_…`, `FORBIDDEN` without a URI, or if it is malformed; `NOT_FOUND` without `--auth`
 */
export function serveAccessCheck(
  { headers, remoteAddress }: HttpRequest,
  { access }: App,
): Response | Promise<Response> {
  if (!access) {
    throw new RequestError("NOT_FOUND", "Cannot check tokens: ams runs without --auth");
  }
  const allow = (isForScope: boolean) =>
    new LoggedResponse(null, { status: 204, headers: isForScope ? ALLOWED_FOR_SCOPE : ALLOWED });
  if (headers.get("x-original-method") === "OPTIONS") return allow(false);
  const uri = headers.get("x-original-uri");
  if (!uri) throw new RequestError("FORBIDDEN", "Cannot check tokens without X-Original-URI");
  const { path, query } = parseRequestTarget(uri);
  if (path.includes("//")) { // a proxy that merges slashes would serve another path
    throw new RequestError("FORBIDDEN", "Cannot check a path with an empty segment");
  }
  const original = {
    rawPath: path,
    rawQuery: query,
    headers,
    ...remoteAddress !== undefined && { remoteAddress },
  };
  const scope = headers.get("x-original-scope");
  return andThen(
    rejectMalformed(() => access.admit(original)),
    () => scope ? andThen(access.admitsAll(original, scope), allow) : allow(false),
  );
}

/** nginx takes other statuses than 403 for failures of ams. */
function rejectMalformed<T>(admit: () => T): T {
  try {
    return admit();
  } catch (error) {
    if (!(error instanceof RequestError) || error.status === 403) throw error;
    throw new RequestError("FORBIDDEN", error.message);
  }
}

/** Returns the query of a request with `?`, without tokens; "" if nothing is left. */
export function formatRedirectQuery({ rawQuery }: HttpRequest, { access }: App): string {
  if (!rawQuery || !access) return formatRawQuery(rawQuery === undefined ? {} : { rawQuery });
  return formatQuery(parseQuery(rawQuery).filter(({ name }) => !isTokenParameter(name)));
}

/** Returns the names of parameters that manifests append to their URLs. */
export function getForwardedNames(
  { admission }: HttpRequest,
  { forwardedParameters }: App,
): ReadonlySet<string> {
  const parameter = admission?.tokenParameter;
  return parameter === undefined
    ? forwardedParameters
    : new Set([...forwardedParameters, parameter]);
}

/** Returns whether a manifest contains a token, given the query that it appends to its URLs. */
export function containsToken(mediaQuery: string, { access }: App): boolean {
  return access !== undefined && mediaQuery !== "" &&
    parseQuery(mediaQuery.slice(1)).some(({ name }) => isTokenParameter(name));
}
