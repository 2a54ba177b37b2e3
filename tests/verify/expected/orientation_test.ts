import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  computeAspect,
  describeDirections,
  findDirections,
  isTurned,
} from "../../../lib/verify/expected/orientation.ts";
import type {
  MatrixValues,
  TrackDeclaration,
} from "../../../lib/verify/readers/track_declaration.ts";
import type { VideoDeclaration } from "../../../lib/verify/readers/video_declaration.ts";

const directions: [what: string, matrix: MatrixValues, right: string, bottom: string][] = [
  ["the identity", [1, 0, 0, 1, 0, 0], "right", "bottom"],
  ["a scaled image", [2, 0, 0, 1, 0, 0], "right", "bottom"],
  ["a rotation by 90 degrees", [0, 1, -1, 0, 180, 0], "bottom", "left"],
  ["a rotation by 180 degrees", [-1, 0, 0, -1, 320, 180], "left", "top"],
  ["a mirrored image", [-1, 0, 0, 1, 320, 0], "left", "bottom"],
  ["rounding errors", [0.001, 1, -1, -0.001, 0, 0], "bottom", "left"],
  [
    "a rotation by 45 degrees, which players ignore",
    [0.7, 0.7, -0.7, 0.7, 0, 0],
    "right",
    "bottom",
  ],
  ["an image without height", [1, 0, 0, 0, 0, 0], "right", "bottom"],
  ["an image that is a line", [0, 1, 0, 1, 0, 0], "right", "bottom"],
];

for (const [what, matrix, right, bottom] of directions) {
  Deno.test(`findDirections() of ${what}`, () => {
    const found = findDirections(matrix);
    assertEquals<{ right: string; bottom: string }>(found, { right, bottom });
    assertEquals(isTurned(found), right === "bottom");
    assertEquals(
      describeDirections(found),
      `its right at the ${right}, its bottom at the ${bottom}`,
    );
  });
}

const UPRIGHT: MatrixValues = [1, 0, 0, 1, 0, 0];

/** Coded size 720 × 576 and its aspect by the bitstream or `pasp`; size and matrix of the track. */
const aspects: [
  what: string,
  coded: Pick<VideoDeclaration, "aspect" | "hasPasp">,
  track: Pick<TrackDeclaration, "width" | "height" | "matrix">,
  expected: number,
][] = [
  ["the bitstream", { aspect: 1.5, hasPasp: false }, { width: 0, height: 0, matrix: UPRIGHT }, 1.5],
  [
    "the track before the bitstream",
    { aspect: 1.5, hasPasp: false },
    { width: 1024, height: 576, matrix: UPRIGHT },
    1024 / 720,
  ],
  [
    "pasp before the track",
    { aspect: 1.5, hasPasp: true },
    { width: 1024, height: 576, matrix: UPRIGHT },
    1.5,
  ],
  [
    "the bitstream where the track has the coded size",
    { aspect: 1.5, hasPasp: false },
    { width: 720, height: 576, matrix: UPRIGHT },
    1.5,
  ],
  [
    "the scale of the matrix",
    { aspect: 1, hasPasp: false },
    { width: 720, height: 576, matrix: [2, 0, 0, 1, 0, 0] },
    2,
  ],
  [
    "square samples where the track has the size after rotation",
    { aspect: 1, hasPasp: false },
    { width: 576, height: 720, matrix: [0, 1, -1, 0, 0, 0] },
    1,
  ],
  [
    "the bitstream where the track has no size of the image",
    { aspect: 1, hasPasp: false },
    { width: 7200, height: 576, matrix: UPRIGHT },
    1,
  ],
  [
    "the bitstream where the track has its size in pixels instead of 16.16",
    { aspect: 1.5, hasPasp: false },
    { width: 1024 / 65536, height: 576 / 65536, matrix: UPRIGHT },
    1.5,
  ],
];

for (const [what, coded, track, expected] of aspects) {
  Deno.test(`computeAspect() takes ${what}`, () => {
    const video = { ...coded, width: 720, height: 576 } as VideoDeclaration;
    assertAlmostEquals(computeAspect(video, track as TrackDeclaration).ratio, expected);
  });
}
