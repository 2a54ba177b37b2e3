import { assertEquals, assertThrows } from "@std/assert";
import { vvc } from "../../lib/codecs/vvc.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry, sampleOf } from "./entry.ts";

/** Version; 4-byte lengths and a profile; no output layer set, one sublayer, 4:2:0 of 10 bits. */
const HEAD = "00000000 ff 0011 5f";

/** Main 10, level 3.1, frames only; no sub-profile, 640 × 360, no array. */
const MAIN_10 = `${HEAD} 01 02 33 80 00 0280 0168 0000 00`;

const SIZE = { width: 640, height: 360 };

Deno.test("vvc describes Main 10 with the size of the sample entry", () => {
  assertEquals(vvc.describe(entry("vvc1", { vvcC: MAIN_10 }, SIZE)), {
    type: "video",
    codec: "vvc1.1.L51.CQA",
    ...SIZE,
    pixelAspect: [1, 1],
    interlaced: false,
  });
});

Deno.test("vvc describes colour and pixels of the sample entry", () => {
  const boxes = {
    vvcC: MAIN_10,
    colr: "6e636c78 0009 0010 0009 00",
    pasp: "00000004 00000003",
  };
  assertEquals(vvc.describe(entry("vvi1", boxes, SIZE)), {
    type: "video",
    codec: "vvi1.1.L51.CQA",
    ...SIZE,
    pixelAspect: [4, 3],
    interlaced: false,
    colour: { primaries: 9, transfer: 16, matrix: 9, fullRange: false },
  });
});

const broken: [what: string, of: ReturnType<typeof entry>, message: string][] = [
  ["no vvcC", entry("vvc1", {}, SIZE), "vvc1: Cannot describe vvc1 without vvcC"],
  [
    "no profile",
    entry("vvc1", { vvcC: "00000000 fe 00" }, SIZE),
    "vvc1/vvcC: Cannot read a configuration without a profile: ptl_present_flag is 0",
  ],
  ["version 1", entry("vvc1", { vvcC: "01000000 ff" }, SIZE), "vvcC: Cannot read version 1"],
  ["a truncated vvcC", entry("vvc1", { vvcC: `${HEAD} 3f` }, SIZE), "vvcC: Cannot read"],
  ["no size", entry("vvc1", { vvcC: MAIN_10 }), "Cannot use a size of 0 × 0 pixels"],
];

for (const [what, of, message] of broken) {
  Deno.test(`vvc rejects ${what}`, () => {
    assertThrows(() => vvc.describe(of), MediaError, message);
  });
}

/** A header of two bytes: layer, then type and temporal ID. Types: 14 VPS, 19 picture header, 20 delimiter. */
const samples: [what: string, nals: string[], access: string, frame: string | undefined][] = [
  ["IDR_W_RADL", ["00a1 00", "0099 00", "0039 00"], "closed", "key"],
  ["IDR_N_LP", ["0041 00"], "closed", "key"],
  ["CRA", ["0049 00"], "open", "key"],
  ["GDR", ["0051 00"], "open", "inter"],
  ["TRAIL", ["0001 00"], "open", "inter"],
  ["IDR in another layer before CRA", ["0139 00", "0049 00"], "open", "key"],
  ["no slice", ["00a1 00"], "closed", undefined],
  ["a NAL unit of one byte", ["00", "0039 00"], "closed", "key"],
];

for (const [what, nals, access, frame] of samples) {
  Deno.test(`vvc classifies ${what}`, () => {
    const one = entry("vvc1", { vvcC: MAIN_10 });
    assertEquals(vvc.randomAccess!(one, sampleOf(...nals)), access);
    assertEquals(vvc.createFrameClassifier!(one)(sampleOf(...nals)), frame);
  });
}
