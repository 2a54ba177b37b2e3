import { assertEquals } from "@std/assert";
import type { Selection } from "../../lib/presentation/presentation.ts";
import { listChapters } from "../../lib/selection/listed_chapters.ts";

const metadata = {
  chapters: [
    { start: 500, title: "One" },
    { start: 4000, title: "Two" },
    { start: 9000, title: "Three" },
    { start: 10_000, title: "After the end" },
  ],
};

/** Chapters of a presentation of 10 s, or of a clip. */
function list(seconds = 10, start?: number) {
  const duration = { ticks: seconds * 90_000, timescale: 90_000 };
  const selection = start === undefined
    ? undefined
    : { start: { ticks: start * 1000, timescale: 1000 } } as Selection;
  return listChapters({ metadata, duration, ...selection && { selection } }).map((
    { start, end, title },
  ) => [title, start, end]);
}

Deno.test("listChapters() ends chapters where the next one starts, and the last one at the end", () => {
  assertEquals(list(), [["One", 500, 4000], ["Two", 4000, 9000], ["Three", 9000, 10_000]]);
});

Deno.test("listChapters() lists what a clip contains, from its start on", () => {
  assertEquals(list(4, 2), [["One", 0, 2000], ["Two", 2000, 4000]]);
  assertEquals(list(2, 4), [["Two", 0, 2000]]);
  assertEquals(list(6, 4), [["Two", 0, 5000], ["Three", 5000, 6000]]);
});

Deno.test("listChapters() lists none without metadata", () => {
  assertEquals(listChapters({ duration: { ticks: 1, timescale: 1 } }), []);
});
