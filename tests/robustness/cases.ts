/** Hostile films in tables: what each has, and how it ends. */

import { assertEquals, assertMatch } from "@std/assert";
import { syntheticMovie, type SyntheticTrack } from "./synthetic_movie.ts";
import { fetchAll } from "./fetch_all.ts";

/** Every reading goes well, or says this. */
export type Case = [what: string, make: () => Uint8Array, refusal?: RegExp];

export const VIDEO = "test-avc-baseline.mp4";
export const AUDIO = "tone-aac-mono.m4a";
export const IMAGES = "ladder-mjpeg-thumbs.mp4";

/** Enough for a square of it to pass every limit of play.ts. */
export const MANY = 20000;

/** Samples of a byte each. */
export const ONE_BYTE_SAMPLES = { each: 1, count: MANY };

export function many<T>(make: (i: number) => T, count = MANY): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** A film of one track, of three samples where nothing else is said. */
export function singleTrackMovie(
  tables: Omit<SyntheticTrack, "sizes"> & Partial<SyntheticTrack>,
  mediaSize?: number,
): Uint8Array {
  return syntheticMovie([{ sizes: { each: 1, count: 3 }, ...tables }], mediaSize);
}

export function testCases(cases: readonly Case[]): void {
  for (const [what, make, refusal] of cases) {
    const outcome = refusal ? "is refused" : "plays";
    Deno.test(`a film of ${what} ${outcome}, at a price in proportion`, async () => {
      const { error } = await fetchAll("film.mp4", make());
      if (refusal) assertMatch(error?.message ?? "it plays", refusal);
      else assertEquals(error?.message, undefined);
    });
  }
}
