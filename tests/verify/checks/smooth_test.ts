import { planSmoothFragment } from "../../../lib/smooth/fragment.ts";
import {
  assertFinds,
  assertFindsIn,
  findBox,
  inMutatedSegment,
  MUTATED,
  mutatePlan,
} from "../mutations.ts";
import {
  BEFORE,
  FRAGMENT_FILE,
  mutateSmooth,
  type Mutation,
  ROW,
  SAMPLE,
  SAMPLE_MUTATIONS,
} from "../mutated_fragments.ts";
import type { Rule } from "../../../lib/verify/rules.ts";
import { openCutFilm } from "../../cut_film.ts";
import { CLEAR } from "../../clear_protection.ts";

const inSegment = inMutatedSegment("Smooth");

const mutations: Mutation[] = [
  ...SAMPLE_MUTATIONS,
  [
    "a duration off by two ticks",
    ({ rows }) => rows[ROW]!.duration += 2,
    "duration",
    SAMPLE,
  ],
  ["a wrong time", (fragment) => fragment.time++, "presentation time", BEFORE + 1],
];

for (const [what, mutate, rule, sample] of mutations) {
  Deno.test(`verify() finds ${what} in a Smooth Streaming fragment`, async () => {
    await assertFinds([FRAGMENT_FILE], () => ({
      smoothFragment: (stream, rendition, index) =>
        index === MUTATED && rendition.type !== "text"
          ? mutateSmooth(rendition, { index, start: stream.times[index]! }, mutate)
          : planSmoothFragment(stream, rendition, { index, protection: CLEAR }),
    }), inSegment(rule, sample));
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
    await assertFinds([FRAGMENT_FILE], () => ({
      smoothFragment: (stream, rendition, index) => {
        const plan = planSmoothFragment(stream, rendition, { index, protection: CLEAR });
        return index === MUTATED ? mutatePlan(plan, change) : plan;
      },
    }), inSegment(rule));
  });
}

Deno.test("verify() finds audio missing from a Smooth Streaming fragment", async () => {
  await assertFinds(["tone-aac-mono.m4a"], () => ({
    smoothFragment: (stream, rendition, index) => {
      if (index > 0 || rendition.type === "text") {
        return planSmoothFragment(stream, rendition, { index, protection: CLEAR });
      }
      const samples = rendition.timeline.samples.slice();
      samples[1]!--;
      return planSmoothFragment(stream, {
        ...rendition,
        timeline: { ...rendition.timeline, samples },
      }, { index, protection: CLEAR });
    },
  }), { format: "Smooth", segment: 1, rule: "lost sample" });
});

Deno.test("verify() finds samples of several edits that are decoded after the next fragment", async () => {
  await assertFindsIn(await openCutFilm(), () => ({
    smoothFragment: (stream, rendition, index) => {
      const position = { index, protection: CLEAR };
      if (rendition.type !== "video") return planSmoothFragment(stream, rendition, position);
      const times = rendition.timeline.times.map((time, i) => i > index ? 2 * time : time);
      const timeline = { ...rendition.timeline, times };
      return planSmoothFragment(stream, { ...rendition, timeline }, position);
    },
  }), { format: "Smooth", segment: 1, rule: "duration" });
});
