import { assertEquals, assertThrows } from "@std/assert";
import { av1 } from "../../lib/codecs/av1.ts";
import type { VideoDescription } from "../../lib/codecs/codec.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry, hex } from "./entry.ts";

/** libaom, Main, 8 bits, 320 × 180: sequence header OBU with obu_size. */
const SEQUENCE = "0a0b 000000043cfeccdaf90040";
const MAIN = `81 00 0c 00 ${SEQUENCE}`;

/** SVT-AV1, 10 bits, BT.2020 with PQ. */
const HDR = "81 00 4c 00 0a0e 000000043cfecc02f85091009040";

/** libaom, High, 4:4:4. */
const YUV444 = "81 20 00 00 0a0a 200000043cfeccdaf902";

const plain = {
  type: "video",
  codec: "av01.0.00M.08",
  width: 320,
  height: 180,
  pixelAspect: [1, 1],
  interlaced: false,
} as const;
const pq = { primaries: 9, transfer: 16, matrix: 9, fullRange: false };

const descriptions: [what: string, boxes: Record<string, string>, VideoDescription][] = [
  ["Main", { av1C: MAIN }, plain],
  ["Main of many tiles", { av1C: "81 05 0c 00 0a0b 0000002d4cffb3dcaf9804" }, {
    ...plain,
    codec: "av01.0.05M.08",
    width: 1280,
    height: 720,
  }],
  ["HDR", { av1C: HDR }, { ...plain, codec: "av01.0.00M.10.0.110.09.16.09.0", colour: pq }],
  ["4:4:4, unspecified colour", { av1C: YUV444 }, {
    ...plain,
    codec: "av01.1.00M.08.0.000.02.02.02.0",
  }],
  [
    "monochrome, High tier, 12 bits",
    { av1C: "81 48 fc 00" },
    { ...plain, codec: "av01.2.08H.12.1.110.02.02.02.0", width: 640, height: 360 },
  ],
  [
    "BT.709 from colr, which is the default",
    { av1C: MAIN, colr: "6e636c78 0001 0001 0001 00" },
    { ...plain, colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: false } },
  ],
  [
    "full range from colr",
    { av1C: MAIN, colr: "6e636c78 0001 0001 0001 80" },
    {
      ...plain,
      codec: "av01.0.00M.08.0.110.01.01.01.1",
      colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: true },
    },
  ],
  [
    "co-located chroma samples, and a pixel aspect ratio of 4:3",
    { av1C: `81 00 0d 00 ${SEQUENCE}`, pasp: "00000004 00000003" },
    { ...plain, codec: "av01.0.00M.08.0.111.02.02.02.0", pixelAspect: [4, 3] },
  ],
  [
    "a temporal delimiter and metadata before the sequence header",
    { av1C: `81 00 0c 00 1200 2a02 0180 ${SEQUENCE}` },
    plain,
  ],
  ["Dolby Vision 10.1", { av1C: HDR, dvvC: "0100 1435 10" }, {
    ...plain,
    codec: "av01.0.00M.10.0.110.09.16.09.0",
    supplementalCodec: "dav1.10.06",
    supplementalBrand: "db1p",
    colour: pq,
  }],
];

for (const [what, boxes, description] of descriptions) {
  Deno.test(`av1 describes ${what}`, () => {
    assertEquals(av1.describe(entry("av01", boxes, { width: 640, height: 360 })), description);
  });
}

Deno.test("av1 needs the sample only if av1C has no sequence header", () => {
  assertEquals(av1.needsSample!(entry("av01", { av1C: MAIN })), false);
  assertEquals(av1.needsSample!(entry("av01", { av1C: "81 00 0c 00" })), true);
});

Deno.test("av1 finds the sequence header in the first sample", () => {
  const bare = entry("av01", { av1C: "81 00 4c 00" }, { width: 16, height: 16 });
  const sample = hex("1200 0a0e 000000043cfecc02f85091009040 32ff7f 1400"); // a truncated frame
  const expected = { ...plain, codec: "av01.0.00M.10.0.110.09.16.09.0", colour: pq };
  assertEquals(av1.describe(bare, sample), expected);
});

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no av1C", {}, "Cannot describe av01 without av1C"],
  ["a short av1C", { av1C: "81 00" }, "av1C: Cannot read"],
  ["version 2", { av1C: "82 00 0c 00" }, "av1C: Cannot read a marker or version other than 1"],
  ["no marker", { av1C: "01 00 0c 00" }, "av1C: Cannot read a marker or version other than 1"],
  ["profile 3", { av1C: "81 60 0c 00" }, "av1C: Cannot read profile 3: it is reserved"],
  ["a truncated header", { av1C: "81 00 0c 00 0a0b 000000043c" }, "av1C: Cannot read"],
  ["no size", { av1C: "81 00 0c 00" }, "Cannot use a size of 0 × 0 pixels"],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`av1 rejects ${what}`, () => {
    assertThrows(() => av1.describe(entry("av01", boxes)), MediaError, message);
  });
}
