/** Answers out of a asset: what is built and kept, and what is cut anew each time. */

import type { Presentation } from "../presentation/presentation.ts";
import { getPlanSize } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import type { MediaRoute, SmoothFragmentRoute } from "./routes.ts";
import type { ResourceKey } from "../http/resource_key.ts";
import { slicePlan } from "../http/slice_plan.ts";
import {
  gzipResource,
  respondWithBytes,
  sliceBytes,
  wantsGzip,
  withEtag,
} from "../http/compression.ts";
import { isNotModified } from "../http/conditional.ts";
import type { Body } from "../http/response.ts";
import { type BytesResource, IMMUTABLE, REVALIDATED } from "../http/resource.ts";
import type { PlannedSegment } from "../library/asset.ts";
import { type RequestContext, selectForRequest, wholePresentation } from "./request_context.ts";

/** What a manifest is made by. */
export interface Manifest {
  readonly type: string;
  /** @throws RequestError when there is nothing to offer, or the query leaves nothing of it */
  build(presentation: Presentation): string;
  /** What the operator should know of it; "": nothing. */
  warn?(presentation: Presentation): string;
}

/**
 * A manifest: built once, gzipped once, revalidated each time. Ranges are of the plain form.
 *
 * @throws RequestError as `build`, and when the query can't be read
 */
export function serveManifest(
  context: RequestContext,
  key: string,
  { type, build, warn }: Manifest,
): Response | Promise<Response> {
  const { request, app, asset } = context;
  const { presentation, cached } = selectForRequest(context);
  const plain = cached(key, () => {
    const bytes = new TextEncoder().encode(build(presentation));
    const message = presentation.selection ? "" : warn?.(presentation); // once is enough
    if (message) app.report(asset.file, message);
    return withEtag(bytes, { type, caching: REVALIDATED });
  });
  const built = wantsGzip(request) ? cached(`${key} gzip`, () => gzipResource(plain)) : plain;
  return respondWithBytes(request, app.responder, built);
}

/** Media that is one piece: built once, the same for ever. */
export function serveBytes(
  context: RequestContext,
  route: MediaRoute,
  { type, bytes: build }: { type: string; bytes: () => Uint8Array },
): Response | Promise<Response> {
  const etag = toEtag(route);
  const built = wholePresentation(context).cached(etag, () => toResource(build(), type, etag));
  return respondWithBytes(context.request, context.app.responder, built);
}

function toResource(bytes: Uint8Array, type: string, etag: string): BytesResource {
  const size = bytes.length;
  return { bytes: bytes as Uint8Array<ArrayBuffer>, type, etag, size, caching: IMMUTABLE };
}

/** What is larger is cut anew each time: that costs little beside sending it. In bytes. */
const MAX_HOT = 2 ** 20;

/**
 * A segment: the same for ever. It is kept for as long as there is room: one that is cut when it is asked for again, one that
 * has to be made at once.
 */
export function serveSegment(
  context: RequestContext,
  route: MediaRoute | SmoothFragmentRoute,
  plan: () => SegmentPlan,
): Response | Promise<Response> {
  const { app, asset } = context;
  const name = { file: route.file, etag: toEtag(route) };
  const hot = app.hot.get(toHotKey(name));
  if (hot && !app.bodies.isLarge(hot.bytes.length)) return serveCached(context, hot);
  const planned = asset.getSegment(name.etag, () => {
    const made = plan();
    const { type } = made;
    return { type, etag: name.etag, size: getPlanSize(made), caching: IMMUTABLE, plan: made };
  });
  return planned.plan.transform
    ? serveGenerated(context, name, planned.plan)
    : serveFromFile(context, name, planned);
}

function toHotKey({ file, etag }: ResourceKey): string {
  return `${file} ${etag}`;
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

/** A segment that is cut out of the file. HEAD reads nothing. */
function serveFromFile(
  { request, app, asset }: RequestContext,
  { file, etag }: ResourceKey,
  planned: PlannedSegment,
): Response | Promise<Response> {
  const again = planned.requestedBefore;
  planned.requestedBefore = true;
  return app.responder.respond(request, planned, ({ start, end, partial }) => {
    asset.acquire(); // a part that goes out in slices needs it for longer than we do
    const body = app.bodies.create({
      plan: partial ? slicePlan(planned.plan, start, end) : planned.plan,
      file,
      etag,
      start,
      release: () => asset.release(),
      onError: (error) => app.report(file, error),
      request,
    });
    if (partial || !again || planned.size > MAX_HOT) return body;
    const keep = (body: Body) => {
      if (!(body instanceof Uint8Array)) return body;
      const built = toResource(body.slice(), planned.type, etag); // it is in the scratch buffer
      app.hot.set(toHotKey({ file, etag }), built, body.length);
      return body;
    };
    return body instanceof Promise ? body.then(keep) : keep(body);
  });
}

/** A segment whose bytes depend on its samples: it is made before its length is known, but not where it is unchanged. */
function serveGenerated(
  context: RequestContext,
  name: ResourceKey,
  plan: SegmentPlan,
): Response | Promise<Response> {
  const { request, app: { responder, bodies, hot } } = context;
  const resource = { type: plan.type, etag: name.etag, size: 0, caching: IMMUTABLE };
  if (isNotModified(request.headers, resource)) {
    return responder.respond(request, resource, () => NOTHING);
  }
  const large = (size: number) => plan.slices !== undefined && bodies.isLarge(size);
  if (large(getPlanSize(plan))) return serveSliced(context, name, plan);
  const whole = (bytes: Uint8Array) => {
    const built = toResource(bytes, plan.type, name.etag);
    hot.set(toHotKey(name), built, bytes.length);
    return serveCached(context, built);
  };
  const made = bodies.transformed(plan, name);
  if (!(made instanceof Promise)) return whole(made);
  return made.then((bytes) => large(bytes.length) ? serveSliced(context, name, plan) : whole(bytes) // others took the room meanwhile
  );
}

/** When there is no room for all of it: it is made while it is sent. */
async function serveSliced(
  { request, app, asset }: RequestContext,
  name: ResourceKey,
  plan: SegmentPlan,
): Promise<Response> {
  const stretches = await app.bodies.slices(plan, name);
  const size = stretches.reduce((sum, { size }) => sum + size, 0);
  const resource = { type: plan.type, etag: name.etag, size, caching: IMMUTABLE };
  return await app.responder.respond(request, resource, (part) => {
    asset.acquire(); // for longer than we do
    return app.bodies.sliced(stretches, part, {
      ...name,
      release: () => asset.release(),
      onError: (error) => app.report(name.file, error),
    });
  });
}

const NOTHING = new Uint8Array(0);

/** A version, a rendition and a time name the bytes, so nothing has to be read for an ETag. */
function toEtag(route: MediaRoute | SmoothFragmentRoute): string {
  if (route.kind === "fragment") {
    return `"${route.version}-${route.bitrate}-${route.stream}=${route.time}"`;
  }
  const { version, rendition, kind } = route; // extensions follow from the rendition
  return `"${version}-${rendition}-${kind}${"time" in route ? route.time : ""}"`;
}
