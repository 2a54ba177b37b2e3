import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../../lib/mp4/samples/sample_table.ts";
import { planSmoothFragment } from "../../../lib/smooth/fragment.ts";
import { assertFinds, type Expected, findBox, MUTATED, mutatePlan } from "../mutations.ts";
import { type Fragment, mutateSmooth } from "../mutated_fragments.ts";
import type { Rule } from "../../../lib/verify/rules.ts";

const FILE = "test-avc-frontmoov.mp4";
const BEFORE = 50;
const ROW = 7;
const SAMPLE = BEFORE + ROW + 1;

function inSegment(rule: Rule, sample?: number): Expected {
  const place = { format: "Smooth", segment: MUTATED + 1 } as const;
  return sample === undefined ? { ...place, rule } : { ...place, rule, sample };
}

const mutations: [what: string, mutate: (fragment: Fragment) => void, expected: Expected][] = [
  ["a lost sample", ({ rows }) => rows.splice(ROW, 1), inSegment("lost sample", SAMPLE)],
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
  [
    "a duration off by two ticks",
    ({ rows }) => rows[ROW]!.duration += 2,
    inSegment("duration", SAMPLE),
  ],
  [
    "a composition offset off by one",
    ({ rows }) => rows[ROW]!.compositionOffset++,
    inSegment("presentation time", SAMPLE),
  ],
  ["a wrong time", (fragment) => fragment.time++, inSegment("presentation time", BEFORE + 1)],
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
  ["bytes of another offset", ({ rows }) => rows[ROW]!.offset++, inSegment("bytes", SAMPLE)],
];

for (const [what, mutate, expected] of mutations) {
  Deno.test(`verify() finds ${what} in a Smooth Streaming fragment`, async () => {
    await assertFinds([FILE], () => ({
      smoothFragment: (stream, rendition, index) =>
        index === MUTATED && rendition.type !== "text"
          ? mutateSmooth(rendition, { index, start: stream.times[index]! }, mutate)
          : planSmoothFragment(stream, rendition, index),
    }), expected);
  });
}

const bytes: [what: string, change: (bytes: Uint8Array) => Uint8Array, rule: Rule][] = [
  ["no tfxd", (bytes) => bytes.with(findBox(bytes, "uuid") + 8, 0), "boxes"],
  ["a wrong duration in tfxd", (bytes) => bytes.with(findBox(bytes, "uuid") + 43, 1), "duration"],
  ["no sdtp", (bytes) => bytes.with(findBox(bytes, "sdtp") + 4, 0), "boxes"],
  ["wrong dependencies in sdtp", (bytes) => bytes.with(findBox(bytes, "sdtp") + 20, 0), "flags"],
  ["a truncated mdat", (bytes) => bytes.subarray(0, -1), "boxes"],
  ["a data offset off by one", (bytes) => bytes.with(findBox(bytes, "trun") + 19, 1), "boxes"],
];

for (const [what, change, rule] of bytes) {
  Deno.test(`verify() finds ${what} in a Smooth Streaming fragment`, async () => {
    await assertFinds([FILE], () => ({
      smoothFragment: (stream, rendition, index) => {
        const plan = planSmoothFragment(stream, rendition, index);
        return index === MUTATED ? mutatePlan(plan, change) : plan;
      },
    }), inSegment(rule));
  });
}

Deno.test("verify() finds audio missing from a Smooth Streaming fragment", async () => {
  await assertFinds(["tone-aac-mono.m4a"], () => ({
    smoothFragment: (stream, rendition, index) => {
      if (index > 0 || rendition.type === "text") {
        return planSmoothFragment(stream, rendition, index);
      }
      const samples = rendition.timeline.samples.slice();
      samples[1]!--;
      return planSmoothFragment(
        stream,
        { ...rendition, timeline: { ...rendition.timeline, samples } },
        index,
      );
    },
  }), { format: "Smooth", segment: 1, rule: "lost sample" });
});
