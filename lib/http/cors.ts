/** Cross-origin resource sharing (Fetch §3.2). */

/** Headers that scripts may read in addition to the safelisted ones. */
const EXPOSED_HEADERS = "Content-Length, Content-Range, Date, ETag, Server, Range, AMS-Error";

/** The longest time that browsers accept. */
const PREFLIGHT_MAX_AGE_SECONDS = 86400;

export class Cors {
  /** @param origins `["*"]` allows all origins, `[]` none */
  constructor(readonly origins: readonly string[]) {}

  /** Independent of the request, since a shared cache may serve the response to any origin. */
  get constantHeaders(): Record<string, string> {
    if (this.origins.length === 0) return {};
    if (this.allowsAll) return { "access-control-allow-origin": "*", vary: "Origin" };
    return { vary: "Origin" };
  }

  needsHeaders(request: Headers): boolean {
    return this.origins.length > 0 && request.get("origin") !== null;
  }

  addCorsHeaders(headers: Headers, request: Headers): void {
    if (!this.needsHeaders(request)) return;
    const origin = request.get("origin")!;
    if (!this.allowsAll && !this.origins.includes(origin)) return;
    headers.set("access-control-allow-origin", this.allowsAll ? "*" : origin);
    headers.set("access-control-expose-headers", EXPOSED_HEADERS);
  }

  addPreflightHeaders(headers: Headers, request: Headers): void {
    this.addCorsHeaders(headers, request);
    if (!headers.has("access-control-allow-origin")) return;
    const requested = request.get("access-control-request-headers");
    headers.set("access-control-allow-methods", "GET, HEAD, OPTIONS");
    headers.set("access-control-allow-headers", requested ?? "*");
    headers.set("access-control-max-age", `${PREFLIGHT_MAX_AGE_SECONDS}`);
    headers.append("vary", "Access-Control-Request-Headers");
  }

  get allowsAll(): boolean {
    return this.origins.includes("*");
  }
}
