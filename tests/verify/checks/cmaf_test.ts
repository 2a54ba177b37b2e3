import { assertEquals, assertMatch } from "@std/assert";
import { planCmafSegment } from "../../../lib/cmaf/segment.ts";
import type { SegmentPlan } from "../../../lib/storage/read_plan.ts";
import { verify } from "../../../lib/verify/verification.ts";
import { GENERATORS } from "../../../lib/verify/generators.ts";
import { openTestdata } from "../../sample_presentations.ts";
import {
  assertFinds,
  type Expected,
  findBox,
  inMutatedSegment,
  MUTATED,
  mutatePlan,
} from "../mutations.ts";
import {
  BEFORE,
  FRAGMENT_FILE,
  mutateCmaf,
  type Mutation,
  ROW,
  SAMPLE,
  SAMPLE_MUTATIONS,
} from "../mutated_fragments.ts";
import type { Rule } from "../../../lib/verify/rules.ts";
import { CLEAR } from "../../clear_protection.ts";

const inSegment = inMutatedSegment("CMAF");

const mutations: Mutation[] = [
  ...SAMPLE_MUTATIONS,
  ["a lost first sample", ({ rows }) => rows.shift(), "lost sample", BEFORE + 1],
  ["a lost last sample", ({ rows }) => rows.pop(), "lost sample", BEFORE + 50],
  ["a duration off by one", ({ rows }) => rows[ROW]!.duration++, "duration", SAMPLE],
  [
    "decode times after a wrong duration",
    ({ rows }) => rows[ROW]!.duration++,
    "decode time",
    SAMPLE + 1,
  ],
  ["a size off by one", ({ rows }) => rows[ROW]!.size++, "boxes"],
  [
    "sizes that add up and are wrong",
    ({ rows }) => [rows[ROW]!.size++, rows[ROW + 1]!.size--],
    "size",
    SAMPLE,
  ],
  ["a size that leaves a byte unused", ({ rows }) => rows[ROW]!.size--, "mdat"],
  ["a wrong start", (fragment) => fragment.time++, "decode time", BEFORE + 1],
  ["a gap before it", (fragment) => fragment.time += 512, "decode time", BEFORE + 1],
  ["an overlap", (fragment) => fragment.time -= 512, "decode time", BEFORE + 1],
  [
    "a wrong description",
    (fragment) => fragment.descriptionIndex = 2,
    "description",
    BEFORE + 1,
  ],
  ["a wrong track", (fragment) => fragment.trackId = 2, "track"],
  ["a repeated sequence number", (fragment) => fragment.sequence = 1, "sequence number"],
];

for (const [what, mutate, rule, sample] of mutations) {
  Deno.test(`verify() finds ${what} in a CMAF segment`, async () => {
    await assertFinds([FRAGMENT_FILE], () => ({
      cmafSegment: (rendition, index) =>
        index === MUTATED
          ? mutateCmaf(rendition, index, mutate)
          : planCmafSegment(rendition, index, CLEAR),
    }), inSegment(rule, sample));
  });
}

Deno.test("mutateCmaf() without a mutation builds a valid segment", async () => {
  const presentation = await openTestdata([FRAGMENT_FILE]);
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
    await assertFinds([FRAGMENT_FILE], () => ({
      cmafSegment: (rendition, index) => {
        const plan = planCmafSegment(rendition, index, CLEAR);
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
    const differences = await assertFinds([FRAGMENT_FILE], () => ({
      cmafSegment: (rendition, index) =>
        index === MUTATED ? make() : planCmafSegment(rendition, index, CLEAR),
    }), inSegment(rule));
    assertEquals(differences[0]!.message, "cannot be built: undefined is not a function");
  });
}

Deno.test("verify() finds a segment at the position of another", async () => {
  await assertFinds([FRAGMENT_FILE], () => ({
    cmafSegment: (rendition, index) =>
      planCmafSegment(rendition, index === MUTATED ? 2 : index, CLEAR),
  }), inSegment("decode time", BEFORE + 1));
});

Deno.test("verify() reports a broken rule once, with its location", async () => {
  const differences = await assertFinds([FRAGMENT_FILE], () => ({
    cmafSegment: (rendition, index) =>
      index === MUTATED
        ? mutateCmaf(rendition, index, ({ rows }) => rows[ROW]!.compositionOffset++)
        : planCmafSegment(rendition, index, CLEAR),
  }), inSegment("presentation time", SAMPLE));
  const message = "got 28161, expected 28160";
  const rendition = differences[0]!.rendition;
  assertMatch(rendition, /^video_und=\d+$/);
  assertEquals(differences, [{ ...inSegment("presentation time", SAMPLE), rendition, message }]);
});
