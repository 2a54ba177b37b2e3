import type { Cors } from "./cors.ts";
import type { Resource } from "./resource.ts";
import { NO_SNIFFING } from "./response.ts";

export class ResourceHeaders {
  readonly #cors: Cors;

  constructor(cors: Cors) {
    this.#cors = cors;
  }

  /** Caches the headers with the resource: building them takes longer than planning a segment. */
  getComplete(resource: Resource, request: Headers): Headers {
    const crossOrigin = this.#cors.needsHeaders(request);
    if (crossOrigin && !this.#cors.hasEqualHeaders(request)) {
      return this.build(resource, request, resource.size);
    }
    const cached = resource.cachedHeaders ??= {};
    if (crossOrigin) return cached.crossOrigin ??= this.build(resource, request, resource.size);
    return cached.plain ??= this.build(resource, request, resource.size);
  }

  build(resource: Resource, request: Headers, length?: number): Headers {
    const { type, etag, caching, coding, lastModified } = resource;
    const headers = new Headers({ ...NO_SNIFFING, ...this.#cors.constantHeaders });
    headers.set("content-type", type);
    headers.set("cache-control", caching);
    headers.set("accept-ranges", "bytes");
    if (coding) headers.set("content-encoding", coding);
    if (coding !== undefined) addVary(headers, "Accept-Encoding");
    headers.set("etag", etag);
    for (const [name, value] of Object.entries(resource.headers ?? {})) headers.append(name, value);
    if (length !== undefined) headers.set("content-length", `${length}`);
    if (lastModified !== undefined) headers.set("last-modified", lastModified);
    this.#cors.addCorsHeaders(headers, request);
    return headers;
  }
}

/** Adds to the field that is there: each field of a response takes a third of a microsecond. */
function addVary(headers: Headers, name: string): void {
  const names = headers.get("vary");
  headers.set("vary", names ? `${names}, ${name}` : name);
}
