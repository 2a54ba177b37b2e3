/** Answers out of a title: what is built and kept, and what is cut anew each time. */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Presentation } from "../presentation/presentation.ts";
import { planSize } from "../segment/plan.ts";
import type { SegmentPlan } from "../segment/plan.ts";
import type { FragmentTarget, MediaTarget } from "../urls.ts";
import { type Name, partOf } from "./bodies.ts";
import { acceptsGzip, isUnchanged, type Part } from "./conditions.ts";
import { type Built, type Call, type Entity, IMMUTABLE, REVALIDATED } from "./response.ts";
import type { Site } from "./site.ts";
import type { Title } from "./title.ts";

/** A request for something of a title that is in use. */
export interface Visit {
  readonly call: Call;
  readonly site: Site;
  readonly title: Title;
}

/** What a manifest is made by. */
export interface Manifest {
  readonly type: string;
  /** @throws RequestError when there is nothing to offer */
  build(presentation: Presentation): string;
  /** What the operator should know of it; "": nothing. */
  note?(presentation: Presentation): string;
}

/** A manifest: built once, gzipped once, revalidated each time. Ranges are of the plain form. */
export function serveManifest(
  visit: Visit,
  key: string,
  { type, build, note }: Manifest,
): Response | Promise<Response> {
  const { headers } = visit.call;
  const zipped = !headers.has("range") && acceptsGzip(headers.get("accept-encoding"));
  const plain = kept(visit, key, () => {
    const { presentation, file } = visit.title;
    const bytes = new TextEncoder().encode(build(presentation));
    const message = note?.(presentation);
    if (message) visit.site.report(file, message);
    return { bytes, etag: etagOf(bytes) };
  });
  const { bytes, etag } = zipped ? kept(visit, `${key} gzip`, () => gzipped(plain)) : plain;
  const coding = zipped ? "gzip" : "";
  const entity = { type, etag, size: bytes.length, caching: REVALIDATED, coding } as const;
  return visit.site.responder.entity(visit.call, entity, (part) => slice(bytes, part));
}

/** What was built of the title under this key; else it is built now. */
function kept({ site, title }: Visit, key: string, build: () => Built): Built {
  const known = title.built.get(key);
  if (known) return known;
  const built = build();
  site.library.keep(title, key, built);
  return built;
}

function gzipped({ bytes, etag }: Built): Built {
  const zipped = gzipSync(bytes) as Uint8Array<ArrayBuffer>;
  return { bytes: zipped, etag: `${etag.slice(0, -1)}-gzip"` };
}

function slice(bytes: Uint8Array<ArrayBuffer>, { start, end }: Part): Uint8Array<ArrayBuffer> {
  return bytes.subarray(start, end);
}

/** An ETag of what the bytes are: the same on every machine, and after every restart. */
function etagOf(bytes: Uint8Array): string {
  return `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
}

/** Media that is one piece: built once, the same for ever. */
export function serveMedia(
  visit: Visit,
  target: MediaTarget,
  { type, bytes: build }: { type: string; bytes: () => Uint8Array },
): Response | Promise<Response> {
  const etag = mediaEtag(target);
  const { bytes } = kept(visit, etag, () => ({ bytes: build() as Uint8Array<ArrayBuffer>, etag }));
  const entity = { type, etag, size: bytes.length, caching: IMMUTABLE };
  return visit.site.responder.entity(visit.call, entity, (part) => slice(bytes, part));
}

/** A segment: cut out of the file each time, the same for ever. HEAD reads nothing. */
export function serveSegment(
  { call, site, title }: Visit,
  target: MediaTarget | FragmentTarget,
  plan: SegmentPlan,
): Response | Promise<Response> {
  const { type } = plan;
  const entity = { type, etag: mediaEtag(target), size: planSize(plan), caching: IMMUTABLE };
  return site.responder.entity(call, entity, ({ start, end, partial }) => {
    title.use(); // a part that goes out in slices needs it for longer than we do
    return site.bodies.of({
      plan: partial ? partOf(plan, start, end) : plan,
      file: target.file,
      etag: entity.etag,
      start,
      release: () => title.release(),
      failed: (error) => site.report(target.file, error),
      completed: call.completed,
    });
  });
}

/** A segment whose bytes depend on its samples: it is made before its length is known, but not where it is unchanged. */
export function serveFinished(
  visit: Visit,
  target: MediaTarget,
  plan: SegmentPlan,
): Response | Promise<Response> {
  const { call, site: { responder, bodies } } = visit;
  const { type } = plan;
  const entity = { type, etag: mediaEtag(target), size: 0, caching: IMMUTABLE, file: target.file };
  if (isUnchanged(call.headers, entity)) return responder.entity(call, entity, () => NOTHING);
  const large = (size: number) => plan.stretches !== undefined && bodies.isLarge(size);
  if (large(planSize(plan))) return serveStretches(visit, entity, plan);
  const whole = (bytes: Uint8Array<ArrayBuffer>) =>
    responder.entity(call, { ...entity, size: bytes.length }, (part) => {
      if (call.completed) bodies.count(bytes.length, call.completed);
      return slice(bytes, part);
    });
  const made = bodies.finished(plan, entity);
  if (!(made instanceof Promise)) return whole(made);
  return made.then((bytes) =>
    large(bytes.length) ? serveStretches(visit, entity, plan) : whole(bytes) // others took the room meanwhile
  );
}

/** When there is no room for all of it: it is made while it is sent. */
async function serveStretches(
  { call, site, title }: Visit,
  entity: Entity & Name,
  plan: SegmentPlan,
): Promise<Response> {
  const stretches = await site.bodies.stretches(plan, entity);
  const size = stretches.reduce((sum, { size }) => sum + size, 0);
  return await site.responder.entity(call, { ...entity, size }, (part) => {
    title.use(); // for longer than we do
    return site.bodies.stretched(stretches, part, {
      ...entity,
      release: () => title.release(),
      failed: (error) => site.report(entity.file, error),
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
