import { assertEquals } from "@std/assert";
import { IDENTITY } from "../../lib/mp4/matrix.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import {
  getDisplaySize,
  getDynamicRange,
  getRotatedCodedSize,
  getRotatedDisplaySize,
} from "../../lib/presentation/video_size.ts";
import { DESCRIPTION } from "./synthetic_track.ts";

const MATRICES = {
  0: IDENTITY,
  90: { ...IDENTITY, a: 0, b: 1, c: -1, d: 0 },
  180: { ...IDENTITY, a: -1, d: -1 },
};

function build(description: object, rotation: keyof typeof MATRICES = 0): MediaRendition {
  return { description, track: { matrix: MATRICES[rotation] } } as unknown as MediaRendition;
}

const VIDEO = { ...DESCRIPTION, width: 720, height: 576, pixelAspect: [32, 22] };
const IMAGE = { type: "image", codec: "jpeg", width: 160, height: 90 };
const AUDIO = { type: "audio", codec: "mp4a.40.2", channels: 2, sampleRate: 48000 };

const sizes: [name: string, MediaRendition, rotated: [number, number], coded: string][] = [
  ["video", build(VIDEO), [1047, 576], "720×576 16:11"],
  ["rotated video", build(VIDEO, 90), [576, 1047], "576×720 11:16"],
  ["video that is turned upside down", build(VIDEO, 180), [1047, 576], "720×576 16:11"],
  ["images", build(IMAGE), [160, 90], "160×90 1:1"],
  ["images of a rotated track", build(IMAGE, 90), [160, 90], "160×90 1:1"],
  ["audio", build(AUDIO), [0, 0], "0×0 1:1"],
];

Deno.test("getDisplaySize() does not round", () => {
  const expected = { width: 720 * 16 / 11, height: 576 };
  assertEquals(getDisplaySize(build(VIDEO)), expected);
  assertEquals(getDisplaySize(build(VIDEO, 90)), expected);
});

for (const [name, rendition, [width, height], rotated] of sizes) {
  Deno.test(`getRotatedDisplaySize() and getRotatedCodedSize() of ${name}`, () => {
    assertEquals(getRotatedDisplaySize(rendition), { width, height });
    const coded = getRotatedCodedSize(rendition);
    assertEquals(`${coded.width}×${coded.height} ${coded.pixelAspect}`, rotated);
  });
}

Deno.test("getDynamicRange() knows PQ and HLG by transfer characteristics", () => {
  const ranges = [undefined, 1, 16, 18].map((transfer) => {
    const colour = transfer === undefined ? undefined : { primaries: 9, transfer, matrix: 9 };
    return getDynamicRange({ ...DESCRIPTION, colour } as Parameters<typeof getDynamicRange>[0]);
  });
  assertEquals(ranges, ["SDR", "SDR", "PQ", "HLG"]);
});
