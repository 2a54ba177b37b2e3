import { assertEquals } from "@std/assert";
import { groupFilms } from "../../lib/library/film_groups.ts";

Deno.test("groupFilms() plays a film of too many files alone", () => {
  const subtitles = Array.from({ length: 100 }, (_, i) => `f.en-x-${i}.vtt`);
  const count = (names: string[]) => groupFilms(["f.mp4", ...names])?.[0]?.members.length;
  assertEquals([count(subtitles.slice(1)), count(subtitles)], [100, 1]);
});

Deno.test("groupFilms() knows no films among too many files", () => {
  const names = Array.from({ length: 10_001 }, (_, i) => `${i}.mp4`);
  assertEquals([groupFilms(names.slice(1))?.length, groupFilms(names)], [10_000, undefined]);
});
