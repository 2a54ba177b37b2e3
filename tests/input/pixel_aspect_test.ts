import { assertEquals } from "@std/assert";
import type { VideoDescription } from "../../lib/codecs/codec.ts";
import { withTrackAspect } from "../../lib/input/pixel_aspect.ts";
import { IDENTITY, type Matrix } from "../../lib/mp4/matrix.ts";
import { entry } from "../codecs/entry.ts";

const CODED: VideoDescription = {
  type: "video",
  codec: "avc1.64001F",
  width: 720,
  height: 576,
  pixelAspect: [1, 1],
  interlaced: false,
};
const TURNED: Matrix = { ...IDENTITY, a: 0, b: 1, c: -1, d: 0 };

const ASPECTS: [what: string, size: [number, number], matrix: Matrix, aspect: [number, number]][] =
  [
    ["a size of 16:9", [1024, 576], IDENTITY, [64, 45]],
    ["a small size of 16:9", [256, 144], IDENTITY, [64, 45]],
    ["a size rounded to pixels", [853, 480], { ...IDENTITY, d: 576 / 480 }, [32, 27]],
    ["a matrix that stretches", [720, 576], { ...IDENTITY, a: 93206 / 65536 }, [64, 45]],
    ["a size and a matrix that stretches", [1024, 576], { ...IDENTITY, d: 2 }, [32, 45]],
    ["a rotated image", [1024, 576], TURNED, [64, 45]],
    ["a rotated image that is stretched", [720, 576], { ...TURNED, b: 2 }, [2, 1]],
    ["the coded size", [720, 576], IDENTITY, [1, 1]],
    ["cropped rows", [720, 572], IDENTITY, [1, 1]],
    ["the size after rotation", [576, 720], TURNED, [1, 1]],
    ["no size", [0, 0], IDENTITY, [1, 1]],
    ["a size of one row", [720, 1], IDENTITY, [1, 1]],
    ["a size in pixels instead of 16.16", [360 / 65536, 576 / 65536], IDENTITY, [1, 1]],
  ];

for (const [what, [width, height], matrix, pixelAspect] of ASPECTS) {
  Deno.test(`withTrackAspect() returns ${pixelAspect.join(":")} for ${what}`, () => {
    const geometry = { x: 0, y: 0, width, height };
    const got = withTrackAspect(CODED, { geometry, matrix }, entry("avc1", {}));
    assertEquals(got, { ...CODED, pixelAspect });
  });
}

Deno.test("withTrackAspect() prefers pasp, then the track header, then the bitstream", () => {
  const bitstream = { ...CODED, pixelAspect: [16, 15] } as const;
  const track = (width: number) => ({
    geometry: { x: 0, y: 0, width, height: 576 },
    matrix: IDENTITY,
  });
  const aspects = [
    withTrackAspect(bitstream, track(1024), entry("avc1", { pasp: "00000010 0000000f" })),
    withTrackAspect(bitstream, track(1024), entry("avc1", {})),
    withTrackAspect(bitstream, track(720), entry("avc1", {})),
    withTrackAspect(bitstream, track(1024), entry("avc1", { pasp: "00000000 00000000" })),
  ].map((description) => description.type === "video" && description.pixelAspect);
  assertEquals(aspects, [[16, 15], [64, 45], [16, 15], [64, 45]]);
});
