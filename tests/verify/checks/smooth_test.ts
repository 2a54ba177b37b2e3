import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../../lib/mp4/samples/sample_table.ts";
import { planSmoothFragment } from "../../../lib/smooth/fragment.ts";
import { altered, boxAt, type Expected, findsIn, PLANTED } from "../mutations.ts";
import { type Fragment, smoothOf } from "../rows.ts";
import type { Rule } from "../../../lib/verify/rules.ts";

const FILE = "test-avc-frontmoov.mp4";
const BEFORE = 50;
const ROW = 7;
const SAMPLE = BEFORE + ROW + 1;

function inSegment(rule: Rule, sample?: number): Expected {
  const place = { format: "Smooth", segment: PLANTED + 1 } as const;
  return sample === undefined ? { ...place, rule } : { ...place, rule, sample };
}

const tampered: [what: string, tamper: (fragment: Fragment) => void, expected: Expected][] = [
  ["a lost sample", ({ rows }) => rows.splice(ROW, 1), inSegment("lost sample", SAMPLE)],
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
  [
    "a duration off by two ticks",
    ({ rows }) => rows[ROW]!.duration += 2,
    inSegment("duration", SAMPLE),
  ],
  [
    "a composition offset off by a tick",
    ({ rows }) => rows[ROW]!.compositionOffset++,
    inSegment("presentation time", SAMPLE),
  ],
  ["a wrong time", (fragment) => fragment.time++, inSegment("presentation time", BEFORE + 1)],
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
  ["bytes of another place", ({ rows }) => rows[ROW]!.offset++, inSegment("bytes", SAMPLE)],
];

for (const [what, tamper, expected] of tampered) {
  Deno.test(`verify() finds ${what} in a fragment of Smooth Streaming`, async () => {
    await findsIn([FILE], () => ({
      smoothFragment: (stream, rendition, index) =>
        index === PLANTED && rendition.type !== "text"
          ? smoothOf(rendition, { index, start: stream.times[index]! }, tamper)
          : planSmoothFragment(stream, rendition, index),
    }), expected);
  });
}

const bytes: [what: string, change: (bytes: Uint8Array) => Uint8Array, rule: Rule][] = [
  ["no tfxd", (bytes) => bytes.with(boxAt(bytes, "uuid") + 8, 0), "boxes"],
  ["another sum in tfxd", (bytes) => bytes.with(boxAt(bytes, "uuid") + 43, 1), "duration"],
  ["no sdtp", (bytes) => bytes.with(boxAt(bytes, "sdtp") + 4, 0), "boxes"],
  ["other dependencies in sdtp", (bytes) => bytes.with(boxAt(bytes, "sdtp") + 20, 0), "flags"],
  ["a mdat that is cut off", (bytes) => bytes.subarray(0, -1), "boxes"],
  ["a data offset off by one", (bytes) => bytes.with(boxAt(bytes, "trun") + 19, 1), "boxes"],
];

for (const [what, change, rule] of bytes) {
  Deno.test(`verify() finds ${what} in a fragment of Smooth Streaming`, async () => {
    await findsIn([FILE], () => ({
      smoothFragment: (stream, rendition, index) => {
        const plan = planSmoothFragment(stream, rendition, index);
        return index === PLANTED ? altered(plan, change) : plan;
      },
    }), inSegment(rule));
  });
}

Deno.test("verify() finds sound that is left out of a fragment of Smooth Streaming", async () => {
  await findsIn(["tone-aac-mono.m4a"], () => ({
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
