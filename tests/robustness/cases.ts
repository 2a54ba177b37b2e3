/** Tables of hostile movies, with their outcomes. */

import { assertEquals, assertMatch } from "@std/assert";
import { syntheticMovie, type SyntheticTrack } from "./synthetic_movie.ts";
import { fetchAll } from "./fetch_all.ts";

/** Movie that plays, or is rejected with the error message. */
export type Case = [trait: string, build: () => Uint8Array, error?: RegExp];

export const VIDEO = "test-avc-baseline.mp4";
export const AUDIO = "tone-aac-mono.m4a";
export const IMAGES = "ladder-mjpeg-thumbs.mp4";

/** Large enough that quadratic cost exceeds every limit of fetch_all.ts. */
export const MANY = 20000;

/** Samples of one byte each. */
export const ONE_BYTE_SAMPLES = { each: 1, count: MANY };

export function many<T>(make: (i: number) => T, count = MANY): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** Movie of one track; by default it has three samples. */
export function singleTrackMovie(
  tables: Omit<SyntheticTrack, "sizes"> & Partial<SyntheticTrack>,
  mediaSize?: number,
): Uint8Array {
  return syntheticMovie([{ sizes: { each: 1, count: 3 }, ...tables }], mediaSize);
}

export function testCases(cases: readonly Case[]): void {
  for (const [trait, build, expected] of cases) {
    const outcome = expected ? "rejects" : "serves";
    Deno.test(`fetchAll() ${outcome} a movie with ${trait} at proportional cost`, async () => {
      const { error } = await fetchAll("film.mp4", build());
      if (expected) assertMatch(error?.message ?? "no error", expected);
      else assertEquals(error?.message, undefined);
    });
  }
}
