import { assertEquals, assertThrows } from "@std/assert";
import { join, relative } from "@std/path";
import { MediaError } from "../../lib/errors.ts";
import { findFilms, requireFilms } from "../../lib/packager/films.ts";
import { withDirectory } from "./films.ts";

const FILES = ["10.mp4", "2.mp4", "2.fr.vtt", "2.json", "a/f-720p.mp4", "a/f-240p.mp4", "a/n.txt"];

Deno.test("findFilms() finds films and names their packages by their stems", () =>
  withDirectory(async (root) => {
    await Deno.mkdir(join(root, "a"));
    for (const file of FILES) await Deno.writeTextFile(join(root, file), "");
    const errors: string[] = [];
    const films = await findFilms(root, (directory) => errors.push(directory));
    const found = films.map(({ film, output }) => [relative(root, output), film.members.length]);
    assertEquals(found, [["2.json", 2], ["10.json", 1], [join("a", "f.json"), 2]]);
    assertEquals(errors, []);
  }));

Deno.test("findFilms() reports a directory that cannot be read", async () => {
  const errors: string[] = [];
  assertEquals(await findFilms("none", (_, { message }) => errors.push(message)), []);
  assertEquals(errors, ["none: Cannot read this directory: no such file or directory"]);
});

Deno.test("requireFilms() refuses a directory of too many files", () => {
  const names = Array.from({ length: 10_001 }, (_, i) => `${i}.txt`);
  assertEquals(requireFilms(names.slice(1)), []);
  const message = "Cannot find the films among 10001 files, expected at most 10000";
  assertThrows(() => requireFilms(names), MediaError, message);
});
