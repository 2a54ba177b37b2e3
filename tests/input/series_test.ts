import { assertEquals } from "@std/assert";
import { isSeries } from "../../lib/input/series.ts";

const lists: [stems: string[], isSeries: boolean][] = [
  [["part 1", "part 2", "part 10"], true],
  [["IMG_1", "IMG_2"], true],
  [["Show - s01e01 - Pilot", "Show - s01e02 - Second"], true],
  [["Show Episode 1 First", "Show Episode 2 Next"], true],
  [["Film - pt1", "Film - pt2 (cut)"], true],
  [["1", "2"], true],
  [["video", "audio"], false],
  [["1-low", "2-high"], false],
  [["1080p", "720p", "audio"], false],
  [["480", "720"], false],
  [["Film 1 s01e01", "subtitles"], false],
  [["se7en", "heat"], false],
  [["one"], false],
  [[], false],
];

for (const [stems, expected] of lists) {
  Deno.test(`isSeries() returns ${expected} for ${stems.join(", ")}`, () => {
    assertEquals(isSeries(stems), expected);
  });
}
