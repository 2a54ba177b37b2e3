import { assertEquals, assertThrows } from "@std/assert";
import type { VideoDescription } from "../../lib/codecs/codec.ts";
import { vp9 } from "../../lib/codecs/vp9.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry } from "./entry.ts";

const size = { width: 320, height: 180 };
const plain = { type: "video", ...size, pixelAspect: [1, 1], interlaced: false } as const;
const pq = { primaries: 9, transfer: 16, matrix: 9, fullRange: false };

const descriptions: [what: string, boxes: Record<string, string>, VideoDescription][] = [
  ["profile 0", { vpcC: "01000000 00 0b 82 020202 0000" }, { ...plain, codec: "vp09.00.11.08" }],
  ["10 bits and HDR", { vpcC: "01000000 02 0b a2 091009 0000" }, {
    ...plain,
    codec: "vp09.02.11.10.01.09.16.09.00",
    colour: pq,
  }],
  ["4:4:4, unspecified colour", { vpcC: "01000000 01 0b 86 020202 0000" }, {
    ...plain,
    codec: "vp09.01.11.08.03.02.02.02.00",
  }],
  ["the default colour", { vpcC: "01000000 00 0b 82 010101 0000" }, {
    ...plain,
    codec: "vp09.00.11.08",
    colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: false },
  }],
  ["full range", { vpcC: "01000000 00 0b 83 010101 0000" }, {
    ...plain,
    codec: "vp09.00.11.08.01.01.01.01.01",
    colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: true },
  }],
  [
    "colr, which overrides vpcC",
    { vpcC: "01000000 00 0b 80 010101 0000", colr: "6e636c78 0009 0010 0009 00" },
    {
      ...plain,
      codec: "vp09.00.11.08.00.09.16.09.00",
      colour: pq,
    },
  ],
  ["a pixel aspect ratio of 16:15", {
    vpcC: "01000000 00 0b 82 020202 0000",
    pasp: "00000010 0000000f",
  }, {
    ...plain,
    codec: "vp09.00.11.08",
    pixelAspect: [16, 15],
  }],
];

for (const [what, boxes, description] of descriptions) {
  Deno.test(`vp9 describes ${what}`, () => {
    assertEquals(vp9.describe(entry("vp09", boxes, size)), description);
  });
}

const levels: [width: number, height: number, level: string][] = [
  [256, 144, "10"],
  [320, 180, "11"],
  [640, 360, "21"],
  [1280, 720, "31"],
  [1920, 1080, "40"],
  [3840, 2160, "50"],
  [7680, 4320, "60"],
];

for (const [width, height, level] of levels) {
  Deno.test(`vp9 declares level ${level} for ${width} × ${height} if vpcC has none`, () => {
    const vp09 = entry("vp09", { vpcC: "01000000 00 00 82 020202 0000" }, { width, height });
    assertEquals(vp9.describe(vp09).codec, `vp09.00.${level}.08`);
  });
}

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no vpcC", {}, "Cannot describe vp09 without vpcC"],
  ["a short vpcC", { vpcC: "01000000 00 0b" }, "vpcC: Cannot read 1 bytes where 0 are left"],
  [
    "the draft's version 0",
    { vpcC: "00000000 00 0b 82 020202 0000" },
    "vpcC: Cannot read version 0",
  ],
  ["profile 4", { vpcC: "01000000 04 0b 82 020202 0000" }, "vpcC: Cannot read profile 4"],
  ["a short colr", { vpcC: "01000000 00 0b 82 020202 0000", colr: "6e636c78 00" }, "colr: Cannot"],
  ["a short pasp", { vpcC: "01000000 00 0b 82 020202 0000", pasp: "00000001" }, "pasp: Cannot"],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`vp9 rejects ${what}`, () => {
    assertThrows(() => vp9.describe(entry("vp09", boxes, size)), MediaError, message);
  });
}

Deno.test("vp9 rejects a size of 0", () => {
  const vp09 = entry("vp09", { vpcC: "01000000 00 0b 82 020202 0000" });
  assertThrows(() => vp9.describe(vp09), MediaError, "Cannot use a size of 0 × 0 pixels");
});
