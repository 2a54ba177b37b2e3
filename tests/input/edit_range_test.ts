import { assertEquals } from "@std/assert";
import type { EditWindow } from "../../lib/input/edit_list.ts";
import {
  computeTimescaleFactor,
  findCentredPacket,
  findComposedBefore,
  findEditRange,
} from "../../lib/input/edit_range.ts";
import { buildTable, buildTrack, type Columns } from "../presentation/synthetic_track.ts";

const EDIT: EditWindow = { start: 0, end: Infinity, tolerance: 2, delay: 0, warning: "" };

/** I P B B P B B, decoded 80 ms before the first one is presented. */
const VIDEO: Columns = {
  durations: 40,
  count: 14,
  compositionOffsets: [80, 160, 40, 40, 160, 40, 40, 80, 160, 40, 40, 160, 40, 40],
  syncs: [0, 7],
};
const AUDIO: Columns = { durations: 20, count: 20 };

const ranges: [
  what: string,
  type: "video" | "audio",
  edit: Partial<EditWindow>,
  range: number[],
][] = [
  ["all video", "video", {}, [0, 14]],
  ["video from the sync sample at its start", "video", { start: 360 }, [7, 14]],
  ["video from the sync sample before its start", "video", { start: 359 }, [0, 14]],
  ["video up to the last sample before its end", "video", { end: 200 }, [0, 4]],
  ["video with a later reference of its last sample", "video", { end: 241 }, [0, 6]],
  ["video to an end near that of the track", "video", { end: 639 }, [0, 14]],
  ["no video after the end", "video", { start: 640 }, [14, 14]],
  ["audio from the packet before its start", "audio", { start: 105 }, [4, 20]],
  ["audio up to the packet at its end", "audio", { start: 0, end: 105 }, [0, 6]],
];

for (const [what, type, edit, [first, end]] of ranges) {
  Deno.test(`findEditRange() finds ${what}`, () => {
    const track = buildTrack(type === "video" ? VIDEO : AUDIO, 1000);
    assertEquals(findEditRange(track, { ...EDIT, ...edit }, type), { first: first!, end: end! });
  });
}

for (const [primingPackets, first] of [[2, 3], [6, 0], [32_768, 0]] as const) {
  Deno.test(`findEditRange() starts ${primingPackets} packets before an edit, if there are so many`, () => {
    const track = { ...buildTrack(AUDIO, 1000), primingPackets };
    assertEquals(findEditRange(track, { ...EDIT, start: 105 }, "audio").first, first);
  });
}

Deno.test("findEditRange() starts at most 9 s before an edit, whatever a file declares", () => {
  const track = { ...buildTrack({ durations: 20, count: 500 }, 1000), primingPackets: 32_768 };
  assertEquals(findEditRange(track, { ...EDIT, start: 9905 }, "audio").first, 46);
});

Deno.test("findEditRange() counts the samples that it looks at one by one", () => {
  let count = 0;
  const edit = { ...EDIT, start: 359, end: 600 };
  findEditRange(buildTrack(VIDEO, 1000), edit, "video", () => count++);
  assertEquals(count > 0 && count < 10, true);
});

Deno.test("findCentredPacket() finds the first packet whose centre is not before a time", () => {
  const table = buildTable({ durations: [20, 20, 60, 20], compositionOffsets: [5, 5, 5, 5] });
  const times = [-5, 0, 15, 16, 35, 36, 75, 76, 115, 116, Infinity];
  assertEquals(times.map((time) => findCentredPacket(table, time)), [
    ...[0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4],
  ]);
});

Deno.test("findComposedBefore() lists samples that are composed before a time", () => {
  const table = buildTable(VIDEO);
  let count = 0;
  const range = { first: 0, end: 14, time: 200 };
  assertEquals(findComposedBefore(table, range, () => count++), [0, 2, 3]);
  assertEquals(count, 5); // the first sample that is decoded at 200 ends the search
  assertEquals(findComposedBefore(table, { ...range, end: 3 }), [0, 2]);
});

Deno.test("computeTimescaleFactor() makes a number of ticks shorter than 0.5 ms", () => {
  const counts = [0, 1, 45, 46, 450];
  assertEquals(counts.map((count) => computeTimescaleFactor(90_000, count)), [1, 1, 2, 2, 11]);
});

Deno.test("findEditRange() finds all samples of several edits", () => {
  const track = buildTrack(AUDIO, 1000);
  const samples = { ...track.samples, hidden: new Float64Array() };
  const range = findEditRange({ ...track, samples }, { ...EDIT, start: 70, end: 90 }, "audio");
  assertEquals(range, { first: 0, end: track.samples.count });
});
