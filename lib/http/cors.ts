/** Cross-origin resource sharing (Fetch §3.2): which web pages may read responses. */

/** Response headers that scripts of other origins may read in addition to the safelisted ones. */
const EXPOSED_HEADERS = "Content-Length, Content-Range, Date, ETag, Server, Range, AMS-Error";

/** In seconds; the longest time that browsers accept. */
const PREFLIGHT_MAX_AGE_SECONDS = 86400;

export class Cors {
  /** @param origins `["*"]` allows all origins, `[]` none */
  constructor(readonly origins: readonly string[]) {}

  /** Headers of every response, whatever the request: a shared cache may serve it to clients of any origin. */
  get constantHeaders(): Record<string, string> {
    if (this.origins.length === 0) return {};
    if (this.allowsAll) return { "access-control-allow-origin": "*", vary: "Origin" };
    return { vary: "Origin" };
  }

  /** Returns whether the response needs more than the constant headers. */
  needsHeaders(request: Headers): boolean {
    return this.origins.length > 0 && request.get("origin") !== null;
  }

  /** Adds the headers of a response to a cross-origin request. */
  addCorsHeaders(headers: Headers, request: Headers): void {
    if (!this.needsHeaders(request)) return;
    const origin = request.get("origin")!;
    if (!this.allowsAll && !this.origins.includes(origin)) return;
    headers.set("access-control-allow-origin", this.allowsAll ? "*" : origin);
    headers.set("access-control-expose-headers", EXPOSED_HEADERS);
  }

  /** Adds the headers of a response to a preflight request. */
  addPreflightHeaders(headers: Headers, request: Headers): void {
    this.addCorsHeaders(headers, request);
    if (!headers.has("access-control-allow-origin")) return;
    const requested = request.get("access-control-request-headers");
    headers.set("access-control-allow-methods", "GET, HEAD, OPTIONS");
    headers.set("access-control-allow-headers", requested ?? "*");
    headers.set("access-control-max-age", `${PREFLIGHT_MAX_AGE_SECONDS}`);
    headers.append("vary", "Access-Control-Request-Headers");
  }

  /** True if all origins are allowed; all get equal headers. */
  get allowsAll(): boolean {
    return this.origins.includes("*");
  }
}
