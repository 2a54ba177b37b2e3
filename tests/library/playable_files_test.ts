import { assertEquals } from "@std/assert";
import { isPlayable } from "../../lib/library/playable_files.ts";

Deno.test("isPlayable() accepts media and subtitle files by name", () => {
  const names = [
    "a.mp4",
    "a.MOV",
    "a.fr.vtt",
    "a.json",
    "a.txt",
    "mp4",
    "a.mp4.part",
    "a.mpd",
    "a.srt",
    "a.de.TTML",
    "a.xml",
  ];
  assertEquals(names.filter(isPlayable), ["a.mp4", "a.MOV", "a.fr.vtt", "a.srt", "a.de.TTML"]);
});
