import { assert, assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import {
  type ClipRequest,
  findSegmentsInClip,
  getSegmentTimes,
  resolveClip,
} from "../../lib/selection/clip.ts";
import type { Presentation, SwitchingSet } from "../../lib/presentation/presentation.ts";
import { PRESENTATION_NAMES, withSample } from "../sample_presentations.ts";

const LADDER = "three bitrates with two languages, subtitles and thumbnails";

/** Requested and resolved clips of a movie of 12 s in segments of 2 s. In seconds. */
const clips: [request: ClipRequest, start: number, end: number | undefined][] = [
  [{}, 0, undefined],
  [{ start: 0 }, 0, undefined],
  [{ start: 1.9 }, 0, undefined],
  [{ start: 2 }, 2, undefined],
  [{ start: 1.9991 }, 2, undefined], // within the tolerance of a millisecond
  [{ start: 1.9989 }, 0, undefined],
  [{ start: 3.9995 }, 4, undefined],
  [{ start: 11.999 }, 10, undefined],
  [{ end: 12 }, 0, undefined],
  [{ end: 1e9 }, 0, undefined],
  [{ end: 10.1 }, 0, undefined],
  [{ end: 10.001 }, 0, 10],
  [{ end: 10 }, 0, 10],
  [{ end: 0.1 }, 0, 2],
  [{ start: 2, end: 2.0005 }, 2, 4],
  [{ start: 5.5, end: 9.5 }, 4, 10],
  [{ start: 4, end: 10 }, 4, 10],
  [{ start: 4.0001, end: 5.9999 }, 4, 6],
  [{ start: 11, end: 11.5 }, 10, undefined],
];

for (const [request, start, end] of clips) {
  Deno.test(`resolveClip() extends ${JSON.stringify(request)} to whole segments`, () =>
    withSample(LADDER, (presentation) => {
      const clip = resolveClip(presentation, request);
      const seconds = [clip.start, clip.end].map((time) => time && time.ticks / time.timescale);
      assertEquals(seconds, [start, end]);
    }));
}

const rejected: [request: ClipRequest, reason: string][] = [
  [{ start: 12.1 }, "Cannot start at 12.1 s, expected less than 12"],
  [{ start: 1e9 }, "Cannot start at 1000000000 s, expected less than 12"],
  [{ start: 3, end: 3 }, "Cannot start at 3 s and end at 3 s"],
  [{ start: 3, end: 2 }, "Cannot start at 3 s and end at 2 s"],
  [{ end: 0 }, "Cannot start at 0 s and end at 0 s"],
];

for (const [request, reason] of rejected) {
  Deno.test(`resolveClip() rejects ${JSON.stringify(request)}`, () =>
    withSample(LADDER, (presentation) => {
      const error = assertThrows(() => resolveClip(presentation, request), RequestError, reason);
      assertEquals(error.code, "BAD_REQUEST");
    }));
}

/** Returns the segment starts of the reference rendition and the end of the presentation, in seconds. */
function getReferenceBoundaries({ renditions, duration }: Presentation): number[] {
  const all = [...renditions.values()];
  const reference = all.find(({ type }) => type === "video") ??
    all.find(({ type }) => type === "audio");
  const { times, timescale } = getSegmentTimes(reference ?? all[0]!);
  const inner = [...times].slice(1, -1).map((time) => time / timescale);
  return [0, ...inner, duration.ticks / duration.timescale];
}

/** Returns true if a set is segmented at these boundaries: subtitles exactly, audio at the next packet, video if aligned. */
function usesBoundaries(
  { type, aligned, renditions }: SwitchingSet,
  boundaries: readonly number[],
): boolean {
  const { times, timescale } = getSegmentTimes(renditions[0]!);
  const same = (time: number) =>
    boundaries.some((other) => Math.abs(time / timescale - other) < 0.001);
  return aligned && (type === "audio" || type !== "image" && [...times].slice(1, -1).every(same));
}

for (const name of PRESENTATION_NAMES) {
  Deno.test(`findSegmentsInClip() returns each segment in exactly one of consecutive clips: ${name}`, () =>
    withSample(name, (presentation) => {
      const boundaries = getReferenceBoundaries(presentation);
      assert(boundaries.length > 1);
      for (const set of presentation.sets.filter((set) => usesBoundaries(set, boundaries))) {
        for (const rendition of set.renditions) {
          const spans = boundaries.slice(1).flatMap((end, i) => {
            const clip = resolveClip(presentation, { start: boundaries[i]!, end });
            return findSegmentsInClip(rendition, clip) ?? [];
          });
          const indices = spans.flatMap(({ first, end }) =>
            Array.from({ length: end - first }, (_, i) => first + i)
          );
          const { times } = getSegmentTimes(rendition);
          assertEquals(
            indices,
            Array.from({ length: times.length - 1 }, (_, i) => i),
            rendition.name,
          );
        }
      }
    }));

  Deno.test(`findSegmentsInClip() returns every segment that is presented in the clip: ${name}`, () =>
    withSample(name, (presentation) => {
      const seconds = presentation.duration.ticks / presentation.duration.timescale;
      for (let start = 0; start < seconds - 0.4; start += 0.37) {
        const end = start + 1.3;
        const clip = resolveClip(presentation, { start, end });
        for (const rendition of presentation.renditions.values()) {
          const { times, timescale } = getSegmentTimes(rendition);
          const inside = [...times].slice(0, -1).filter((time, i) =>
            time / timescale < end - 0.002 && times[i + 1]! / timescale > start + 0.002
          );
          const span = findSegmentsInClip(rendition, clip);
          const found = span ? [...times].slice(span.first, span.end) : [];
          const late = rendition.type === "audio" || rendition.type === "text" ? 0.5 : 0.001;
          const missing = inside.filter((time) => !found.includes(time));
          // except the end of a sample or cue that spans a boundary
          const excused = missing.filter((time) =>
            times[times.indexOf(time) + 1]! / timescale <=
              clip.start.ticks / clip.start.timescale + late
          );
          assertEquals(excused, missing, `${rendition.name} from ${start} s`);
        }
      }
    }));
}
