import { assertEquals } from "@std/assert";
import { isChapterTrack } from "../../lib/input/chapters.ts";
import type { Track } from "../../lib/mp4/movie.ts";

Deno.test("isChapterTrack() finds tracks to which another one refers as its chapters", () => {
  const [first, ...others] = [1, 2, 3, 4].map((id) => ({ id } as Track));
  const tracks = [{ ...first!, chapterTrackIds: [3, 4] }, ...others];
  const chapters = tracks.filter((track) => isChapterTrack({ tracks }, track));
  assertEquals(chapters.map(({ id }) => id), [3, 4]);
});
