/** What manifests are held against: what was read back of the segments. */

import type { MediaRendition, Presentation, Rendition } from "../../presentation/presentation.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import type { Report } from "../findings.ts";
import type { Builder, Tally } from "../build.ts";

export interface ManifestContext {
  readonly presentation: Presentation;
  readonly measurements: ReadonlyMap<string, RenditionMeasurements>;
  readonly builder: Builder;
  /** The longest segment of pictures or sound that was read back, in whole seconds. */
  readonly target: number;
  /** A row of the table: how many segments the manifest lists. */
  readonly tally: Tally;
  /** Of a rendition, or of the whole; a segment's index from 0. */
  reportAt(rendition?: string, segment?: number): Report;
}

/** Where a rendition's segments start, as URLs report it: the earliest presentation time, never below 0. */
export function getSegmentStarts(
  { measurements }: ManifestContext,
  { name, timeline }: MediaRendition,
): number[] {
  const { cmaf } = measurements.get(name)!;
  return Array.from(
    timeline.times.subarray(0, -1),
    (time, i) => cmaf[i] ? Math.max(0, cmaf[i].earliest) : time,
  );
}

/** Where it ends: what is presented last. */
export function getPresentationEnd(
  { measurements }: ManifestContext,
  { name, timeline }: MediaRendition,
): number {
  const { cmaf } = measurements.get(name)!;
  const ends = cmaf.map((segment) => segment?.shownEnd ?? 0);
  const end = ends.reduce((latest, time) => Math.max(latest, time), 0);
  return ends.length > 0 ? end : timeline.times.at(-1)!;
}

export function isMedia(rendition: Rendition): rendition is MediaRendition {
  return rendition.type !== "text";
}
