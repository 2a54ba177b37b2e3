/** Hostile films in tables: what each has, and how it ends. */

import { assertEquals, assertMatch } from "@std/assert";
import { film, type Tables } from "./synthetic_movie.ts";
import { playAll } from "./fetch_all.ts";

/** Every reading goes well, or says this. */
export type Case = [what: string, make: () => Uint8Array, refusal?: RegExp];

export const VIDEO = "test-avc-baseline.mp4";
export const AUDIO = "tone-aac-mono.m4a";
export const IMAGES = "ladder-mjpeg-thumbs.mp4";

/** Enough for a square of it to pass every limit of play.ts. */
export const MANY = 20000;

/** Samples of a byte each. */
export const BYTES = { each: 1, count: MANY };

export function many<T>(make: (i: number) => T, count = MANY): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** A film of one track, of three samples where nothing else is said. */
export function one(
  tables: Omit<Tables, "sizes"> & Partial<Tables>,
  mediaSize?: number,
): Uint8Array {
  return film([{ sizes: { each: 1, count: 3 }, ...tables }], mediaSize);
}

export function testCases(cases: readonly Case[]): void {
  for (const [what, make, refusal] of cases) {
    const outcome = refusal ? "is refused" : "plays";
    Deno.test(`a film of ${what} ${outcome}, at a price in proportion`, async () => {
      const { error } = await playAll("film.mp4", make());
      if (refusal) assertMatch(error?.message ?? "it plays", refusal);
      else assertEquals(error?.message, undefined);
    });
  }
}
