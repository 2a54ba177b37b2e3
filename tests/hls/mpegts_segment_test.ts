/** MPEG-TS segments contain the samples of the files, at their times. */

import { computeTsBandwidths } from "../../lib/hls/mpegts_bandwidth.ts";
import { SyncTable } from "../../lib/mp4/samples/sync_table.ts";
import { assert, assertEquals } from "@std/assert";
import type { OpenPresentation } from "../open_presentation.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { planTsSegment } from "../../lib/hls/mpegts_segment.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { type ElementaryStream, type PesPacket, TsDemuxer } from "../mpegts.ts";
import { openTestdata } from "../sample_presentations.ts";
import { checkAudio, checkVideo, sourceSamples } from "./ts_samples.ts";
import { CLEAR } from "../clear_protection.ts";

const HEVC = 0x24;

/** Files of a presentation (video, or video and audio), and the stream types: only mono and stereo AAC and MP3 are muxed. */
const cases: [files: string[], ...types: number[]][] = [
  [["test-avc-frontmoov.mp4"], 0x1B],
  [["pair-avc-aac.mp4"], 0x1B, 0x0F],
  [["pair-avc-quicktime.mov"], 0x1B, 0x0F],
  [["pair-avc-cutend.mp4"], 0x1B, 0x0F],
  [["frag-avcaac-smooth.ismv"], 0x1B, 0x0F],
  [["frag-avcaac-interleaved.mp4"], 0x1B, 0x0F],
  [["test-avc-2997fps.mp4", "tone-aac-mono.m4a"], 0x1B, 0x0F],
  [["test-avc-2398fps.mp4", "tone-ac3-surround.mp4"], 0x1B],
  [["test-avc-baseline.mp4", "tone-eac3-surround.mp4"], 0x1B],
  [["test-avc-vfr.mp4", "tone-mp3-stereo.mp4"], 0x1B, 0x03],
  [["test-avc-interlaced.mp4", "tone-heaac-explicit.mp4"], 0x1B, 0x0F],
  [["test-avc-scenecuts.mp4", "tone-heaacv2-implicit.mp4"], 0x1B, 0x0F],
  [["test-avc-onekey.mp4", "tone-aac-silent.mp4"], 0x1B, 0x0F],
  [["test-avc-opengop.mp4", "tone-aac-surround.mp4"], 0x1B],
  [["test-avc-negativects.mp4"], 0x1B],
  [["test-avc-avc3.mp4"], 0x1B],
  [["test-avc-avc3empty.mp4"], 0x1B],
  [["test-avc-twoentries.mp4"], 0x1B],
  [["flash-avc-bframes.mp4"], 0x1B, 0x0F],
  [["flash-avc-audiodelayed.mp4"], 0x1B, 0x0F],
  [["flash-avc-videodelayed.mp4"], 0x1B, 0x0F],
  [["flash-avc-audioprimed.mp4"], 0x1B, 0x0F],
  [["flash-avc-trimmed.mp4"], 0x1B, 0x0F],
  [["ladder-avc-720p.mp4", "ladder-aac-eng.mp4"], 0x1B, 0x0F],
  [["test-hevc-hvc1.mp4", "tone-aac-pce.mp4"], HEVC],
  [["test-hevc-hev1.mp4", "tone-aac-mpeg2.mp4"], HEVC, 0x0F],
  [["test-hevc-hev1empty.mp4"], HEVC],
  [["test-hevc-opengop.mp4"], HEVC],
  [["test-hevc-hdr10.mp4", "tone-eac3-stereo.mp4"], HEVC],
];

interface TestAsset {
  readonly presentation: OpenPresentation;
  readonly video: MediaRendition;
  readonly audio: MediaRendition | undefined;
}

async function open(files: readonly string[]): Promise<TestAsset> {
  const presentation = await openTestdata(files);
  const all = [...presentation.renditions.values()];
  const find = (type: string) => all.find((one) => one.type === type) as MediaRendition | undefined;
  return { presentation, video: find("video")!, audio: find("audio") };
}

async function segment({ presentation, video }: TestAsset, index: number): Promise<Uint8Array> {
  return await readPlan(
    planTsSegment(presentation, video, { index, protection: CLEAR }),
    new Uint8Array(0),
  );
}

for (const [files, ...types] of cases) {
  Deno.test(`planTsSegment() contains the samples of ${files} at their times`, async () => {
    const asset = await open(files);
    try {
      const demultiplexer = new TsDemuxer();
      const count = countSegments(asset.video.timeline);
      for (let i = 0; i < count; i++) demultiplexer.read(await segment(asset, i));
      const streams = [...demultiplexer.streams.values()];
      assertEquals(streams.map(({ type }) => type), types);
      const [video, audio] = streams as [ElementaryStream, ElementaryStream?];
      checkVideo(video, await sourceSamples(asset.video));
      if (audio) checkAudio(audio.packets, await sourceSamples(asset.audio!));
      checkStarts(video.packets, asset.video);
      checkOrder(streams);
      checkPcrs(demultiplexer, video.packets);
    } finally {
      asset.presentation.close();
    }
  });
}

for (const [files] of cases) {
  Deno.test(`planTsSegment() of ${files} has the same bytes in slices`, async () => {
    const asset = await open(files);
    try {
      for (let i = 0; i < countSegments(asset.video.timeline); i++) {
        const whole = await segment(asset, i);
        for (const minSize of [1, 2000, 2 ** 20]) await checkSlices(asset, i, { whole, minSize });
      }
    } finally {
      asset.presentation.close();
    }
  });
}

/** Builds each slice by itself, the last one first, in one buffer. */
async function checkSlices(
  { presentation, video }: TestAsset,
  index: number,
  { whole, minSize }: { whole: Uint8Array; minSize: number },
): Promise<void> {
  const scratch = new Uint8Array(2 ** 20);
  const { type, header, ranges, slices } = planTsSegment(presentation, video, {
    index,
    protection: CLEAR,
  });
  const all = slices!(await readPlan({ type, header, ranges }, scratch), minSize);
  let at = whole.length;
  for (const { plan, size } of all.toReversed()) {
    assertEquals(await readPlan(plan, scratch), whole.slice(at - size, at));
    at -= size;
  }
  assertEquals(at, 0);
  for (const { size } of all.slice(0, -1)) assert(size >= minSize, `${size} of ${minSize} bytes`);
  if (minSize === 2 ** 20) assertEquals(all.length, 1);
  else assert(all.length > 1, `${all.length} slices`);
}

/** Each segment starts with a random access point. */
function checkStarts(
  packets: readonly PesPacket[],
  { timeline: { samples } }: MediaRendition,
): void {
  const starts = packets.flatMap(({ segment }, i) =>
    packets[i - 1]?.segment === segment ? [] : [i]
  );
  assertEquals(starts, [...samples.subarray(0, -1)].map((index) => index - samples[0]!));
  for (const start of starts) assert(packets[start]!.randomAccess);
}

/** Decode times increase in each stream; presentation follows decoding, within a limit. */
function checkOrder(streams: readonly ElementaryStream[]): void {
  for (const { packets } of streams) {
    for (const [i, { dts, pts }] of packets.entries()) {
      if (i > 0) assert(dts > packets[i - 1]!.dts, `decode time of packet ${i}`);
      assert(
        pts >= dts && pts - dts < 90000,
        `packet ${i} is shown ${pts - dts} ticks after it is decoded`,
      );
    }
  }
}

/** PCRs are at most 100 ms apart (§2.7.2), and data arrives before it is decoded (§2.4.2). */
function checkPcrs({ pcrs, streams }: TsDemuxer, video: readonly PesPacket[]): void {
  for (const [i, clock] of pcrs.entries()) {
    if (i > 0) {
      const step = clock - pcrs[i - 1]!;
      assert(step > 0 && step <= 9000, `a clock ${step} ticks after the one before`);
    }
  }
  assertEquals(video.every(({ pcr }) => pcr !== undefined), true);
  for (const { packets } of streams.values()) {
    for (const { dts, pcr } of packets) {
      assert(pcr === undefined || pcr <= dts && dts - pcr < 2 * 90000, `${pcr} ${dts}`);
    }
  }
}

for (const files of [["pair-avc-aac.mp4"], ["test-hevc-hvc1.mp4", "tone-ac3-surround.mp4"]]) {
  Deno.test(`planTsSegment() builds the same bytes of ${files} in any order of requests`, async () => {
    const asset = await open(files);
    const again = await open(files);
    try {
      const count = countSegments(asset.video.timeline);
      const forwards: Uint8Array[] = [];
      for (let i = 0; i < count; i++) forwards.push(await segment(asset, i));
      for (let i = count - 1; i >= 0; i--) {
        assertEquals(await segment(asset, i), forwards[i]);
        assertEquals(await segment(again, i), forwards[i]);
      }
    } finally {
      asset.presentation.close();
      again.presentation.close();
    }
  });
}

Deno.test("planTsSegment() works in a reused buffer", async () => {
  const asset = await open(["pair-avc-aac.mp4"]);
  const scratch = new Uint8Array(2 ** 20);
  const alone = await segment(asset, 1);
  const first = await readPlan(
    planTsSegment(asset.presentation, asset.video, { index: 1, protection: CLEAR }),
    scratch,
  );
  await readPlan(
    planTsSegment(asset.presentation, asset.video, { index: 0, protection: CLEAR }),
    scratch,
  );
  assertEquals(first, alone);
  asset.presentation.close();
});

Deno.test("planTsSegment() contains video only if there are several audio renditions", async () => {
  const { presentation, video } = await open(["ladder-avc-240p.mp4", "multi-avc-tracks.mp4"]);
  const demultiplexer = new TsDemuxer();
  demultiplexer.read(
    await readPlan(
      planTsSegment(presentation, video, { index: 0, protection: CLEAR }),
      new Uint8Array(0),
    ),
  );
  presentation.close();
  assertEquals([...demultiplexer.streams.values()].map(({ type }) => type), [0x1B]);
});

Deno.test("planTsSegment() writes PCRs during a frame of several seconds", async () => {
  const asset = await open(["test-avc-frontmoov.mp4"]);
  const { timing } = asset.video;
  const slow = { ...timing, timescale: timing.timescale / 100 }; // 4 s per frame
  const video = { ...asset.video, timing: slow };
  const demultiplexer = new TsDemuxer();
  for (let i = 0; i < 2; i++) {
    demultiplexer.read(
      await readPlan(
        planTsSegment(asset.presentation, video, { index: i, protection: CLEAR }),
        new Uint8Array(0),
      ),
    );
  }
  asset.presentation.close();
  const { packets } = [...demultiplexer.streams.values()][0]!;
  assertEquals(packets.length, 100);
  checkPcrs(demultiplexer, packets);
  assert(demultiplexer.pcrs.length > 100 * 40);
});

Deno.test("planTsSegment() starts segments without a key frame with parameter sets, whose size is predicted", async () => {
  const opened = await openTestdata(["test-avc-frontmoov.mp4"]);
  const [own] = opened.renditions.values();
  assert(own?.type === "video");
  const samples = new SyncTable(own.track.samples, Float64Array.of());
  const video = { ...own, track: { ...own.track, samples } };
  const presentation = { ...opened, renditions: new Map([[own.name, video]]) };
  const sizes: number[] = [];
  for (let i = 0; i < countSegments(own.timeline); i++) {
    const got = await readPlan(
      planTsSegment(presentation, video, { index: i, protection: CLEAR }),
      new Uint8Array(0),
    );
    const expected = await readPlan(
      planTsSegment(opened, own, { index: i, protection: CLEAR }),
      new Uint8Array(0),
    );
    assertEquals(got.length, expected.length);
    const differences = [...got.keys()].filter((at) => got[at] !== expected[at]);
    assertEquals(differences.length, 1, "only random_access_indicator differs");
    sizes.push(got.length);
  }
  const { averageBandwidth } = computeTsBandwidths(presentation, own.name);
  opened.close();
  assertEquals(averageBandwidth, Math.ceil(8 * sizes.reduce((a, b) => a + b) / 6));
});
