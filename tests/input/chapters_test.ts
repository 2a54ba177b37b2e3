import { assertEquals } from "@std/assert";
import { isChapterTrack, readFileChapters } from "../../lib/input/chapters.ts";
import type { Track } from "../../lib/mp4/movie.ts";
import type { MovieChapter } from "../../lib/mp4/user_data.ts";
import { readMovie } from "../../lib/mp4/read_movie.ts";
import type { Chapter } from "../../lib/subtitles/chapters.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { readTestdata } from "../test_files.ts";

Deno.test("isChapterTrack() finds tracks to which another one refers as its chapters", () => {
  const [first, ...others] = [1, 2, 3, 4].map((id) => ({ id } as Track));
  const tracks = [{ ...first!, chapterTrackIds: [3, 4] }, ...others];
  const chapters = tracks.filter((track) => isChapterTrack({ tracks }, track));
  assertEquals(chapters.map(({ id }) => id), [3, 4]);
});

/** Reads the chapters of a file of testdata/, with other tracks than it has, and those that it lists, if at all. */
async function read(
  file: string,
  change = (track: Track) => track,
  listed?: readonly MovieChapter[],
): Promise<Chapter[]> {
  const { source } = memorySource(readTestdata(file), file);
  const movie = await readMovie(source);
  const { chapters } = movie;
  const tracks = movie.tracks.map(change);
  return await readFileChapters(source, { ...movie, tracks, chapters: listed ?? chapters });
}

const withoutTrack = (track: Track) => ({ ...track, chapterTrackIds: [] });

const CHAPTERS = [
  { start: 0, title: "Opening" },
  { start: 1500, title: "Café & “more” <b>" },
  { start: 4000, title: "The end" },
];

Deno.test("readFileChapters() reads the track of text that ffmpeg writes", async () => {
  assertEquals(await read("tone-aac-chapters.m4a"), CHAPTERS);
});

Deno.test("readFileChapters() reads what the movie lists if no track is of chapters", async () => {
  assertEquals(await read("tone-aac-chapters.m4a", withoutTrack), CHAPTERS);
  const listed = [{ start: 25_004_999, title: "" }, { start: 0, title: "One" }];
  assertEquals(await read("tone-aac-chapters.m4a", withoutTrack, listed), [
    { start: 0, title: "One" },
    { start: 2500, title: "Chapter 2" },
  ]);
  const inTrack = await read("tone-aac-chapters.m4a", (track) => track, listed);
  assertEquals(inTrack, CHAPTERS);
});

Deno.test("readFileChapters() applies the edit list of the track", async () => {
  const chapters = await read("tone-aac-chapters.m4a", (track) => {
    const edits = [{ duration: 2000, mediaTime: -1, rate: 1 }, {
      duration: 0,
      mediaTime: 0,
      rate: 1,
    }];
    return track.handler === "text" ? { ...track, edits } : track;
  });
  assertEquals(chapters.map(({ start }) => start), [2000, 3500, 6000]);
});

Deno.test("readFileChapters() reads what several edits present, once if they continue a chapter", async () => {
  const edit = (duration: number, mediaTime: number) => ({ duration, mediaTime, rate: 1 });
  const chapters = await read("tone-aac-chapters.m4a", (track) => {
    const at = (seconds: number) => seconds * track.timescale;
    const edits = [edit(1000, at(2)), edit(1000, at(3.5)), edit(500, at(1))];
    return track.handler === "text" ? { ...track, edits } : track;
  });
  assertEquals(chapters, [
    { start: 0, title: CHAPTERS[1]!.title },
    { start: 1500, title: "The end" },
    { start: 2000, title: "Opening" },
  ]);
});

const none: [what: string, file: string, change?: (track: Track) => Track][] = [
  ["without a track of chapters", "pair-avc-aac.mp4"],
  ["whose chapters are images", "pair-avc-chapterimages.mp4"],
  ["whose text is no chapters", "tone-aac-chapters.m4a", withoutTrack],
  [
    "with more samples than chapters",
    "tone-aac-chapters.m4a",
    (track) => ({
      ...track,
      samples: { count: 1001, description: () => 0 } as unknown as Track["samples"],
    }),
  ],
];

for (const [what, file, change] of none) {
  Deno.test(`readFileChapters() returns none of a file ${what}`, async () => {
    assertEquals(await read(file, change, []), []);
  });
}
