import { planKeyFrame } from "../../../lib/cmaf/key_frame.ts";
import { planTsKeyFrame } from "../../../lib/hls/ts_key_frame.ts";
import { findKeyFrame, type KeyFrame } from "../../../lib/presentation/key_frames.ts";
import type { MediaRendition } from "../../../lib/presentation/presentation.ts";
import type { SegmentProtection } from "../../../lib/presentation/segment_protection.ts";
import type { SegmentPlan } from "../../../lib/storage/read_plan.ts";
import type { Rule } from "../../../lib/verify/rules.ts";
import { assertFinds, findBox, MUTATED, mutatePlan } from "../mutations.ts";
import { CLEAR } from "../../clear_protection.ts";

/** Start of the second segment, and its first sample from 1. */
const TIME = 25600;
const SAMPLE = 51;

type Plan = (rendition: MediaRendition, keyFrame: KeyFrame) => SegmentPlan;

/** Plans a mutated key frame at `TIME`. */
function mutateAt(
  plan: (...args: [...Parameters<Plan>, SegmentProtection]) => SegmentPlan,
  mutate: (rendition: MediaRendition, keyFrame: KeyFrame) => SegmentPlan,
) {
  return (rendition: MediaRendition, time: number) => {
    const keyFrame = findKeyFrame(rendition, time)!;
    return time === TIME ? mutate(rendition, keyFrame) : plan(rendition, keyFrame, CLEAR);
  };
}

const change = (bytes: Uint8Array, at: number) => {
  bytes[at]! ^= 1;
  return bytes;
};

const inCmaf: [what: string, mutate: Plan, rule: Rule, sample?: number][] = [
  [
    "another sample",
    (rendition, frame) => planKeyFrame(rendition, { ...frame, sample: frame.sample + 1 }, CLEAR),
    "size",
    SAMPLE,
  ],
  [
    "the end of another key frame",
    (rendition, frame) => planKeyFrame(rendition, { ...frame, end: frame.end - 1 }, CLEAR),
    "duration",
    SAMPLE,
  ],
  [
    "another decode time",
    (rendition, frame) =>
      mutatePlan(
        planKeyFrame(rendition, frame, CLEAR),
        (bytes) => change(bytes, findBox(bytes, "tfdt") + 19),
      ),
    "decode time",
    SAMPLE,
  ],
  [
    "a sample that is not declared as a sync sample",
    (rendition, frame) =>
      mutatePlan(
        planKeyFrame(rendition, frame, CLEAR),
        (bytes) => change(bytes, findBox(bytes, "tfhd") + 21),
      ),
    "flags",
    SAMPLE,
  ],
  [
    "a changed byte",
    (rendition, frame) =>
      mutatePlan(planKeyFrame(rendition, frame, CLEAR), (bytes) => change(bytes, bytes.length - 1)),
    "bytes",
    SAMPLE,
  ],
  [
    "no resource",
    () => {
      throw new Error("Cannot plan");
    },
    "build",
  ],
];

for (const [what, mutate, rule, sample] of inCmaf) {
  Deno.test(`verify() finds ${what} in a CMAF key frame`, async () => {
    await assertFinds(
      ["test-avc-frontmoov.mp4"],
      () => ({ keyFrame: mutateAt(planKeyFrame, mutate) }),
      {
        format: "CMAF key frames",
        segment: MUTATED + 1,
        rule,
        ...sample === undefined ? {} : { sample },
      },
    );
  });
}

const inTs: [what: string, mutate: Plan, rule: Rule][] = [
  [
    "another sample",
    (rendition, frame) => planTsKeyFrame(rendition, { ...frame, sample: frame.sample + 1 }, CLEAR),
    "bytes",
  ],
  [
    "another time",
    (rendition, frame) => {
      const timing = { ...rendition.timing, presentationTime: () => 0 };
      return planTsKeyFrame({ ...rendition, timing }, frame, CLEAR);
    },
    "PTS",
  ],
  [
    "a changed byte of the tables",
    (rendition, frame) =>
      mutatePlan(planTsKeyFrame(rendition, frame, CLEAR), (bytes) => change(bytes, 200)),
    "tables",
  ],
];

for (const [what, mutate, rule] of inTs) {
  Deno.test(`verify() finds ${what} in an MPEG-TS key frame`, async () => {
    await assertFinds(
      ["test-avc-frontmoov.mp4"],
      () => ({ tsKeyFrame: mutateAt(planTsKeyFrame, mutate) }),
      { format: "MPEG-TS key frames", segment: MUTATED + 1, rule },
    );
  });
}
