import { assert, assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { buildSampleTiming } from "../../lib/presentation/sample_timing.ts";
import { applyEditList } from "../../lib/input/edit_list.ts";
import { readAccessUnits, toElementaryStream } from "../../lib/hls/access_units.ts";
import type { Edit } from "../../lib/mp4/movie.ts";
import {
  buildTrack,
  type Columns,
  MOVIE_TIMESCALE,
  SOURCE,
} from "../presentation/synthetic_track.ts";

const SECOND = 90000;
const START = 10 * SECOND;

/** Access units of a track with 25 frames per second. */
function units(columns: Columns, edits: Edit[], type: "video" | "audio" = "video") {
  const track = buildTrack(columns, 12800, edits);
  const times = buildSampleTiming(track, applyEditList(track, MOVIE_TIMESCALE), type);
  const rendition = { track, timing: times, source: SOURCE } as unknown as MediaRendition;
  return readAccessUnits(rendition, times.first, times.end).units;
}

const BFRAMES: Columns = {
  durations: 512,
  count: 8,
  compositionOffsets: [1024, 2560, 1024, 0, 512, 1024, 1024, 512],
};

const edit = (mediaTime: number): Edit => ({ duration: 0, mediaTime, rate: 1 });
const empty = (duration: number): Edit => ({ duration, mediaTime: -1, rate: 1 });

Deno.test("readAccessUnits() presents the first frame at 10 s, and decodes it earlier", () => {
  const [first, second] = units(BFRAMES, [edit(1024)]);
  assertEquals([first!.pts, first!.dts, first!.nextDts], [START, START - 7200, START - 3600]);
  assertEquals([second!.pts, second!.dts], [START + 14400, START - 3600]);
});

for (const delay of [0.6, 20, 100]) {
  Deno.test(`readAccessUnits() decodes a track that starts after ${delay} s shortly before it is presented`, () => {
    const late = units(BFRAMES, [empty(delay * 1000), edit(1024)]);
    const own = units(BFRAMES, [edit(1024)]);
    const shift = delay * SECOND;
    assertEquals(
      late.map(({ pts }) => pts),
      own.map(({ pts }) => pts + shift),
    );
    assert(late.every(({ pts, dts }) => pts - dts <= 0.2 * SECOND));
    assert(late.every(({ pts, dts }, i) => pts >= dts && dts > (late[i - 1]?.dts ?? 0)));
  });
}

Deno.test("readAccessUnits() returns equal decode and presentation times of audio, also of audio that starts late", () => {
  const audio: Columns = { durations: 1024, count: 20 };
  for (const edits of [[], [edit(1024)], [empty(500), edit(1024)], [empty(30000), edit(0)]]) {
    for (const { pts, dts } of units(audio, edits, "audio")) assertEquals(dts, pts);
  }
});

Deno.test("readAccessUnits() returns increasing decode times in a preroll", () => {
  const many: Columns = { durations: 512, count: 200, syncs: [0, 150] };
  const found = units(many, [edit(512 * 120)]);
  assertEquals(found.length, 200);
  for (const [i, { pts, dts }] of found.entries()) {
    assert(dts > (found[i - 1]?.dts ?? 0) && pts >= dts, `${i}`);
  }
  assertEquals(found[150]!.pts, START + 30 * 3600);
});

Deno.test("toElementaryStream() names the file of a sample that it cannot convert", () => {
  const createConverter = () => () => {
    throw new MediaError("Cannot write an AAC frame");
  };
  const rendition = {
    file: "a.mp4",
    codec: { mpegTs: { createConverter } },
    track: { entries: [] },
  };
  const [unit] = units({ durations: 1024, count: 1 }, [], "audio");
  assertThrows(
    () => toElementaryStream(rendition as unknown as MediaRendition, [unit!], new Uint8Array(4)),
    MediaError,
    "a.mp4: Cannot write an AAC frame",
  );
});
