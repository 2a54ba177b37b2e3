import { assertEquals } from "@std/assert";
import { warnLongSegments } from "../../lib/presentation/segment_warnings.ts";
import type { SegmentedTrack } from "../../lib/presentation/segmenter.ts";
import { openTestdata } from "../sample_presentations.ts";
import { buildSegmentedVideo } from "./synthetic_track.ts";

const PART = /key frames of|segments of (?:audio|video)/;

async function findWarnings(files: readonly string[], segmentDuration: number): Promise<string[]> {
  const presentation = await openTestdata(files, segmentDuration);
  presentation.close();
  return presentation.warnings.filter((warning) => PART.test(warning));
}

function keyFrames(file: string, distance: number, segmentDuration: number): string {
  return `${file}: key frames of video track 1 are up to ${distance} s apart, more than the segment duration of ` +
    `${segmentDuration} s, so players start, seek and switch more slowly; encode it with ` +
    `-force_key_frames "expr:gte(t,n_forced*${segmentDuration})" -sc_threshold 0`;
}

const cases: [what: string, files: string[], segmentDuration: number, warnings: string[]][] = [
  ["key frames at each boundary", ["pair-avc-aac.mp4"], 2, []],
  ["more key frames than segments", ["pair-avc-aac.mp4"], 4, []],
  ["fewer key frames", ["pair-avc-aac.mp4"], 1, [keyFrames("pair-avc-aac.mp4", 2, 1)]],
  ["fragments", ["frag-avc-plain.mp4"], 1, [keyFrames("frag-avc-plain.mp4", 2, 1)]],
  ["a single key frame", ["test-avc-onekey.mp4"], 2, [keyFrames("test-avc-onekey.mp4", 6, 2)]],
  ["open GOPs", ["test-avc-opengop.mp4"], 0.5, [keyFrames("test-avc-opengop.mp4", 1, 0.5)]],
  ["key frames 5 % further apart", ["pair-avc-aac.mp4"], 1.9, []],
  [
    "segments that are long although key frames are close",
    ["test-avc-scenecuts.mp4"], // 0, 0.52, 1.96, 2.08, 4.4, 5.72
    2.3,
    [
      "test-avc-scenecuts.mp4: segments of video track 1 last up to 4.4 s, expected 2.3 s, so players start and seek more slowly; " +
      'encode it with -force_key_frames "expr:gte(t,n_forced*2.3)" -sc_threshold 0',
    ],
  ],
  [
    "a still stretch",
    ["pair-avc-still.mp4"],
    4,
    [
      "pair-avc-still.mp4: segments of video track 1 last up to 66.96 s, expected 4 s, so players start and seek more slowly; " +
      'encode it at a constant frame rate, with -r 25 -force_key_frames "expr:gte(t,n_forced*4)" -sc_threshold 0',
    ],
  ],
  ["audio alone", ["tone-aac-mono.m4a"], 1, []],
];

for (const [what, files, segmentDuration, warnings] of cases) {
  Deno.test(`warnLongSegments() has ${warnings.length} warnings about ${what}`, async () => {
    assertEquals(await findWarnings(files, segmentDuration), warnings);
  });
}

const FRAMES = Array<number>(10).fill(1);
const LONG = Array<number>(100).fill(1);

/** Durations in frames of 25 Hz; each segment starts with its first one. */
const stills: [what: string, segments: number[][], isNamed: boolean][] = [
  ["in the longest segment", [[...FRAMES, 100], FRAMES], true],
  ["at the end of the last segment", [FRAMES, [...FRAMES, 100]], true],
  ["of one second", [FRAMES, [...LONG, 25]], false],
  ["in the segment before", [[...FRAMES, 60], LONG], false],
  ["in the next segment", [LONG, [60, ...FRAMES]], false],
];

for (const [what, segments, isNamed] of stills) {
  Deno.test(`warnLongSegments() ${isNamed ? "names" : "ignores"} a still stretch ${what}`, () => {
    const video = buildSegmentedVideo({
      durations: segments.flat(),
      syncs: [0, segments[0]!.length],
    });
    const track = { ...video, type: "video", options: { file: "v.mp4" } };
    const [warning] = warnLongSegments([track as unknown as SegmentedTrack], 2);
    assertEquals(warning?.includes("at a constant frame rate"), isNamed);
  });
}
