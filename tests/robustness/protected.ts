/** Reads protected segments of damaged movies: right sums and the samples of the file, or a MediaError. */

import { assert, assertEquals } from "@std/assert";
import { buildInit } from "../../lib/cmaf/init.ts";
import { planKeyFrame } from "../../lib/cmaf/key_frame.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { MediaError } from "../../lib/errors.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { SegmentProtection } from "../../lib/presentation/segment_protection.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { planSmoothFragment } from "../../lib/smooth/fragment.ts";
import { buildSmoothStreams } from "../../lib/smooth/streams.ts";
import { readPlan, type SegmentPlan } from "../../lib/storage/read_plan.ts";
import { CLEAR } from "../clear_protection.ts";
import { type DecryptedSample, decryptFragment, readProtection } from "../decrypt_fragment.ts";
import { checkMessage } from "./fetch_all.ts";

const NO_BUFFER = new Uint8Array(0);

const MAX_SEGMENTS = 50;

type Plan = (protection: SegmentProtection) => SegmentPlan;

/** @throws AssertionError, and Error of the reader, if a segment is wrong */
export async function readProtectedSegments(presentation: Presentation): Promise<void> {
  for (const rendition of presentation.renditions.values()) {
    if (rendition.type !== "video" && rendition.type !== "audio") continue;
    const count = Math.min(countSegments(rendition.timeline), MAX_SEGMENTS);
    for (let i = 0; i < count; i++) {
      await check(rendition, (protection) => planCmafSegment(rendition, i, protection));
    }
    if (rendition.type !== "video") continue;
    for (const frame of listKeyFrames(rendition).slice(0, MAX_SEGMENTS)) {
      await check(rendition, (protection) => planKeyFrame(rendition, frame, protection));
    }
  }
  if (presentation.protection!.scheme !== "cenc") return;
  for (const stream of buildSmoothStreams(presentation)) {
    for (const { rendition } of stream.levels) {
      if (rendition.type === "text") continue;
      const count = Math.min(stream.times.length - 1, MAX_SEGMENTS);
      for (let index = 0; index < count; index++) {
        await check(
          rendition,
          (protection) => planSmoothFragment(stream, rendition, { index, protection }),
        );
      }
    }
  }
}

async function check(rendition: MediaRendition, plan: Plan): Promise<void> {
  try {
    const planned = plan(SegmentProtection.decide({}, rendition, "cmaf")!);
    const segment = await readPlan(planned, NO_BUFFER);
    const clear = await readPlan(plan(CLEAR), NO_BUFFER);
    const tencs = readProtection(buildInit(rendition));
    const key = rendition.encryption!.key.key.reveal();
    const samples = decryptFragment(segment, tencs, key);
    const total = samples.reduce((sum, { sent }) => sum + sent.length, 0);
    let at = clear.length - total;
    for (const sample of samples) {
      assertEquals(sample.clear, clear.subarray(at, at += sample.clear.length));
      assertEncrypted(rendition, sample);
    }
    await checkSlices(planned, segment);
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    checkMessage(error, rendition.file);
  }
}

async function checkSlices(plan: SegmentPlan, whole: Uint8Array): Promise<void> {
  const { type, header, ranges } = plan;
  const bytes = await readPlan({ type, header, ranges }, NO_BUFFER);
  let at = 0;
  for (const { plan: slice } of plan.slices!(bytes, 65536)) {
    const part = await readPlan(slice, NO_BUFFER);
    assertEquals(part, whole.subarray(at, at += part.length));
  }
  assertEquals(at, whole.length);
}

/** Larger than any slice header. */
const MIN_SLICE_BYTES = 1500;

/** Neither audio nor a slice of AVC is clear, except those that the map of more than 40 subsamples omits. */
function assertEncrypted(
  { type, codec }: MediaRendition,
  { sent, clear, map }: DecryptedSample,
): void {
  const differs = (start: number, end: number) => {
    for (let i = start; i < end; i++) if (sent[i] !== clear[i]) return true;
    return false;
  };
  if (type === "audio") assert(sent.length < 64 || differs(0, sent.length), "clear audio");
  if (codec.family !== "avc" || map!.length >= 2 * 40) return;
  const view = new DataView(clear.buffer, clear.byteOffset, clear.length);
  for (let at = 0; at + 4 < clear.length;) {
    const [start, end] = [at + 4, at + 4 + view.getUint32(at)];
    const nalType = clear[start]! & 31;
    const isSlice = nalType === 1 || nalType === 5;
    if (isSlice && end - start > MIN_SLICE_BYTES && end <= clear.length) {
      assert(differs(start, end), "a clear slice");
    }
    at = end;
  }
}
