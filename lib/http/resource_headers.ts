import type { Cors } from "./cors.ts";
import type { HttpRequest } from "./request.ts";
import { type CacheControl, type Resource, toPrivateCaching } from "./resource.ts";
import { NO_SNIFFING } from "./response.ts";

/** The part of a request that decides headers. */
type HeadersRequest = Pick<HttpRequest, "headers" | "admission">;

export class ResourceHeaders {
  readonly #cors: Cors;

  constructor(cors: Cors) {
    this.#cors = cors;
  }

  /** Caches the headers with the resource: building them takes longer than planning a segment. */
  getComplete(resource: Resource, request: HeadersRequest): Headers {
    const crossOrigin = this.#cors.needsHeaders(request.headers);
    if (crossOrigin && !this.#cors.hasEqualHeaders(request.headers)) {
      return this.build(resource, request, resource.size);
    }
    const cached = request.admission?.isPrivate
      ? resource.cachedPrivateHeaders ??= {}
      : resource.cachedHeaders ??= {};
    if (crossOrigin) return cached.crossOrigin ??= this.build(resource, request, resource.size);
    return cached.plain ??= this.build(resource, request, resource.size);
  }

  build(resource: Resource, request: HeadersRequest, length?: number): Headers {
    const { type, etag, caching, coding, lastModified } = resource;
    const headers = new Headers({ ...NO_SNIFFING, ...this.#cors.constantHeaders });
    headers.set("content-type", type);
    headers.set("cache-control", restrictCaching(caching, request));
    headers.set("accept-ranges", "bytes");
    if (coding) headers.set("content-encoding", coding);
    if (coding !== undefined) addVary(headers, "Accept-Encoding");
    headers.set("etag", etag);
    for (const [name, value] of Object.entries(resource.headers ?? {})) headers.append(name, value);
    if (length !== undefined) headers.set("content-length", `${length}`);
    if (lastModified !== undefined) headers.set("last-modified", lastModified);
    this.#cors.addCorsHeaders(headers, request.headers);
    return headers;
  }
}

/** Returns the caching of a resource for a request. */
export function restrictCaching(
  caching: CacheControl,
  { admission }: Pick<HttpRequest, "admission">,
): CacheControl {
  return admission?.isPrivate ? toPrivateCaching(caching) : caching;
}

/** Adds to the field that is there: each field of a response takes a third of a microsecond. */
function addVary(headers: Headers, name: string): void {
  const names = headers.get("vary");
  headers.set("vary", names ? `${names}, ${name}` : name);
}
