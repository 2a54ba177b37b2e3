import { assert, assertEquals, assertThrows } from "@std/assert";
import { createDecipheriv } from "node:crypto";
import { encryptSegment } from "../../lib/cmaf/aes128.ts";
import { planKeyFrame } from "../../lib/cmaf/key_frame.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { planTsSegment } from "../../lib/hls/mpegts_segment.ts";
import { planPackedAudio } from "../../lib/hls/packed_audio.ts";
import { planTsKeyFrame } from "../../lib/hls/ts_key_frame.ts";
import { createSliceReader } from "../../lib/http/slice_reader.ts";
import { listKeyFrames } from "../../lib/presentation/key_frames.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { SegmentProtection } from "../../lib/presentation/segment_protection.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { readPlan, type SegmentPlan } from "../../lib/storage/read_plan.ts";
import { CLEAR } from "../clear_protection.ts";
import { openProtected } from "../protected_presentations.ts";

const NO_BUFFER = new Uint8Array(0);

/** As a player does: the IV is the number as 128-bit integer. */
function decrypt(key: Uint8Array, sequence: number, bytes: Uint8Array): Uint8Array {
  const iv = new Uint8Array(16);
  new DataView(iv.buffer).setUint32(12, sequence);
  const cipher = createDecipheriv("aes-128-cbc", key, iv);
  return new Uint8Array([...cipher.update(bytes), ...cipher.final()]);
}

async function openLadder(): Promise<{
  presentation: Presentation & Disposable;
  video: MediaRendition;
  audio: MediaRendition;
  key: Uint8Array;
}> {
  const files = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"];
  const opened = await openProtected(files, { scheme: "aes-128" });
  const [video, audio] = opened.renditions.values() as Iterable<MediaRendition>;
  const presentation = { ...opened, [Symbol.dispose]: () => opened.close() };
  return { presentation, video: video!, audio: audio!, key: video!.encryption!.key.key.reveal() };
}

type Plan = (index: number, protection: SegmentProtection) => SegmentPlan;

async function listPlans(): Promise<{
  presentation: Disposable;
  key: Uint8Array;
  plans: readonly [what: string, count: number, plan: Plan, protection: SegmentProtection][];
}> {
  const { presentation, video, audio, key } = await openLadder();
  const frames = listKeyFrames(video).map((frame, number) => ({ ...frame, number }));
  const count = countSegments(video.timeline);
  const [cmaf, ts, sound] = [
    SegmentProtection.decide(presentation, video, "cmaf")!,
    SegmentProtection.decide(presentation, video, "mpegts")!,
    SegmentProtection.decide(presentation, audio, "mpegts")!,
  ];
  return {
    presentation,
    key,
    plans: [
      ["segment", count, (i, protection) => planCmafSegment(video, i, protection), cmaf],
      [
        "key frame",
        frames.length,
        (i, protection) => planKeyFrame(video, frames[i]!, protection),
        cmaf,
      ],
      [
        "MPEG-TS segment",
        count,
        (index, protection) => planTsSegment(presentation, video, { index, protection }),
        ts,
      ],
      [
        "MPEG-TS key frame",
        frames.length,
        (i, protection) => planTsKeyFrame(video, frames[i]!, protection),
        ts,
      ],
      [
        "packed audio",
        countSegments(audio.timeline),
        (i, protection) => planPackedAudio(audio, i, protection),
        sound,
      ],
    ],
  };
}

Deno.test("encryptSegment() encrypts segments of all formats, with their numbers as IV", async () => {
  const { presentation, key, plans } = await listPlans();
  using _ = presentation;
  for (const [what, count, plan, protection] of plans) {
    assert(count > 2, what);
    for (let i = 0; i < count; i++) {
      const clear = await readPlan(plan(i, CLEAR), NO_BUFFER);
      const encrypted = plan(i, protection);
      const bytes = await readPlan(encrypted, NO_BUFFER);
      assertEquals(decrypt(key, i, bytes), new Uint8Array(clear), `${what} ${i}`);
      if (plan(i, CLEAR).transform) assertEquals(encrypted.size, undefined, what);
      else assertEquals(encrypted.size, bytes.length, what);
    }
  }
});

Deno.test("encryptSegment() has the same bytes in slices, from any byte on", async () => {
  const { presentation, plans } = await listPlans();
  using _ = presentation;
  for (const [what, , plan, protection] of plans) {
    const encrypted = plan(1, protection);
    const { type, header, ranges, slices } = encrypted;
    if (what === "packed audio") {
      assertEquals(slices, undefined);
      continue;
    }
    const whole = new Uint8Array(await readPlan(encrypted, NO_BUFFER));
    const half = Math.floor(whole.length / 2);
    for (
      const [start, end] of [[0, whole.length], [whole.length - 100, whole.length], [
        half,
        half + 1,
      ]]
    ) {
      const samples = await readPlan({ type, header, ranges }, NO_BUFFER);
      const parts = encrypted.slices!(samples, 1000);
      assertEquals(parts.reduce((sum, { size }) => sum + size, 0), whole.length, what);
      const next = createSliceReader(parts, { start: start!, end: end!, partial: true }, {
        read: (plan) => readPlan(plan, NO_BUFFER) as Uint8Array<ArrayBuffer>,
        maxChunk: 700,
      });
      const got: number[] = [];
      while (got.length < end! - start!) got.push(...await next());
      assertEquals(new Uint8Array(got), whole.subarray(start, end), what);
    }
  }
});

Deno.test("encryptSegment() shares no memory between slices", async () => {
  const { presentation, plans: [segments] } = await listPlans();
  using _ = presentation;
  const [, , plan, protection] = segments!;
  const encrypted = plan(1, protection);
  const whole = [...await readPlan(encrypted, NO_BUFFER)];
  const sent: number[] = [];
  for (const slice of encrypted.slices!(NO_BUFFER, 1000)) {
    const bytes = await readPlan(slice.plan, NO_BUFFER);
    sent.push(...bytes);
    bytes.fill(0);
  }
  assertEquals(sent, whole);
});

Deno.test("encryptSegment() reads earlier slices once, for all ranges of a segment", async () => {
  const { presentation, plans: [segments] } = await listPlans();
  using _ = presentation;
  const [, , plan, protection] = segments!;
  const encrypted = plan(1, protection);
  const whole = new Uint8Array(await readPlan(encrypted, NO_BUFFER));
  const parts = encrypted.slices!(NO_BUFFER, 1000);
  const reads: number[] = [];
  for (let i = 0; i < 2; i++) {
    const next = createSliceReader(parts, {
      start: whole.length - 10,
      end: whole.length,
      partial: true,
    }, {
      read(plan, index) {
        reads.push(index);
        return readPlan(plan, NO_BUFFER) as Uint8Array<ArrayBuffer>;
      },
      maxChunk: 700,
    });
    assertEquals([...await next()], [...whole.subarray(-10)]);
  }
  assertEquals(reads, [...parts.keys(), parts.length - 1]);
});

Deno.test("encryptSegment() requires a number, and no samples that are encrypted", async () => {
  const { presentation, video } = await openLadder();
  using _ = presentation;
  const protection = SegmentProtection.decide(presentation, video, "cmaf")!;
  const [frame] = listKeyFrames(video);
  assertThrows(() => planKeyFrame(video, frame!, protection), TypeError, "sequence number");
  const plan = { type: "video/mp4", header: NO_BUFFER, ranges: [] };
  assertEquals(encryptSegment(plan, CLEAR, 0), plan);
  const cbcs = await openProtected(["ladder-avc-240p.mp4"], { scheme: "cbcs" });
  cbcs.close();
  const [other] = cbcs.renditions.values() as Iterable<MediaRendition>;
  const samples = SegmentProtection.decide({}, other!, "mpegts")!;
  assertThrows(() => encryptSegment(plan, samples, 0), TypeError, "cbcs");
});
