import { assertEquals, assertMatch } from "@std/assert";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../../lib/mp4/samples/sample_table.ts";
import { planCmafSegment } from "../../../lib/cmaf/segment.ts";
import type { SegmentPlan } from "../../../lib/storage/read_plan.ts";
import { verify } from "../../../lib/verify/verification.ts";
import { GENERATORS } from "../../../lib/verify/generators.ts";
import { openTestdata } from "../../sample_presentations.ts";
import { assertFinds, type Expected, findBox, MUTATED, mutatePlan } from "../mutations.ts";
import { type Fragment, mutateCmaf } from "../mutated_fragments.ts";
import type { Rule } from "../../../lib/verify/rules.ts";

const FILE = "test-avc-frontmoov.mp4";

/** Samples before the mutated segment: 2 s of 25 frames a second. */
const BEFORE = 50;

/** Index of a sample that is neither the first nor the last of its segment. */
const ROW = 7;

/** Number of that sample. */
const SAMPLE = BEFORE + ROW + 1;

function inSegment(rule: Rule, sample?: number): Expected {
  const place = { format: "CMAF", segment: MUTATED + 1 } as const;
  return sample === undefined ? { ...place, rule } : { ...place, rule, sample };
}

const mutations: [what: string, mutate: (fragment: Fragment) => void, expected: Expected][] = [
  ["a lost sample", ({ rows }) => rows.splice(ROW, 1), inSegment("lost sample", SAMPLE)],
  ["a lost first sample", ({ rows }) => rows.shift(), inSegment("lost sample", BEFORE + 1)],
  ["a lost last sample", ({ rows }) => rows.pop(), inSegment("lost sample", BEFORE + 50)],
  [
    "a repeated sample",
    ({ rows }) => rows.splice(ROW, 0, rows[ROW]!),
    inSegment("repeated sample"),
  ],
  [
    "swapped samples",
    ({ rows }) => rows.splice(ROW, 2, rows[ROW + 1]!, rows[ROW]!),
    inSegment("moved sample", SAMPLE),
  ],
  ["a duration off by one", ({ rows }) => rows[ROW]!.duration++, inSegment("duration", SAMPLE)],
  [
    "decode times after a wrong duration",
    ({ rows }) => rows[ROW]!.duration++,
    inSegment("decode time", SAMPLE + 1),
  ],
  [
    "a composition offset off by one",
    ({ rows }) => rows[ROW]!.compositionOffset++,
    inSegment("presentation time", SAMPLE),
  ],
  [
    "a sample declared as a key frame",
    ({ rows }) => rows[ROW]!.flags = SYNC_FLAGS,
    inSegment("flags", SAMPLE),
  ],
  [
    "a key frame that is not declared",
    ({ rows }) => rows[0]!.flags = NON_SYNC_FLAGS,
    inSegment("flags", BEFORE + 1),
  ],
  ["a size off by one", ({ rows }) => rows[ROW]!.size++, inSegment("boxes")],
  [
    "sizes that add up and are wrong",
    ({ rows }) => [rows[ROW]!.size++, rows[ROW + 1]!.size--],
    inSegment("size", SAMPLE),
  ],
  ["a size that leaves a byte unused", ({ rows }) => rows[ROW]!.size--, inSegment("mdat")],
  ["bytes of another offset", ({ rows }) => rows[ROW]!.offset++, inSegment("bytes", SAMPLE)],
  ["a wrong start", (fragment) => fragment.time++, inSegment("decode time", BEFORE + 1)],
  ["a gap before it", (fragment) => fragment.time += 512, inSegment("decode time", BEFORE + 1)],
  ["an overlap", (fragment) => fragment.time -= 512, inSegment("decode time", BEFORE + 1)],
  [
    "a wrong description",
    (fragment) => fragment.description = 2,
    inSegment("description", BEFORE + 1),
  ],
  ["a wrong track", (fragment) => fragment.trackId = 2, inSegment("track")],
  ["a repeated sequence number", (fragment) => fragment.sequence = 1, inSegment("sequence number")],
];

for (const [what, mutate, expected] of mutations) {
  Deno.test(`verify() finds ${what} in a CMAF segment`, async () => {
    await assertFinds([FILE], () => ({
      cmafSegment: (rendition, index) =>
        index === MUTATED
          ? mutateCmaf(rendition, index, mutate)
          : planCmafSegment(rendition, index),
    }), expected);
  });
}

Deno.test("mutateCmaf() without a mutation builds a valid segment", async () => {
  const presentation = await openTestdata([FILE]);
  const generators = {
    ...GENERATORS,
    cmafSegment: (rendition: Parameters<typeof planCmafSegment>[0], index: number) =>
      mutateCmaf(rendition, index, () => {}),
  };
  assertEquals((await verify(presentation, { generators })).differences, []);
  presentation.close();
});

const bytes: [what: string, change: (bytes: Uint8Array) => Uint8Array, expected: Expected][] = [
  [
    "a wrong byte",
    (bytes) => {
      const at = findBox(bytes, "mdat") + 108;
      return bytes.with(at, bytes[at]! ^ 255);
    },
    inSegment("bytes"),
  ],
  ["a truncated mdat", (bytes) => bytes.subarray(0, -1), inSegment("boxes")],
  ["a trailing byte", (bytes) => Uint8Array.from([...bytes, 0]), inSegment("boxes")],
  ["no styp", (bytes) => bytes.subarray(24), inSegment("boxes")],
  ["no bytes", (bytes) => bytes.subarray(0, 0), inSegment("boxes")],
  [
    "an unknown version",
    (bytes) => bytes.with(findBox(bytes, "tfdt") + 8, 9),
    inSegment("boxes"),
  ],
  [
    "offsets that are not relative to the moof",
    (bytes) => bytes.with(findBox(bytes, "tfhd") + 9, 0),
    inSegment("boxes"),
  ],
];

for (const [what, change, expected] of bytes) {
  Deno.test(`verify() finds ${what} in a CMAF segment`, async () => {
    await assertFinds([FILE], () => ({
      cmafSegment: (rendition, index) => {
        const plan = planCmafSegment(rendition, index);
        return index === MUTATED ? mutatePlan(plan, change) : plan;
      },
    }), expected);
  });
}

const others: [what: string, make: () => SegmentPlan, rule: Rule][] = [
  ["cannot be built", () => {
    throw new TypeError("undefined is not a function");
  }, "build"],
];

for (const [what, make, rule] of others) {
  Deno.test(`verify() finds a CMAF segment that ${what}`, async () => {
    const differences = await assertFinds([FILE], () => ({
      cmafSegment: (rendition, index) =>
        index === MUTATED ? make() : planCmafSegment(rendition, index),
    }), inSegment(rule));
    assertEquals(differences[0]!.message, "cannot be built: undefined is not a function");
  });
}

Deno.test("verify() finds a segment at the position of another", async () => {
  await assertFinds([FILE], () => ({
    cmafSegment: (rendition, index) => planCmafSegment(rendition, index === MUTATED ? 2 : index),
  }), inSegment("decode time", BEFORE + 1));
});

Deno.test("verify() reports a broken rule once, with its location", async () => {
  const differences = await assertFinds([FILE], () => ({
    cmafSegment: (rendition, index) =>
      index === MUTATED
        ? mutateCmaf(rendition, index, ({ rows }) => rows[ROW]!.compositionOffset++)
        : planCmafSegment(rendition, index),
  }), inSegment("presentation time", SAMPLE));
  const message = "got 28161, expected 28160";
  const rendition = differences[0]!.rendition;
  assertMatch(rendition, /^video_eng=\d+$/);
  assertEquals(differences, [{ ...inSegment("presentation time", SAMPLE), rendition, message }]);
});
