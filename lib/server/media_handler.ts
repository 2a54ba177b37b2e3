/** Serves init segments and segments, from caches where possible. */

import { andThen, isPending } from "../maybe_async.ts";
import { getPlanSize } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { respondWithBytes, sliceBytes } from "../http/compression.ts";
import { isNotModified } from "../http/conditional.ts";
import { type BytesResource, IMMUTABLE } from "../http/resource.ts";
import { formatResourceKey, type ResourceKey } from "../http/resource_key.ts";
import type { Body } from "../http/response.ts";
import { slicePlan } from "../http/slice_plan.ts";
import type { PlannedSegment } from "../library/asset.ts";
import { type RequestContext, selectWhole } from "./request_context.ts";
import type { MediaRoute, SmoothFragmentRoute } from "./routes.ts";

/** Reading larger segments costs little compared with sending them. */
const MAX_HOT_BYTES = 2 ** 20;

export function serveBytes(
  context: RequestContext,
  route: MediaRoute,
  { type, build }: { type: string; build: () => Uint8Array },
): Response | Promise<Response> {
  const etag = toEtag(route);
  const resource = selectWhole(context).cached(
    etag,
    () => toResource(build(), type, etag),
  );
  return respondWithBytes(context.request, context.app.responder, resource);
}

function toResource(bytes: Uint8Array, type: string, etag: string): BytesResource {
  const size = bytes.length;
  return { bytes: bytes as Uint8Array<ArrayBuffer>, type, etag, size, caching: IMMUTABLE };
}

/** Bytes are cached at the second request; at once if they are generated. */
export function serveSegment(
  context: RequestContext,
  route: MediaRoute | SmoothFragmentRoute,
  planSegment: () => SegmentPlan,
): Response | Promise<Response> {
  const { app, asset } = context;
  const etag = toEtag(route);
  const key = { file: route.file, etag };
  const hot = app.hot.get(formatResourceKey(key));
  if (hot && !app.bodies.isLarge(hot.bytes.length)) return serveCached(context, hot);
  const segment = asset.getSegment(etag, () => {
    const plan = planSegment();
    return { type: plan.type, etag, size: getPlanSize(plan), caching: IMMUTABLE, plan };
  });
  return segment.plan.transform
    ? serveGenerated(context, key, segment.plan)
    : serveFromFile(context, key, segment);
}

function serveCached(
  { request, app }: RequestContext,
  resource: BytesResource,
): Response | Promise<Response> {
  return app.responder.respond(request, resource, (range) => {
    app.bodies.count(range.end - range.start, request);
    return sliceBytes(resource.bytes, range);
  });
}

/** HEAD reads nothing. */
function serveFromFile(
  { request, app, asset }: RequestContext,
  key: ResourceKey,
  segment: PlannedSegment,
): Response | Promise<Response> {
  const { requestedBefore } = segment;
  segment.requestedBefore = true;
  return app.responder.respond(request, segment, ({ start, end, partial }) => {
    asset.acquire(); // a streamed body outlives this request
    const body = app.bodies.create({
      plan: partial ? slicePlan(segment.plan, start, end) : segment.plan,
      ...key,
      start,
      release: () => asset.release(),
      onError: (error) => app.report(key.file, error),
      request,
    });
    if (partial || !requestedBefore || segment.size > MAX_HOT_BYTES) return body;
    const cache = (body: Body) => {
      if (!(body instanceof Uint8Array)) return body;
      const resource = toResource(body.slice(), segment.type, key.etag); // a copy: `body` is in the scratch buffer
      app.hot.set(formatResourceKey(key), resource, body.length);
      return body;
    };
    return andThen(body, cache);
  });
}

function serveGenerated(
  context: RequestContext,
  key: ResourceKey,
  plan: SegmentPlan,
): Response | Promise<Response> {
  const { request, app: { responder, bodies, hot } } = context;
  const unsized = { type: plan.type, etag: key.etag, size: 0, caching: IMMUTABLE };
  if (isNotModified(request.headers, unsized)) {
    return responder.respond(request, unsized, () => new Uint8Array(0));
  }
  const needsSlices = (size: number) => plan.slices !== undefined && bodies.isLarge(size);
  if (needsSlices(getPlanSize(plan))) return serveSliced(context, key, plan);
  const serveWhole = (bytes: Uint8Array) => {
    const resource = toResource(bytes, plan.type, key.etag);
    hot.set(formatResourceKey(key), resource, bytes.length);
    return serveCached(context, resource);
  };
  const bytes = bodies.transformed(plan, key);
  if (!isPending(bytes)) return serveWhole(bytes);
  return bytes.then((bytes) =>
    needsSlices(bytes.length) ? serveSliced(context, key, plan) : serveWhole(bytes)
  );
}

async function serveSliced(
  { request, app, asset }: RequestContext,
  key: ResourceKey,
  plan: SegmentPlan,
): Promise<Response> {
  const slices = await app.bodies.slices(plan, key);
  const size = slices.reduce((sum, { size }) => sum + size, 0);
  const resource = { type: plan.type, etag: key.etag, size, caching: IMMUTABLE };
  return await app.responder.respond(request, resource, (range) => {
    asset.acquire();
    return app.bodies.sliced(slices, range, {
      ...key,
      release: () => asset.release(),
      onError: (error) => app.report(key.file, error),
    });
  });
}

/** The route identifies the bytes, so that nothing is read for an ETag. */
function toEtag(route: MediaRoute | SmoothFragmentRoute): string {
  if (route.kind === "fragment") {
    return `"${route.version}-${route.bitrate}-${route.stream}=${route.time}"`;
  }
  const { version, rendition, kind } = route; // the extension depends on the rendition
  return `"${version}-${rendition}-${kind}${"time" in route ? route.time : ""}"`;
}
