/** Cross-origin resource sharing (Fetch §3.2). */

/** Headers that scripts may read in addition to the safelisted ones. */
const EXPOSED_HEADERS = "Content-Length, Content-Range, Date, ETag, Server, Range, AMS-Error";

/** The longest time that browsers accept. */
const PREFLIGHT_MAX_AGE_SECONDS = 86400;

export class Cors {
  readonly allowsAll: boolean;
  readonly #named: readonly string[];

  /** @param origins `["*"]` allows all origins, `[]` none; those that are named may send credentials */
  constructor(readonly origins: readonly string[]) {
    this.allowsAll = origins.includes("*");
    this.#named = origins.filter((origin) => origin !== "*");
  }

  /** Independent of the request, since a shared cache may serve the response to any origin. */
  get constantHeaders(): Record<string, string> {
    if (this.origins.length === 0) return {};
    if (this.allowsAll) return { "access-control-allow-origin": "*", vary: "Origin" };
    return { vary: "Origin" };
  }

  needsHeaders(request: Headers): boolean {
    return this.origins.length > 0 && request.get("origin") !== null;
  }

  /** Returns whether the headers of all responses to requests with an origin are equal. */
  hasEqualHeaders(request: Headers): boolean {
    return this.allowsAll && (this.#named.length === 0 || !this.#isNamed(request.get("origin")));
  }

  addCorsHeaders(headers: Headers, request: Headers): void {
    if (!this.needsHeaders(request)) return;
    const origin = request.get("origin")!;
    const isNamed = this.#isNamed(origin);
    if (!isNamed && !this.allowsAll) return;
    headers.set("access-control-allow-origin", isNamed ? origin : "*");
    if (isNamed) headers.set("access-control-allow-credentials", "true"); // invalid with `*` (§3.2.5)
    headers.set("access-control-expose-headers", EXPOSED_HEADERS);
  }

  /** @param methods those that are allowed */
  addPreflightHeaders(headers: Headers, request: Headers, methods: string): void {
    this.addCorsHeaders(headers, request);
    if (!headers.has("access-control-allow-origin")) return;
    const requested = request.get("access-control-request-headers");
    const isNamed = this.#isNamed(request.get("origin"));
    headers.set("access-control-allow-methods", methods);
    const allowed = requested ?? (isNamed ? undefined : "*"); // `*` is a literal name with credentials
    if (allowed !== undefined) headers.set("access-control-allow-headers", allowed);
    headers.set("access-control-max-age", `${PREFLIGHT_MAX_AGE_SECONDS}`);
    headers.append("vary", "Access-Control-Request-Headers");
  }

  #isNamed(origin: string | null): boolean {
    return origin !== null && this.#named.includes(origin);
  }
}
