import { assert, assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { hasOpenGop, listOpenGopProbes, warnOpenGop } from "../../lib/presentation/open_gop.ts";
import type { Rendition } from "../../lib/presentation/presentation.ts";
import type { SegmentedTrack } from "../../lib/presentation/segmenter.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { buildSegmentedVideo, buildTable } from "./synthetic_track.ts";

/** 5 segments of 50 samples of 4 bytes, the first of which is the index of the sample. */
const COLUMNS = {
  durations: 1,
  count: 250,
  syncs: [0, 50, 100, 150, 200],
  sizes: Array(250).fill(4),
};

function build(open: number[], options: Partial<SegmentedTrack["options"]>) {
  const bytes = new Uint8Array(1000 + 250 * 4);
  for (let i = 0; i < 250; i++) bytes[1000 + 4 * i] = i;
  const { source, reads } = memorySource(bytes);
  const { timeline } = buildSegmentedVideo(COLUMNS);
  const randomAccess = (_: unknown, sample: Uint8Array) =>
    open.includes(sample[0]!) ? "open" : "closed";
  const track = { entries: [{}], samples: buildTable(COLUMNS) };
  const codec = { randomAccess };
  const timing = { first: 0, end: 250 };
  const input = { codec, track, source, timing, timeline, options } as unknown as SegmentedTrack;
  return { input, reads };
}

Deno.test("listOpenGopProbes() returns key frames everywhere, and those nearest to what the version hashes", () => {
  const count = 6000; // a key frame every 60 samples, a hashed point every 400
  const sizes = Array.from({ length: count }, (_, i) => i % 60 === 0 ? 20_000 : 10_000);
  const syncs = Array.from({ length: count / 60 }, (_, i) => 60 * i);
  const columns = { durations: 1, count, syncs, sizes };
  const { timeline } = buildSegmentedVideo(columns);
  const list = (maxProbes: number) =>
    listOpenGopProbes({
      codec: { randomAccess: () => "closed" },
      track: { entries: [{}], samples: buildTable(columns) },
      timing: { first: 0, end: count },
      timeline,
      options: { maxProbes },
    } as unknown as SegmentedTrack);
  const starts = Array.from(timeline.samples.subarray(1, -1));
  assert(starts.length > 16);
  assertEquals(list(starts.length), starts);
  assertEquals(list(2), [starts[0]!, starts[Math.floor(starts.length / 2)]!]);
  const distant = [0, 1, 2, 3].map((i) => starts[Math.floor(i * starts.length / 4)]!);
  const probes = list(16);
  assert(probes.length <= 16);
  assertEquals(distant.filter((sample) => !probes.includes(sample)), []);
  const near = probes.filter((sample) => !distant.includes(sample));
  const toDistance = (sample: number) => {
    const fromPoint = sample % (5999 / 15);
    return Math.min(fromPoint, 5999 / 15 - fromPoint);
  };
  assert(near.length >= 4);
  assertEquals(near.filter((sample) => toDistance(sample) > 27), []); // 256 KiB
});

const tracks: [
  what: string,
  open: number[],
  options: Partial<SegmentedTrack["options"]>,
  expected: boolean,
  probed: number[],
][] = [
  ["closed GOPs", [], {}, false, [50, 100, 150, 200]],
  ["an open GOP", [150], {}, true, [50, 100, 150]],
  ["an open GOP at the start, where players never seek into", [0], {}, false, [50, 100, 150, 200]],
  ["two probes", [100], { maxProbes: 2 }, false, [50, 150]],
  ["more probes than segments", [200], { maxProbes: 99 }, true, [50, 100, 150, 200]],
  ["a package that declares closed GOPs", [50], { openGop: false }, false, []],
  ["a package that declares open GOPs", [], { openGop: true }, true, []],
];

for (const [what, open, options, expected, probed] of tracks) {
  Deno.test(`hasOpenGop() returns ${expected} for ${what}`, async () => {
    const { input, reads } = build(open, options);
    assertEquals(await hasOpenGop(input), expected);
    assertEquals(reads.map(([offset]) => (offset - 1000) / 4), probed);
  });
}

Deno.test("hasOpenGop() names the file whose sample entry it cannot read", async () => {
  const { input } = build([], { file: "a.mp4" });
  const randomAccess = () => {
    throw new MediaError("Cannot describe vmhd without avcC");
  };
  const broken = { ...input, codec: { ...input.codec, randomAccess } };
  await assertRejects(
    () => hasOpenGop(broken),
    MediaError,
    "a.mp4: Cannot describe vmhd without avcC",
  );
});

Deno.test("hasOpenGop() returns false for a codec that cannot tell", async () => {
  const { input } = build([50], {});
  assertEquals(await hasOpenGop({ ...input, codec: {} as SegmentedTrack["codec"] }), false);
});

Deno.test("hasOpenGop() finds leading samples without a probe, whatever the package declares", async () => {
  const { input, reads } = build([], { openGop: false });
  const firstSampleTimes = input.timeline.firstSampleTimes.with(2, input.timeline.times[2]! + 1);
  assertEquals(
    await hasOpenGop({ ...input, timeline: { ...input.timeline, firstSampleTimes } }),
    true,
  );
  assertEquals(reads, []);
});

Deno.test("warnOpenGop() names the file", () => {
  const warn = (rendition: object) => warnOpenGop({ file: "a.mp4", ...rendition } as Rendition);
  assertEquals(warn({ type: "video", openGop: false }), []);
  assertEquals(warn({ type: "text" }), []);
  assertEquals(warn({ type: "video", openGop: true }).map((text) => text.split(":")[0]), ["a.mp4"]);
});
