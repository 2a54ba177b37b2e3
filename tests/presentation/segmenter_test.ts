import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import type { Edit } from "../../lib/mp4/movie.ts";
import { segmentTracks } from "../../lib/presentation/segmenter.ts";
import { applyEditList } from "../../lib/input/edit_list.ts";
import type { MediaInput } from "../../lib/input/track_input.ts";
import { buildTrack, CODEC, DESCRIPTION, MOVIE_TIMESCALE, SOURCE } from "./synthetic_track.ts";
import type { Columns } from "./synthetic_track.ts";

function buildInput(
  file: string,
  columns: Columns,
  { timescale = 25, type = "video", edits = [] }: {
    timescale?: number;
    type?: "video" | "audio";
    edits?: Edit[];
  } = {},
): MediaInput {
  const track = buildTrack(columns, timescale, edits);
  const edit = applyEditList(track, MOVIE_TIMESCALE);
  return {
    type,
    options: { file },
    source: SOURCE,
    track,
    codec: CODEC,
    description: DESCRIPTION,
    edit,
    warnings: [],
  };
}

/** Returns video of 25 frames per second with a sync sample every `gop` frames. */
function video(file: string, count: number, gop: number): MediaInput {
  const syncs = Array.from({ length: Math.ceil(count / gop) }, (_, i) => i * gop);
  return buildInput(file, { durations: 1, count, syncs });
}

function segmentStarts(inputs: readonly MediaInput[]): number[][] {
  return segmentTracks(inputs, 2).tracks.map((track) =>
    track.type === "text"
      ? []
      : Array.from(track.timeline.times, (time) => time / track.timing.timescale)
  );
}

Deno.test("segmentTracks() aligns audio and other video with the first video", () => {
  const audio = buildInput("c.mp4", { durations: 480, count: 800 }, {
    timescale: 48000,
    type: "audio",
  });
  const starts = segmentStarts([audio, video("a.mp4", 200, 75), video("b.mp4", 200, 25)]);
  assertEquals(starts, [[0, 3, 6, 8], [0, 3, 6, 8], [0, 3, 6, 8]]);
});

const misaligned: [name: string, input: MediaInput, warning: string][] = [
  [
    "has other key frames",
    video("b.mp4", 200, 60),
    "b.mp4: is not aligned with a.mp4: it has no key frame at 2 s",
  ],
  [
    "of the same file has other key frames",
    video("a.mp4", 200, 60),
    "a.mp4: track 1 is not aligned with track 1: it has no key frame at 2 s",
  ],
  [
    "has no key frame at its end",
    video("b.mp4", 130, 200),
    "b.mp4: is not aligned with a.mp4: it has no key frame at 2 s",
  ],
];

for (const [name, other, warning] of misaligned) {
  Deno.test(`segmentTracks() warns with file, time and remedy if a rendition ${name}`, () => {
    const { warnings } = segmentTracks([video("a.mp4", 200, 50), other], 2);
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0]!, warning);
    assertStringIncludes(warnings[0]!, `-force_key_frames "expr:gte(t,n_forced*2)"`);
  });
}

const LENGTHS: [what: string, frames: [a: number, b: number], starts: number[][]][] = [
  ["a shorter one", [250, 130], [[0, 2, 4, 6, 8, 10], [0, 2, 4, 5.2]]],
  ["one that ends at a boundary", [250, 100], [[0, 2, 4, 6, 8, 10], [0, 2, 4]]],
  ["a longer one", [130, 350], [[0, 2, 4, 5.2], [0, 2, 4, 6, 8, 10, 12, 14]]],
  ["one that is longer by a tail", [130, 160], [[0, 2, 4, 5.2], [0, 2, 4, 6.4]]],
  ["one that is longer than a joined tail", [160, 350], [[0, 2, 4, 6.4], [0, 2, 4, 8, 10, 12, 14]]],
];

for (const [what, [a, b], starts] of LENGTHS) {
  Deno.test(`segmentTracks() segments ${what} at the boundaries of the first video`, () => {
    const inputs = [video("a.mp4", a, 50), video("b.mp4", b, 50)];
    assertEquals(segmentStarts(inputs), starts);
    assertEquals(segmentTracks(inputs, 2).warnings, []);
  });
}

Deno.test("segmentTracks() moves recordings of a live stream to 0 and keeps them in sync", () => {
  const start = 1e6; // in seconds
  const inputs = [
    buildInput("a.mp4", {
      durations: 3600,
      count: 100,
      syncs: [0, 50],
      start: (start + 0.25) * 90000,
    }, {
      timescale: 90000,
    }),
    buildInput("b.mp4", { durations: 1024, count: 200, start: (start + 0.5) * 48000 }, {
      timescale: 48000,
      type: "audio",
    }),
  ];
  const { warnings } = segmentTracks(inputs, 2);
  assertEquals(warnings, [
    `All files start after ${start + 0.25} s; presentation time 0 was moved there`,
  ]);
  assertEquals(segmentStarts(inputs).map(([first]) => first), [0, 0.25]);
});

Deno.test("segmentTracks() warns of a track whose edit list presents no sample", () => {
  const edits = [{ duration: 0, mediaTime: 9000, rate: 1 }];
  const hidden = buildInput("b.mp4", { durations: 1, count: 50 }, { edits });
  const { tracks, omissions } = segmentTracks([video("a.mp4", 200, 50), hidden], 2);
  assertEquals(tracks.length, 1);
  assertEquals(omissions, ["b.mp4: track 1 is left out: its edit list presents no sample"]);
  assertThrows(
    () => segmentTracks([hidden], 2),
    MediaError,
    "b.mp4: Cannot find a sample that is presented",
  );
});
