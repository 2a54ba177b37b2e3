/** Broadcasts of recorded assets, as channels present them. */

import type { Broadcast, BroadcastPeriod } from "../../lib/presentation/broadcast.ts";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { sliceTimeline } from "../../lib/presentation/segment_timeline.ts";
import { openInputs } from "../open_presentation.ts";
import { getMedia, open, openArchive, recordAsset } from "./recorded_asset.ts";
import { EPOCH } from "./recording.ts";

/** Records files of testdata/ as a channel, and returns the archive as a presentation. */
export async function recordPresentation(...files: string[]): Promise<Presentation> {
  const inputs = files.map((file) => ({ file }));
  const presentation = await openInputs(inputs, { open, segmentDuration: 2 });
  try {
    const archive = await recordAsset(presentation);
    return openArchive(archive, presentation, { synchronous: true });
  } finally {
    presentation.close();
  }
}

/** Returns a presentation with some of its segments. */
export function selectSegments(
  presentation: Presentation,
  span: { readonly first: number; readonly end: number },
  names: readonly string[] = [...presentation.renditions.keys()],
): Presentation {
  const slice = (rendition: MediaRendition) =>
    names.includes(rendition.name)
      ? { ...rendition, timeline: sliceTimeline(rendition.timeline, span) }
      : rendition;
  const renditions = new Map(
    getMedia(presentation).map((rendition) => [rendition.name, slice(rendition)]),
  );
  const sets = presentation.sets.map((set) => ({
    ...set,
    renditions: set.renditions.map(({ name }) => renditions.get(name)!),
  }));
  const last = [...renditions.values()].map(({ timeline: { times }, timing: { timescale } }) => ({
    ticks: times.at(-1)!,
    timescale,
  }));
  const duration = last.reduce((a, b) => b.ticks / b.timescale > a.ticks / a.timescale ? b : a);
  return { ...presentation, sets, renditions, duration };
}

/** @param start in seconds after the epoch of the broadcast */
export function createPeriod(
  presentation: Presentation,
  { number = 1, start = 0, isOver = false }: {
    readonly number?: number;
    readonly start?: number;
    readonly isOver?: boolean;
  } = {},
): BroadcastPeriod {
  const shown = isOver ? presentation : { ...presentation, isLive: true };
  return {
    number,
    start: EPOCH + Math.round(1e6 * start),
    isOver,
    presentation: shown,
    derived: new DerivedValues(shown),
    sequences: new Map(
      getMedia(presentation).map(({ name, bandwidth }, i) => [
        name,
        { firstOrdinal: 100 * number + i, listedBandwidth: bandwidth, publisher: "main" },
      ]),
    ),
  };
}

export function createBroadcast(
  periods: readonly BroadcastPeriod[],
  properties: Partial<Broadcast> = {},
): Broadcast {
  return {
    version: "v0123456789ab",
    epoch: EPOCH,
    targetDuration: periods[0]!.presentation.targetDuration,
    isLive: true,
    updatedAt: EPOCH + 12_345_678,
    periods,
    ...properties,
  };
}
