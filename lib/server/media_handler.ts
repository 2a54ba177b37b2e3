/** Answers out of a title: what is built and kept, and what is cut anew each time. */

import type { Presentation } from "../presentation/presentation.ts";
import { planSize } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import type { FragmentTarget, MediaTarget } from "../url/route.ts";
import { type Name, partOf } from "../http/body.ts";
import { gzipped, hashed, partOfBytes, serveBuilt, wantsGzip } from "../http/compression.ts";
import { isUnchanged } from "../http/conditional.ts";
import { type Body, type Built, IMMUTABLE, REVALIDATED } from "../http/response.ts";
import type { Planned } from "../library/asset.ts";
import { viewOf, type Visit, wholeView } from "./request_context.ts";

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
  visit: Visit,
  key: string,
  { type, build, note }: Manifest,
): Response | Promise<Response> {
  const { call, site, title } = visit;
  const { presentation, kept } = viewOf(visit);
  const plain = kept(key, () => {
    const bytes = new TextEncoder().encode(build(presentation));
    const message = presentation.selection ? "" : note?.(presentation); // once is enough
    if (message) site.report(title.file, message);
    return hashed(bytes, { type, caching: REVALIDATED });
  });
  const built = wantsGzip(call) ? kept(`${key} gzip`, () => gzipped(plain)) : plain;
  return serveBuilt(call, site.responder, built);
}

/** Media that is one piece: built once, the same for ever. */
export function serveMedia(
  visit: Visit,
  target: MediaTarget,
  { type, bytes: build }: { type: string; bytes: () => Uint8Array },
): Response | Promise<Response> {
  const etag = mediaEtag(target);
  const built = wholeView(visit).kept(etag, () => builtOf(build(), type, etag));
  return serveBuilt(visit.call, visit.site.responder, built);
}

function builtOf(bytes: Uint8Array, type: string, etag: string): Built {
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
  visit: Visit,
  target: MediaTarget | FragmentTarget,
  plan: () => SegmentPlan,
): Response | Promise<Response> {
  const { site, title } = visit;
  const name = { file: target.file, etag: mediaEtag(target) };
  const hot = site.hot.get(keyOf(name));
  if (hot && !site.bodies.isLarge(hot.bytes.length)) return serveHot(visit, hot);
  const planned = title.planned(name.etag, () => {
    const made = plan();
    const { type } = made;
    return { type, etag: name.etag, size: planSize(made), caching: IMMUTABLE, plan: made };
  });
  return planned.plan.finish ? serveFinished(visit, name, planned.plan) : cut(visit, name, planned);
}

function keyOf({ file, etag }: Name): string {
  return `${file} ${etag}`;
}

function serveHot({ call, site }: Visit, { bytes, entity }: Built): Response | Promise<Response> {
  return site.responder.entity(call, entity, (part) => {
    site.bodies.count(part.end - part.start, call);
    return partOfBytes(bytes, part);
  });
}

/** A segment that is cut out of the file. HEAD reads nothing. */
function cut(
  { call, site, title }: Visit,
  { file, etag }: Name,
  planned: Planned,
): Response | Promise<Response> {
  const again = planned.again;
  planned.again = true;
  return site.responder.entity(call, planned, ({ start, end, partial }) => {
    title.use(); // a part that goes out in slices needs it for longer than we do
    const body = site.bodies.of({
      plan: partial ? partOf(planned.plan, start, end) : planned.plan,
      file,
      etag,
      start,
      release: () => title.release(),
      failed: (error) => site.report(file, error),
      on: call,
    });
    if (partial || !again || planned.size > LARGEST_HOT) return body;
    const keep = (body: Body) => {
      if (!(body instanceof Uint8Array)) return body;
      const built = builtOf(body.slice(), planned.type, etag); // it is in the scratch buffer
      site.hot.set(keyOf({ file, etag }), built, body.length);
      return body;
    };
    return body instanceof Promise ? body.then(keep) : keep(body);
  });
}

/** A segment whose bytes depend on its samples: it is made before its length is known, but not where it is unchanged. */
function serveFinished(
  visit: Visit,
  name: Name,
  plan: SegmentPlan,
): Response | Promise<Response> {
  const { call, site: { responder, bodies, hot } } = visit;
  const entity = { type: plan.type, etag: name.etag, size: 0, caching: IMMUTABLE };
  if (isUnchanged(call.headers, entity)) return responder.entity(call, entity, () => NOTHING);
  const large = (size: number) => plan.stretches !== undefined && bodies.isLarge(size);
  if (large(planSize(plan))) return serveStretches(visit, name, plan);
  const whole = (bytes: Uint8Array) => {
    const built = builtOf(bytes, plan.type, name.etag);
    hot.set(keyOf(name), built, bytes.length);
    return serveHot(visit, built);
  };
  const made = bodies.finished(plan, name);
  if (!(made instanceof Promise)) return whole(made);
  return made.then((bytes) => large(bytes.length) ? serveStretches(visit, name, plan) : whole(bytes) // others took the room meanwhile
  );
}

/** When there is no room for all of it: it is made while it is sent. */
async function serveStretches(
  { call, site, title }: Visit,
  name: Name,
  plan: SegmentPlan,
): Promise<Response> {
  const stretches = await site.bodies.stretches(plan, name);
  const size = stretches.reduce((sum, { size }) => sum + size, 0);
  const entity = { type: plan.type, etag: name.etag, size, caching: IMMUTABLE };
  return await site.responder.entity(call, entity, (part) => {
    title.use(); // for longer than we do
    return site.bodies.stretched(stretches, part, {
      ...name,
      release: () => title.release(),
      failed: (error) => site.report(name.file, error),
    });
  });
}

const NOTHING = new Uint8Array(0);

/** A version, a rendition and a time name the bytes, so nothing has to be read for an ETag. */
function mediaEtag(target: MediaTarget | FragmentTarget): string {
  if (target.kind === "fragment") {
    return `"${target.version}-${target.bitrate}-${target.stream}=${target.time}"`;
  }
  const { version, rendition, kind } = target; // extensions follow from the rendition
  return `"${version}-${rendition}-${kind}${"time" in target ? target.time : ""}"`;
}
