/** Snapshots of a live presentation. */

import type { Presentation, Rendition } from "../lib/presentation/presentation.ts";
import { countSegments, sliceTimeline } from "../lib/presentation/segment_timeline.ts";

/**
 * Lists live presentations of 1, 2, 3 … segments of media, each without the last segment; then the presentation itself.
 *
 * @param audioLag number of segments that audio has less than video
 */
export function listSnapshots(presentation: Presentation, audioLag = 0): Presentation[] {
  const media = [...presentation.renditions.values()].filter((one) => one.type !== "text");
  const count = Math.max(...media.map(({ timeline }) => countSegments(timeline)));
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 ? presentation : {
      ...limitPresentation(presentation, i + 1, audioLag),
      isLive: true,
    });
}

function limitPresentation(
  presentation: Presentation,
  count: number,
  audioLag: number,
): Presentation {
  const limit = (rendition: Rendition): Rendition => {
    if (rendition.type === "text") return rendition;
    const lag = rendition.type === "audio" ? audioLag : 0;
    const listed = Math.min(count - lag, countSegments(rendition.timeline) - 1);
    const timeline = sliceTimeline(rendition.timeline, { first: 0, end: Math.max(1, listed) });
    return {
      ...rendition,
      timeline,
      timing: { ...rendition.timing, end: timeline.samples.at(-1)! },
    };
  };
  const renditions = new Map(
    [...presentation.renditions].map(([name, rendition]) => [name, limit(rendition)]),
  );
  const sets = presentation.sets.map((set) => ({
    ...set,
    renditions: set.renditions.map(({ name }) => renditions.get(name)!),
  }));
  return { ...presentation, renditions, sets };
}
