/** Context of a manifest check. */

import type { MediaRendition, Presentation, Rendition } from "../../presentation/presentation.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import type { Report } from "../findings.ts";
import type { Builder, Tally } from "../build.ts";

export interface ManifestContext {
  readonly presentation: Presentation;
  readonly measurements: ReadonlyMap<string, RenditionMeasurements>;
  readonly builder: Builder;
  readonly targetSeconds: number;
  readonly tally: Tally;
  reportAt(rendition?: string, segmentIndex?: number): Report;
}

/** Segment starts as in URLs: the earliest presentation time, at least 0. */
export function getSegmentStarts(
  { measurements }: ManifestContext,
  { name, timeline }: MediaRendition,
): number[] {
  const { cmaf } = measurements.get(name)!;
  return Array.from(
    timeline.times.subarray(0, -1),
    (time, i) => cmaf[i] ? Math.max(0, cmaf[i].earliestPresentation) : time,
  );
}

export function getPresentationEnd(
  { measurements }: ManifestContext,
  { name, timeline }: MediaRendition,
): number {
  const { cmaf } = measurements.get(name)!;
  const ends = cmaf.map((segment) => segment?.presentationEnd ?? 0);
  const end = ends.reduce((latest, time) => Math.max(latest, time), 0);
  return ends.length > 0 ? end : timeline.times.at(-1)!;
}

export function getSegmentBoundaries(context: ManifestContext, rendition: MediaRendition) {
  const starts = getSegmentStarts(context, rendition);
  return [...starts, Math.max(getPresentationEnd(context, rendition), starts.at(-1)! + 1)];
}

export function isMedia(rendition: Rendition): rendition is MediaRendition {
  return rendition.type !== "text";
}
