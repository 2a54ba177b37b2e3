/** Snapshots of a presentation to which segments are added. */

import { assert, assertEquals } from "@std/assert";
import type { SampleTable } from "../lib/mp4/samples/sample_table.ts";
import { DerivedValues } from "../lib/presentation/derived_values.ts";
import type { Extend } from "../lib/presentation/derived_values.ts";
import type { MediaRendition, Presentation, Rendition } from "../lib/presentation/presentation.ts";
import { countSegments, sliceTimeline } from "../lib/presentation/segment_timeline.ts";
import type { Timeline } from "../lib/presentation/segment_timeline.ts";

/** Returns the first `count` segments, without copying them. */
export function limitTimeline(timeline: Timeline, count: number): Timeline {
  return sliceTimeline(timeline, { first: 0, end: count });
}

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
      live: { availabilityStart: 0 },
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
    const timeline = limitTimeline(rendition.timeline, Math.max(1, listed));
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

/**
 * Compares the values of snapshots, each extended from the one before, with values of the same snapshots alone; and the samples
 * measured for each with those of its last three segments, times three: audio may be muxed with video.
 */
export function assertGrows<T extends { readonly bandwidth: number }>(
  presentation: Presentation,
  extend: Extend<T>,
  audioLag = 0,
): void {
  const work = { samples: 0 };
  let derived: DerivedValues | undefined;
  for (const snapshot of listSnapshots(countSamples(presentation, work), audioLag)) {
    derived = new DerivedValues(snapshot, derived);
    const fresh = new DerivedValues(snapshot);
    for (const rendition of snapshot.renditions.values()) {
      if (rendition.type === "text") continue;
      work.samples = 0;
      const value = derived.get(extend, rendition.name);
      const measured = work.samples;
      assertEquals(value, fresh.get(extend, rendition.name));
      assert(value.bandwidth > 0);
      const { samples } = rendition.timeline;
      const recent = samples.at(-1)! - samples.at(Math.max(-4 - audioLag, -samples.length))!;
      assert(measured <= 3 * recent, `measured ${measured} samples, expected about ${recent}`);
    }
  }
}

function countSamples(presentation: Presentation, work: { samples: number }): Presentation {
  const counted = (rendition: MediaRendition): MediaRendition => {
    const samples = new Proxy(rendition.track.samples, {
      get(target, key) {
        const value = Reflect.get(target, key) as unknown;
        if (typeof value !== "function") return value;
        return (...args: number[]) => {
          if (key === "bytes" || key === "scanSamples") work.samples += args[1]! - args[0]!;
          return Reflect.apply(value, target, args) as unknown;
        };
      },
    }) as SampleTable;
    return { ...rendition, track: { ...rendition.track, samples } };
  };
  const renditions = [...presentation.renditions].map(([name, rendition]) =>
    [name, rendition.type === "text" ? rendition : counted(rendition)] as const
  );
  return { ...presentation, renditions: new Map(renditions) };
}
