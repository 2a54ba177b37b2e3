import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { groupFilms, listSiblings } from "../../lib/library/local_films.ts";
import { withDirectory } from "../packager/films.ts";

Deno.test("listSiblings() lists the files of the directory, and none of one that does not exist", () =>
  withDirectory(async (directory) => {
    for (const name of ["10.mp4", "2.mp4", ".hidden.mp4"]) {
      await Deno.writeTextFile(join(directory, name), "");
    }
    assertEquals(await listSiblings(join(directory, "2.mp4")), ["2.mp4", "10.mp4"]);
    assertEquals(await listSiblings(join(directory, "none", "2.mp4")), []);
  }));

Deno.test("groupFilms() plays a film of too many files alone", () => {
  const subtitles = Array.from({ length: 100 }, (_, i) => `f.en-x-${i}.vtt`);
  const count = (names: string[]) => groupFilms(["f.mp4", ...names])?.[0]?.members.length;
  assertEquals([count(subtitles.slice(1)), count(subtitles)], [100, 1]);
});

Deno.test("groupFilms() knows no films among too many files", () => {
  const names = Array.from({ length: 10_001 }, (_, i) => `${i}.mp4`);
  assertEquals([groupFilms(names.slice(1))?.length, groupFilms(names)], [10_000, undefined]);
});
