/** Answers out of a title: what is built and kept, and what is cut anew each time. */

import type { Presentation } from "../presentation/presentation.ts";
import { getPlanSize } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import type { MediaRoute, SmoothFragmentRoute } from "../url/route.ts";
import { type Name, partOf } from "../http/body.ts";
import {
  gzipResource,
  serveBuilt,
  sliceResource,
  wantsGzip,
  withEtag,
} from "../http/compression.ts";
import { isUnchanged } from "../http/conditional.ts";
import { type Body, type BuiltResource, IMMUTABLE, REVALIDATED } from "../http/response.ts";
import type { CachedPlan } from "../library/asset.ts";
import { type RequestContext, selectForRequest, wholePresentation } from "./request_context.ts";

/** What a manifest is made by. */
export interface Manifest {
  readonly type: string;
  /** @throws RequestError when there is nothing to offer, or the query leaves nothing of it */
  build(presentation: Presentation): string;
  /** What the operator should know of it; "": nothing. */
  note?(presentation: Presentation): string;
}

/**
 * A manifest: built once, gzipped once, revalidated each time. Ranges are of the plain form.
 *
 * @throws RequestError as `build`, and when the query can't be read
 */
export function serveManifest(
  visit: RequestContext,
  key: string,
  { type, build, note }: Manifest,
): Response | Promise<Response> {
  const { request, app, asset } = visit;
  const { presentation, cached } = selectForRequest(visit);
  const plain = cached(key, () => {
    const bytes = new TextEncoder().encode(build(presentation));
    const message = presentation.selection ? "" : note?.(presentation); // once is enough
    if (message) app.report(asset.file, message);
    return withEtag(bytes, { type, caching: REVALIDATED });
  });
  const built = wantsGzip(request) ? cached(`${key} gzip`, () => gzipResource(plain)) : plain;
  return serveBuilt(request, app.responder, built);
}

/** Media that is one piece: built once, the same for ever. */
export function serveMedia(
  visit: RequestContext,
  target: MediaRoute,
  { type, bytes: build }: { type: string; bytes: () => Uint8Array },
): Response | Promise<Response> {
  const etag = mediaEtag(target);
  const built = wholePresentation(visit).cached(etag, () => builtOf(build(), type, etag));
  return serveBuilt(visit.request, visit.app.responder, built);
}

function builtOf(bytes: Uint8Array, type: string, etag: string): BuiltResource {
  const entity = { type, etag, size: bytes.length, caching: IMMUTABLE };
  return { bytes: bytes as Uint8Array<ArrayBuffer>, entity };
}

/** What is larger is cut anew each time: that costs little beside sending it. In bytes. */
const LARGEST_HOT = 2 ** 20;

/**
 * A segment: the same for ever. It is kept for as long as there is room: one that is cut when it is asked for again, one that
 * has to be made at once.
 */
export function serveSegment(
  visit: RequestContext,
  target: MediaRoute | SmoothFragmentRoute,
  plan: () => SegmentPlan,
): Response | Promise<Response> {
  const { app, asset } = visit;
  const name = { file: target.file, etag: mediaEtag(target) };
  const hot = app.hot.get(keyOf(name));
  if (hot && !app.bodies.isLarge(hot.bytes.length)) return serveCached(visit, hot);
  const planned = asset.planned(name.etag, () => {
    const made = plan();
    const { type } = made;
    return { type, etag: name.etag, size: getPlanSize(made), caching: IMMUTABLE, plan: made };
  });
  return planned.plan.transform
    ? serveGenerated(visit, name, planned.plan)
    : serveFromFile(visit, name, planned);
}

function keyOf({ file, etag }: Name): string {
  return `${file} ${etag}`;
}

function serveCached(
  { request, app }: RequestContext,
  { bytes, entity }: BuiltResource,
): Response | Promise<Response> {
  return app.responder.entity(request, entity, (part) => {
    app.bodies.count(part.end - part.start, request);
    return sliceResource(bytes, part);
  });
}

/** A segment that is cut out of the file. HEAD reads nothing. */
function serveFromFile(
  { request, app, asset }: RequestContext,
  { file, etag }: Name,
  planned: CachedPlan,
): Response | Promise<Response> {
  const again = planned.again;
  planned.again = true;
  return app.responder.entity(request, planned, ({ start, end, partial }) => {
    asset.use(); // a part that goes out in slices needs it for longer than we do
    const body = app.bodies.create({
      plan: partial ? partOf(planned.plan, start, end) : planned.plan,
      file,
      etag,
      start,
      release: () => asset.release(),
      failed: (error) => app.report(file, error),
      on: request,
    });
    if (partial || !again || planned.size > LARGEST_HOT) return body;
    const keep = (body: Body) => {
      if (!(body instanceof Uint8Array)) return body;
      const built = builtOf(body.slice(), planned.type, etag); // it is in the scratch buffer
      app.hot.set(keyOf({ file, etag }), built, body.length);
      return body;
    };
    return body instanceof Promise ? body.then(keep) : keep(body);
  });
}

/** A segment whose bytes depend on its samples: it is made before its length is known, but not where it is unchanged. */
function serveGenerated(
  visit: RequestContext,
  name: Name,
  plan: SegmentPlan,
): Response | Promise<Response> {
  const { request, app: { responder, bodies, hot } } = visit;
  const entity = { type: plan.type, etag: name.etag, size: 0, caching: IMMUTABLE };
  if (isUnchanged(request.headers, entity)) return responder.entity(request, entity, () => NOTHING);
  const large = (size: number) => plan.slices !== undefined && bodies.isLarge(size);
  if (large(getPlanSize(plan))) return serveSliced(visit, name, plan);
  const whole = (bytes: Uint8Array) => {
    const built = builtOf(bytes, plan.type, name.etag);
    hot.set(keyOf(name), built, bytes.length);
    return serveCached(visit, built);
  };
  const made = bodies.transformed(plan, name);
  if (!(made instanceof Promise)) return whole(made);
  return made.then((bytes) => large(bytes.length) ? serveSliced(visit, name, plan) : whole(bytes) // others took the room meanwhile
  );
}

/** When there is no room for all of it: it is made while it is sent. */
async function serveSliced(
  { request, app, asset }: RequestContext,
  name: Name,
  plan: SegmentPlan,
): Promise<Response> {
  const stretches = await app.bodies.slices(plan, name);
  const size = stretches.reduce((sum, { size }) => sum + size, 0);
  const entity = { type: plan.type, etag: name.etag, size, caching: IMMUTABLE };
  return await app.responder.entity(request, entity, (part) => {
    asset.use(); // for longer than we do
    return app.bodies.sliced(stretches, part, {
      ...name,
      release: () => asset.release(),
      failed: (error) => app.report(name.file, error),
    });
  });
}

const NOTHING = new Uint8Array(0);

/** A version, a rendition and a time name the bytes, so nothing has to be read for an ETag. */
function mediaEtag(target: MediaRoute | SmoothFragmentRoute): string {
  if (target.kind === "fragment") {
    return `"${target.version}-${target.bitrate}-${target.stream}=${target.time}"`;
  }
  const { version, rendition, kind } = target; // extensions follow from the rendition
  return `"${version}-${rendition}-${kind}${"time" in target ? target.time : ""}"`;
}
