/** A presentation that is open, with what was built of it; and how its files looked when they were read. */

import { MediaError, RequestError } from "../errors.ts";
import type { Presentation } from "../presentation/presentation.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { Cache } from "../cache.ts";
import type { BytesResource, Resource } from "../http/resource.ts";
import type { ResolvedFile } from "./document_root.ts";

/** What was seen of a file, and how to look again. */
export interface Fingerprint {
  readonly value: string;
  readonly compute: () => string | Promise<string>;
}

/** Where a file is found; a promise where it may take long to look. */
export type ResolveFile = () => ResolvedFile | Promise<ResolvedFile>;

/** Looks at a file, and says how to do so again. */
export async function takeFingerprint(find: ResolveFile): Promise<Fingerprint> {
  const look = () => statFingerprint(find);
  return { value: await look(), compute: look };
}

/** Whether files look as they did; a promise where it may take long to look. */
export function isUnchanged(fingerprints: readonly Fingerprint[]): boolean | Promise<boolean> {
  for (const [i, { value, compute }] of fingerprints.entries()) {
    const looked = compute();
    if (looked instanceof Promise) {
      const rest = fingerprints.slice(i + 1).map((sight) => isUnchanged([sight]));
      return Promise.all([looked.then((now) => now === value), ...rest])
        .then((same) => same.every(Boolean));
    }
    if (looked !== value) return false;
  }
  return true;
}

/** Differs once the file was replaced, edited, removed, or a link on the way to it leads elsewhere. */
function statFingerprint(find: ResolveFile): string | Promise<string> {
  try {
    const found = find();
    return found instanceof Promise
      ? found.then(describeFile, describeFailure)
      : describeFile(found);
  } catch (error) {
    return describeFailure(error);
  }
}

function describeFile({ path, info }: ResolvedFile): string {
  const { dev, ino, size, mtime, ctime } = info;
  return [path, dev, ino, size, mtime?.getTime(), ctime?.getTime()].join();
}

function describeFailure(error: unknown): string {
  if (error instanceof MediaError || error instanceof RequestError) return error.message;
  throw error;
}

/** Why a presentation can't be opened: known for as long as its files are the same. */
export interface LoadFailure {
  readonly error: unknown;
  /** Empty: it may pass by itself. */
  readonly fingerprints: readonly Fingerprint[];
  checkedAt: number;
}

/** Bytes that a rendition takes beside its tables, roughly: objects, sample entries, strings. */
const RENDITION_SIZE = 8192;

/** The same of what is known of the size of a segment: two numbers. */
const SEGMENT_SIZE = 16;

function timelineSize({ renditions }: Presentation): number {
  let size = 0;
  for (const rendition of renditions.values()) {
    size += RENDITION_SIZE;
    if (rendition.type === "text") {
      size += 2 * rendition.webvttBytes.length + rendition.times.byteLength;
    } else {
      for (const column of Object.values(rendition.timeline)) size += column.byteLength;
      size += SEGMENT_SIZE * rendition.timeline.samples.length;
    }
  }
  return size;
}

/** A segment that was planned, and what is answered with. */
export interface PlannedSegment extends Resource {
  readonly plan: SegmentPlan;
  /** It was asked for before. */
  requestedBefore?: boolean;
}

/** Of plans that a asset keeps, and what one takes beside its head. In bytes. */
const SEGMENTS_CAPACITY = 2 ** 20;
const PLAN_SIZE = 512;

/** Of one asset, what is kept of manifests that a query selects: no more bytes, and no more than 64 of them. */
const SELECTED_CAPACITY = 4 * 2 ** 20;
const SELECTED_SHARE = SELECTED_CAPACITY / 64;

/** A presentation, open for whoever uses it; closed when it was dropped and nobody does any more. */
export class Asset {
  /** Manifests and inits by kind and rendition. */
  readonly resources = new Map<string, BytesResource>();
  readonly #segments = new Cache<PlannedSegment>(SEGMENTS_CAPACITY);
  /** Manifests of a part of it: anybody may ask for ever new ones, so those that were not used for longest go. */
  readonly #selected = new Cache<BytesResource>(SELECTED_CAPACITY);
  /** When its files were last looked at, by the library's clock. */
  checkedAt = 0;
  #useCount = 0;
  #dropped = false;

  constructor(
    readonly file: string,
    readonly presentation: Presentation,
    readonly fingerprints: readonly Fingerprint[],
  ) {}

  /** What it takes now, with what is built of it. In bytes. */
  get size(): number {
    let size = this.presentation.residentBytes() + timelineSize(this.presentation);
    for (const { bytes } of this.resources.values()) size += bytes.length;
    return size + this.#segments.size + this.#selected.size;
  }

  getSelected(key: string): BytesResource | undefined {
    return this.#selected.get(key);
  }

  cacheSelected(key: string, built: BytesResource): void {
    this.#selected.set(key, built, Math.max(built.bytes.length, SELECTED_SHARE));
  }

  /** The plan of this name, made once; those with a `finish` hold too much to be kept. */
  getSegment(etag: string, plan: () => PlannedSegment): PlannedSegment {
    const known = this.#segments.get(etag);
    if (known) return known;
    const made = plan();
    const { header, ranges, transform } = made.plan;
    if (!transform) this.#segments.set(etag, made, PLAN_SIZE + header.length + 64 * ranges.length);
    return made;
  }

  /** False when it is closed; else `release` is due, or `using`. */
  acquire(): boolean {
    if (this.#dropped && this.#useCount === 0) return false;
    this.#useCount++;
    return true;
  }

  release(): void {
    this.#useCount--;
    this.#closeWhenIdle();
  }

  /** The library has no place for it any more: answers under way still end well. */
  drop(): void {
    this.#dropped = true;
    this.#closeWhenIdle();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #closeWhenIdle(): void {
    if (this.#dropped && this.#useCount === 0) this.presentation.close();
  }
}
