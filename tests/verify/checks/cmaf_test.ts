import { assertEquals, assertMatch } from "@std/assert";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../../lib/mp4/samples/sample_table.ts";
import { planCmafSegment } from "../../../lib/cmaf/segment.ts";
import type { SegmentPlan } from "../../../lib/storage/read_plan.ts";
import { verify } from "../../../lib/verify/verification.ts";
import { GENERATORS } from "../../../lib/verify/generators.ts";
import { openTestdata } from "../../sample_presentations.ts";
import { altered, boxAt, type Expected, findsIn, PLANTED } from "../mutations.ts";
import { cmafOf, type Fragment } from "../rows.ts";
import type { Rule } from "../../../lib/verify/rules.ts";

const FILE = "test-avc-frontmoov.mp4";

/** Samples before the planted segment: 2 s of 25 frames a second. */
const BEFORE = 50;

/** A row that is neither the first nor the last of its segment. */
const ROW = 7;

/** The sample of that row, from 1 on. */
const SAMPLE = BEFORE + ROW + 1;

/** In the planted segment, in CMAF. */
function inSegment(rule: Rule, sample?: number): Expected {
  const place = { format: "CMAF", segment: PLANTED + 1 } as const;
  return sample === undefined ? { ...place, rule } : { ...place, rule, sample };
}

const tampered: [what: string, tamper: (fragment: Fragment) => void, expected: Expected][] = [
  ["a lost sample", ({ rows }) => rows.splice(ROW, 1), inSegment("lost sample", SAMPLE)],
  ["a lost first sample", ({ rows }) => rows.shift(), inSegment("lost sample", BEFORE + 1)],
  ["a lost last sample", ({ rows }) => rows.pop(), inSegment("lost sample", BEFORE + 50)],
  [
    "a repeated sample",
    ({ rows }) => rows.splice(ROW, 0, rows[ROW]!),
    inSegment("repeated sample"),
  ],
  [
    "samples that changed places",
    ({ rows }) => rows.splice(ROW, 2, rows[ROW + 1]!, rows[ROW]!),
    inSegment("moved sample", SAMPLE),
  ],
  ["a duration off by one", ({ rows }) => rows[ROW]!.duration++, inSegment("duration", SAMPLE)],
  [
    "decode times behind it",
    ({ rows }) => rows[ROW]!.duration++,
    inSegment("decode time", SAMPLE + 1),
  ],
  [
    "a composition offset off by one",
    ({ rows }) => rows[ROW]!.compositionOffset++,
    inSegment("presentation time", SAMPLE),
  ],
  [
    "a key frame that is none",
    ({ rows }) => rows[ROW]!.flags = SYNC_FLAGS,
    inSegment("flags", SAMPLE),
  ],
  [
    "a key frame that isn't said to be one",
    ({ rows }) => rows[0]!.flags = NON_SYNC_FLAGS,
    inSegment("flags", BEFORE + 1),
  ],
  ["a size off by one", ({ rows }) => rows[ROW]!.size++, inSegment("boxes")],
  [
    "sizes that add up and are wrong",
    ({ rows }) => [rows[ROW]!.size++, rows[ROW + 1]!.size--],
    inSegment("size", SAMPLE),
  ],
  ["a size that leaves a byte over", ({ rows }) => rows[ROW]!.size--, inSegment("mdat")],
  ["bytes of another place", ({ rows }) => rows[ROW]!.offset++, inSegment("bytes", SAMPLE)],
  ["a wrong start", (fragment) => fragment.time++, inSegment("decode time", BEFORE + 1)],
  ["a gap before it", (fragment) => fragment.time += 512, inSegment("decode time", BEFORE + 1)],
  ["an overlap", (fragment) => fragment.time -= 512, inSegment("decode time", BEFORE + 1)],
  [
    "another description",
    (fragment) => fragment.description = 2,
    inSegment("description", BEFORE + 1),
  ],
  ["another track", (fragment) => fragment.trackId = 2, inSegment("track")],
  ["a number that was there", (fragment) => fragment.sequence = 1, inSegment("sequence number")],
];

for (const [what, tamper, expected] of tampered) {
  Deno.test(`verify() finds ${what} in a CMAF segment`, async () => {
    await findsIn([FILE], () => ({
      cmafSegment: (rendition, index) =>
        index === PLANTED ? cmafOf(rendition, index, tamper) : planCmafSegment(rendition, index),
    }), expected);
  });
}

Deno.test("cmafOf() makes what cmafSegment() makes, where nothing is tampered with", async () => {
  const presentation = await openTestdata([FILE]);
  const generators = {
    ...GENERATORS,
    cmafSegment: (rendition: Parameters<typeof planCmafSegment>[0], index: number) =>
      cmafOf(rendition, index, () => {}),
  };
  assertEquals((await verify(presentation, { generators })).differences, []);
  presentation.close();
});

const bytes: [what: string, change: (bytes: Uint8Array) => Uint8Array, expected: Expected][] = [
  [
    "swapped bytes",
    (bytes) => {
      const at = boxAt(bytes, "mdat") + 108;
      return bytes.with(at, bytes[at]! ^ 255);
    },
    inSegment("bytes"),
  ],
  ["a mdat that is cut off", (bytes) => bytes.subarray(0, -1), inSegment("boxes")],
  ["bytes behind it", (bytes) => Uint8Array.from([...bytes, 0]), inSegment("boxes")],
  ["no styp", (bytes) => bytes.subarray(24), inSegment("boxes")],
  ["nothing", (bytes) => bytes.subarray(0, 0), inSegment("boxes")],
  [
    "a version that nobody reads",
    (bytes) => bytes.with(boxAt(bytes, "tfdt") + 8, 9),
    inSegment("boxes"),
  ],
  [
    "offsets from elsewhere",
    (bytes) => bytes.with(boxAt(bytes, "tfhd") + 9, 0),
    inSegment("boxes"),
  ],
];

for (const [what, change, expected] of bytes) {
  Deno.test(`verify() finds ${what} in a CMAF segment`, async () => {
    await findsIn([FILE], () => ({
      cmafSegment: (rendition, index) => {
        const plan = planCmafSegment(rendition, index);
        return index === PLANTED ? altered(plan, change) : plan;
      },
    }), expected);
  });
}

const others: [what: string, make: () => SegmentPlan, rule: Rule][] = [
  ["can't be made", () => {
    throw new TypeError("undefined is not a function");
  }, "build"],
];

for (const [what, make, rule] of others) {
  Deno.test(`verify() finds a CMAF segment that ${what}`, async () => {
    const differences = await findsIn([FILE], () => ({
      cmafSegment: (rendition, index) =>
        index === PLANTED ? make() : planCmafSegment(rendition, index),
    }), inSegment(rule));
    assertEquals(differences[0]!.message, "it can't be built: undefined is not a function");
  });
}

Deno.test("verify() finds a segment in another's place", async () => {
  await findsIn([FILE], () => ({
    cmafSegment: (rendition, index) => planCmafSegment(rendition, index === PLANTED ? 2 : index),
  }), inSegment("decode time", BEFORE + 1));
});

Deno.test("verify() says a fault of one rule under its name alone, with its place and what is wrong", async () => {
  const differences = await findsIn([FILE], () => ({
    cmafSegment: (rendition, index) =>
      index === PLANTED
        ? cmafOf(rendition, index, ({ rows }) => rows[ROW]!.compositionOffset++)
        : planCmafSegment(rendition, index),
  }), inSegment("presentation time", SAMPLE));
  const message = "it is 28161 instead of 28160";
  const rendition = differences[0]!.rendition;
  assertMatch(rendition, /^video_eng=\d+$/);
  assertEquals(differences, [{ ...inSegment("presentation time", SAMPLE), rendition, message }]);
});
