import { assertEquals } from "@std/assert";
import { toFilmInputs } from "../../lib/input/sidecar.ts";
import { groupByStem } from "../../lib/input/stems.ts";

Deno.test("toFilmInputs() describes the owner, and what is taken of each sidecar", () => {
  const names = [
    "film.mp4",
    "film-720p.mp4",
    "film.default.en.commentary.m4a",
    "film.fr.forced.m4a",
    "film.fr.forced.vtt",
    "film.thumbs.mp4",
  ];
  const [film] = groupByStem(names);
  const owner = "d/film.mp4";
  const sidecar = (kind: string, language = "") => ({
    optional: true as const,
    sidecar: { owner, kind, language },
  });
  assertEquals(toFilmInputs(film!, (name) => `d/${name}`) as unknown[], [
    { file: owner },
    { file: "d/film-720p.mp4", ...sidecar("video") },
    {
      file: "d/film.default.en.commentary.m4a",
      ...sidecar("audio", "en"),
      role: "commentary",
      default: true,
    },
    { file: "d/film.fr.forced.m4a", ...sidecar("audio", "fr") }, // forced audio does not exist
    { file: "d/film.fr.forced.vtt", ...sidecar("subtitle", "fr") },
    { file: "d/film.thumbs.mp4", ...sidecar("thumbnails") },
  ]);
});
