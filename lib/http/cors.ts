/** Which pages may use the answers (Fetch: CORS protocol). */

/** What scripts of other origins may read, beside the few that they always may. */
const EXPOSED = "Content-Length, Content-Range, Date, ETag, Server, Range, AMS-Error";

/** For how long a browser may remember what it was allowed. In seconds; none remembers longer. */
const PREFLIGHT_MAX_AGE = 86400;

export class Cors {
  /** @param origins `["*"]` for all of them, none for none */
  constructor(readonly origins: readonly string[]) {}

  /** Headers of every answer to every client: a cache may have one and give it to another. */
  get constantHeaders(): Record<string, string> {
    if (this.origins.length === 0) return {};
    if (this.allowsAll) return { "access-control-allow-origin": "*", vary: "Origin" };
    return { vary: "Origin" };
  }

  /** Whether an answer needs more than the constant headers. */
  needsHeaders(request: Headers): boolean {
    return this.origins.length > 0 && request.get("origin") !== null;
  }

  /** Adds what a page of another origin is told. */
  addCorsHeaders(headers: Headers, request: Headers): void {
    if (!this.needsHeaders(request)) return;
    const origin = request.get("origin")!;
    if (!this.allowsAll && !this.origins.includes(origin)) return;
    headers.set("access-control-allow-origin", this.allowsAll ? "*" : origin);
    headers.set("access-control-expose-headers", EXPOSED);
  }

  /** Adds what a browser wants to know before it makes a request with headers of its own. */
  addPreflightHeaders(headers: Headers, request: Headers): void {
    this.addCorsHeaders(headers, request);
    if (!headers.has("access-control-allow-origin")) return;
    const wanted = request.get("access-control-request-headers");
    headers.set("access-control-allow-methods", "GET, HEAD, OPTIONS");
    headers.set("access-control-allow-headers", wanted ?? "*");
    headers.set("access-control-max-age", `${PREFLIGHT_MAX_AGE}`);
    headers.append("vary", "Access-Control-Request-Headers");
  }

  /** All pages may use the answers: they are told alike. */
  get allowsAll(): boolean {
    return this.origins.includes("*");
  }
}
