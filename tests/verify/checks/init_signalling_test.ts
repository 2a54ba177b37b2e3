import { buildInit } from "../../../lib/cmaf/init.ts";
import { IDENTITY } from "../../../lib/mp4/matrix.ts";
import type { MediaRendition } from "../../../lib/presentation/presentation.ts";
import type { Rule } from "../../../lib/verify/rules.ts";
import { assertFinds, type Expected, findBox } from "../mutations.ts";

type Change = (rendition: MediaRendition) => Uint8Array;

/** Replaces the byte at an offset in a box. */
function replaceByte(type: string, offset: number, value: number): Change {
  return (rendition) => {
    const made = buildInit(rendition);
    return made.with(findBox(made, type) + offset, value);
  };
}

/** Renames a box, so that readers ignore it. */
function remove(type: string): Change {
  return replaceByte(type, 4, 0x78);
}

function changed(other: (rendition: MediaRendition) => Partial<MediaRendition>): Change {
  return (rendition) => buildInit({ ...rendition, ...other(rendition) });
}

/** Offsets in tkhd of version 0, with its header. */
const MATRIX_X = 8 + 40 + 24;
const WIDTH = 8 + 76;
const HEIGHT = 8 + 80;

const VIDEO = "test-avc-frontmoov.mp4";
const HDR = "test-hevc-hdr10.mp4";
const AC3 = "tone-ac3-surround.mp4";

const cases: [what: string, file: string, change: Change, rule: Rule][] = [
  [
    "an upright image of rotated video",
    "test-avc-rotated.mp4",
    changed(({ track }) => ({ track: { ...track, matrix: IDENTITY } })),
    "matrix",
  ],
  [
    "a rotation without its mirror",
    "test-avc-mirrored.mp4",
    changed(({ track }) => ({
      track: { ...track, matrix: { ...IDENTITY, a: 0, b: 1, c: -1, d: 0 } },
    })),
    "matrix",
  ],
  ["an image outside of the origin", VIDEO, replaceByte("tkhd", MATRIX_X + 1, 9), "matrix"],
  ["a wrong width in tkhd", VIDEO, replaceByte("tkhd", WIDTH, 9), "size"],
  ["a wrong height in tkhd", VIDEO, replaceByte("tkhd", HEIGHT + 1, 9), "size"],
  ["a wrong width in the sample entry", VIDEO, replaceByte("avc1", 33, 1), "size"],
  ["no aspect of stretched video", "test-avc-stretched.mp4", remove("pasp"), "sample aspect"],
  [
    "a wrong aspect",
    "test-avc-anamorphic.mp4",
    replaceByte("pasp", 8 + 3, 48),
    "sample aspect",
  ],
  ["another transfer", HDR, replaceByte("colr", 8 + 7, 18), "colour"],
  ["a wrong level", VIDEO, replaceByte("avcC", 8 + 3, 99), "codec"],
  ["a wrong number of channels", AC3, replaceByte("dac3", 8 + 1, 0), "channels"],
  ["a wrong sample rate", AC3, replaceByte("dac3", 8, 0x50), "rate"],
  ["a wrong language in mdhd", "ladder-aac-fra.mp4", replaceByte("mdhd", 8 + 20, 0x15), "language"],
  ["no language in elng", "tone-aac-brazil.mp4", remove("elng"), "language"],
];

for (const [what, file, change, rule] of cases) {
  Deno.test(`verify() finds ${what} of an init`, async () => {
    const expected: Expected = { format: "CMAF", rule };
    await assertFinds([file], () => ({ init: change }), expected);
  });
}
