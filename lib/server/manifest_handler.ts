/** Serves manifests, which are built and compressed once. */

import { gzipResource, respondWithBytes, wantsGzip, withEtag } from "../http/compression.ts";
import { REVALIDATED } from "../http/resource.ts";
import type { DerivedValues } from "../presentation/derived_values.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { type RequestContext, selectForRequest } from "./request_context.ts";

export interface ManifestBuilder {
  readonly contentType: string;
  /** @throws RequestError if nothing can be played, or the query selects nothing */
  build(presentation: Presentation, derived: DerivedValues): string;
  /** Returns a warning for the operator, or "". */
  warn?(presentation: Presentation): string;
}

/** @throws RequestError if the query is invalid, and as `build` */
export function serveManifest(
  context: RequestContext,
  key: string,
  { contentType, build, warn }: ManifestBuilder,
): Response | Promise<Response> {
  const { request, app, asset } = context;
  const { presentation, cached } = selectForRequest(context);
  const plain = cached(key, () => {
    const bytes = new TextEncoder().encode(build(presentation, asset.derived));
    const warning = presentation.selection ? "" : warn?.(presentation);
    if (warning) app.report(asset.file, warning);
    return withEtag(bytes, { type: contentType, caching: REVALIDATED });
  });
  const resource = wantsGzip(request) ? cached(`${key} gzip`, () => gzipResource(plain)) : plain;
  return respondWithBytes(request, app.responder, resource);
}
