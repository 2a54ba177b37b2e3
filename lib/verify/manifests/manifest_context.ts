/** What manifests are held against: what was read back of the segments. */

import type { MediaRendition, Presentation, Rendition } from "../../presentation/presentation.ts";
import type { RenditionFacts } from "../measurements.ts";
import type { Say } from "../findings.ts";
import type { Tally, Workbench } from "../build.ts";

export interface ManifestContext {
  readonly presentation: Presentation;
  readonly facts: ReadonlyMap<string, RenditionFacts>;
  readonly bench: Workbench;
  /** The longest segment of pictures or sound that was read back, in whole seconds. */
  readonly target: number;
  /** A row of the table: how many segments the manifest lists. */
  readonly tally: Tally;
  /** Of a rendition, or of the whole; a segment's index from 0. */
  sayOf(rendition?: string, segment?: number): Say;
}

/** Where a rendition's segments start, as URLs say it: the earliest presentation time, never below 0. */
export function startsOf({ facts }: ManifestContext, { name, timeline }: MediaRendition): number[] {
  const { cmaf } = facts.get(name)!;
  return Array.from(
    timeline.times.subarray(0, -1),
    (time, i) => cmaf[i] ? Math.max(0, cmaf[i].earliest) : time,
  );
}

/** Where it ends: what is presented last. */
export function endOf({ facts }: ManifestContext, { name, timeline }: MediaRendition): number {
  const { cmaf } = facts.get(name)!;
  const ends = cmaf.map((segment) => segment?.shownEnd ?? 0);
  const end = ends.reduce((latest, time) => Math.max(latest, time), 0);
  return ends.length > 0 ? end : timeline.times.at(-1)!;
}

export function isMedia(rendition: Rendition): rendition is MediaRendition {
  return rendition.type !== "text";
}
