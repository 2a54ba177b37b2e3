/** Answers out of a title: what is built and kept, and what is cut anew each time. */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Presentation } from "../presentation/presentation.ts";
import { planSize } from "../segment/plan.ts";
import type { SegmentPlan } from "../segment/plan.ts";
import type { Source } from "../source/source.ts";
import type { MediaTarget } from "../urls.ts";
import { partOf } from "./bodies.ts";
import { acceptsGzip, type Part } from "./conditions.ts";
import { type Built, type Call, IMMUTABLE, REVALIDATED } from "./response.ts";
import type { Site } from "./site.ts";
import type { Title } from "./title.ts";

/** A request for something of a title that is in use. */
export interface Visit {
  readonly call: Call;
  readonly site: Site;
  readonly title: Title;
}

/** A manifest: built once, gzipped once, revalidated each time. Ranges are of the plain form. */
export function serveManifest(
  visit: Visit,
  key: string,
  { type, build }: { type: string; build(presentation: Presentation): string },
): Response | Promise<Response> {
  const { headers } = visit.call;
  const zipped = !headers.has("range") && acceptsGzip(headers.get("accept-encoding"));
  const plain = kept(visit, key, () => {
    const bytes = new TextEncoder().encode(build(visit.title.presentation));
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
  target: MediaTarget,
  { plan, source }: { plan: SegmentPlan; source: Source },
): Response | Promise<Response> {
  const { type } = plan;
  const entity = { type, etag: mediaEtag(target), size: planSize(plan), caching: IMMUTABLE };
  return site.responder.entity(call, entity, ({ start, end, partial }) => {
    title.use(); // a part that goes out in slices needs it for longer than we do
    return site.bodies.of({
      plan: partial ? partOf(plan, start, end) : plan,
      source,
      release: () => title.release(),
      failed: (error) => site.report(target.file, error),
      completed: call.completed,
    });
  });
}

/** A version, a rendition and a time name the bytes, so nothing has to be read for an ETag. */
function mediaEtag({ version, rendition, ...media }: MediaTarget): string {
  return `"${version}-${rendition}-${media.kind}${"time" in media ? media.time : ""}"`;
}
