import { assert, assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../lib/mp4/samples/sample_table.ts";
import { openInputs } from "../open_presentation.ts";
import type { OpenPresentation } from "../open_presentation.ts";
import { buildSmoothStreams } from "../../lib/smooth/streams.ts";
import type { SmoothStream } from "../../lib/smooth/streams.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { planSmoothFragment } from "../../lib/smooth/fragment.ts";
import { syntheticMovie, type SyntheticTrack } from "../robustness/synthetic_movie.ts";
import { LONG_AUDIO, LONG_VIDEO, openLongMovie } from "../long_movie.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { type ReadFragment, readFragment } from "../smooth_fragment.ts";
import { openCutFilm } from "../cut_film.ts";
import { openTestdata } from "../sample_presentations.ts";
import { CLEAR } from "../clear_protection.ts";

async function fragment(stream: SmoothStream, index: number, level = 0): Promise<ReadFragment> {
  const plan = planSmoothFragment(stream, stream.levels[level]!.rendition, {
    index,
    protection: CLEAR,
  });
  return readFragment(await readPlan(plan, new Uint8Array(0)));
}

async function openFilm(track: SyntheticTrack): Promise<OpenPresentation> {
  const { source } = memorySource(syntheticMovie([track]));
  return await openInputs([{ file: "video.mp4" }], { segmentDuration: 2, open: () => source });
}

const AUDIO = "tone-aac-mono.m4a";
const VIDEO = "test-avc-frontmoov.mp4";

Deno.test("planSmoothFragment() writes samples in decode order, with the first frame at the time of the fragment", async () => {
  const presentation = await openFilm({
    like: VIDEO,
    timescale: 25,
    durations: [[4, 1]],
    compositionOffsets: [[1, 2], [1, 4], [1, 2], [1, 0]], // I P B b: shown as I b? no: 2 5 4 3
    edits: [[0, 2]],
    syncs: [1],
    sizes: [4, 3, 2, 1],
  });
  const [stream] = buildSmoothStreams(presentation);
  const { sequence, trackId, time, duration, samples } = await fragment(stream!, 0);
  assertEquals({ sequence, trackId, time, duration }, {
    sequence: 1,
    trackId: 1,
    time: 0,
    duration: 1_600_000,
  });
  assertEquals(samples, [
    [400_000, 4, SYNC_FLAGS, 0],
    [400_000, 3, NON_SYNC_FLAGS, 800_000],
    [400_000, 2, NON_SYNC_FLAGS, 0],
    [400_000, 1, NON_SYNC_FLAGS, -800_000],
  ]);
  presentation.close();
});

/** Priming in ticks of 1 ms; the number of samples that remain, and the presentation time of the first, in ticks. */
const primings: [edit: number, left: number, first: number][] = [
  [0, 10, 0],
  [1000, 9, 0],
  [1300, 9, -3_000_000],
  [2999, 8, -9_990_000],
];

for (const [edit, left, first] of primings) {
  Deno.test(`planSmoothFragment() omits audio that ends before time zero: ${edit} ms of priming`, async () => {
    const presentation = await openFilm({
      like: AUDIO,
      durations: [[10, 1000]],
      sizes: { each: 1, count: 10 },
      edits: edit ? [[0, edit]] : [],
    });
    const [stream] = buildSmoothStreams(presentation);
    const all: ReadFragment[] = [];
    for (let i = 0; i < stream!.times.length - 1; i++) all.push(await fragment(stream!, i));
    assertEquals(all.flatMap(({ samples }) => samples).length, left);
    assertEquals(all[0]!.samples[0]![3], first);
    for (const { samples } of all.slice(1)) assert(samples.every(([, , , offset]) => offset === 0));
    presentation.close();
  });
}

Deno.test("planSmoothFragment() retains priming that is after time zero", async () => {
  const [stream] = buildSmoothStreams(await openTestdata(["flash-avc-audioprimed.mp4"]))
    .filter(({ type }) => type === "audio");
  const { time, samples } = await fragment(stream!, 0);
  assert(time > 0);
  assertEquals(samples[0]![3], 0);
});

Deno.test("planSmoothFragment() decodes hidden samples of edits before the next fragment", async () => {
  const presentation = await openCutFilm();
  const [stream] = buildSmoothStreams(presentation);
  const { time, samples } = await fragment(stream!, 2);
  const lasting = samples.slice(-4).map(([duration, , , offset]) => [duration, offset]);
  assertEquals(lasting, [
    [350_000, -1_346_875],
    [303_123, -96_875],
    [1, -1_199_998], // else 446,877 ticks, decoded after the next fragment begins
    [796_876, -799_999],
  ]);
  const decoded = samples.slice(0, -1).reduce((sum, [duration]) => sum + duration, 0);
  assertEquals(time + decoded, stream!.times[3]! - 1);
  presentation.close();
});

/** Converts a number of fractions of a second to ticks, rounded half up, with bigints. */
function exact(count: number, timescale: number): number {
  const doubled = 2n * BigInt(count) * 10_000_000n;
  return Number((doubled + BigInt(timescale)) / (2n * BigInt(timescale)));
}

const long: [what: string, track: SyntheticTrack, fragmentLength: number][] = [
  ["29.97 fps", LONG_VIDEO, 60],
  ["44.1 kHz", LONG_AUDIO, 0],
];

for (const [what, track, fragmentLength] of long) {
  Deno.test(`planSmoothFragment() does not drift in ten hours of ${what}`, async () => {
    const presentation = await openLongMovie(track);
    const [stream] = buildSmoothStreams(presentation);
    const { timescale } = track;
    const { timeline } = stream!.levels[0]!.rendition as { timeline: { times: Float64Array } };
    const { times } = stream!;
    assert(times.length > 17_900 && times.at(-1)! > 35_999 * 1e7);
    assertEquals([...times], Array.from(timeline.times, (time) => exact(time, timescale!)));
    const some = Array.from({ length: times.length - 1 }, (_, i) => i)
      .filter((i) => i % 500 === 0 || i > times.length - 5);
    for (const i of some) {
      const { time, duration, samples } = await fragment(stream!, i);
      const length = samples.reduce((sum, [duration]) => sum + duration, 0);
      assertEquals([time, duration, length], [times[i], length, times[i + 1]! - times[i]!]);
      assert(samples.every(([, , , offset]) => offset === 0));
      if (fragmentLength && i < times.length - 2) assertEquals(samples.length, fragmentLength);
    }
    presentation.close();
  });
}

Deno.test("planSmoothFragment() distinguishes renditions of equal bitrate, and audio of one language", async () => {
  const presentation = await openTestdata([
    "ladder-avc-240p.mp4",
    "ladder-avc-720p.mp4",
    { file: "ladder-aac-eng.mp4", language: "eng" },
    { file: "ladder-aac-fra.mp4", language: "eng" },
  ]);
  const streams = buildSmoothStreams(presentation);
  const seen = new Set<string>();
  let count = 0;
  for (const stream of streams) {
    for (const [level, { rendition }] of stream.levels.entries()) {
      const { data, samples } = await fragment(stream, 1, level);
      if (rendition.type === "text") throw new Error("Cannot be");
      const { track, timeline, source } = rendition;
      const [first, end] = [timeline.samples[1]!, timeline.samples[2]!];
      const { sizes, offsets } = track.samples.readSamples(first, end);
      assertEquals(samples.map(([, size]) => size), [...sizes]);
      const last = new Uint8Array(sizes.at(-1)!);
      source.read(offsets.at(-1)!, last);
      assertEquals(data.subarray(-last.length), last);
      seen.add(data.toHex());
      count++;
    }
  }
  assertEquals([seen.size, count], [4, 4]);
  presentation.close();
});

Deno.test("planSmoothFragment() splits cues at the boundaries of the fragment", async () => {
  const presentation = await openTestdata(["ladder-avc-240p.mp4", "ladder-vtt-eng.vtt"]);
  const stream = buildSmoothStreams(presentation).find(({ type }) => type === "text")!;
  const shown: string[][] = [];
  for (let i = 0; i < 3; i++) {
    const { time, duration, samples, data, sequence } = await fragment(stream, i);
    assertEquals([sequence, time, duration], [i + 1, i * 2e7, 2e7]);
    assertEquals(samples, [[2e7, data.length, SYNC_FLAGS, 0]]);
    const text = new TextDecoder().decode(data);
    assert(text.startsWith("<?xml") && text.includes(`xml:lang="en"`), text);
    shown.push(
      [...text.matchAll(/begin="00:00:0(.*?)" end="00:00:0(.*?)"/g)].map(([, a, b]) => `${a}-${b}`),
    );
  }
  assertEquals(shown, [
    ["0.000-1.500", "1.500-2.000"],
    ["0.000-2.000", "1.000-2.000", "1.500-2.000"],
    ["0.000-0.500", "0.000-1.000", "0.000-2.000"],
  ]);
  presentation.close();
});

Deno.test("planSmoothFragment() limits the duration of a subtitle sample to 32 bits", async () => {
  const presentation = await openTestdata(["ladder-vtt-eng.vtt"]);
  const [stream] = buildSmoothStreams(presentation);
  const long = { ...stream!, times: Float64Array.of(0, 6_000_000_000) };
  const { duration, samples } = await fragment(long, 0);
  assertEquals([duration, samples[0]![0]], [6_000_000_000, 2 ** 32 - 1]);
  presentation.close();
});

Deno.test("planSmoothFragment() writes a frame of seven minutes", async () => {
  const presentation = await openFilm({
    like: VIDEO,
    sizes: [1],
    syncs: [1],
    durations: [[1, 420_000]],
  });
  const { duration, samples } = await fragment(buildSmoothStreams(presentation)[0]!, 0);
  assertEquals([duration, samples[0]![0]], [4_200_000_000, 4_200_000_000]);
  presentation.close();
});

Deno.test("planSmoothFragment() decodes the frame after one of ten minutes early", async () => {
  const presentation = await openFilm({
    like: VIDEO,
    sizes: [1, 1, 1],
    syncs: [1],
    durations: [[1, 600_000], [1, 40], [1, 80]],
  });
  const { duration, samples } = await fragment(buildSmoothStreams(presentation)[0]!, 0);
  const rest = 6_000_000_000 - (2 ** 32 - 1);
  assertEquals(samples.map(([duration, , , offset]) => [duration, offset]), [
    [2 ** 32 - 1, 0],
    [rest + 400_000, rest],
    [800_000, 0],
  ]);
  assertEquals(duration, 6_001_200_000);
  presentation.close();
});

const refused: [what: string, track: Partial<SyntheticTrack>, message: string][] = [
  [
    "lasts 650 s",
    { durations: [[1, 650_000], [1, 40]], sizes: [1, 1] },
    "a sample time of 221 s in Smooth Streaming: expected at most 215 s",
  ],
  [
    "is presented 300 s after its decode time",
    {
      durations: [[3, 40]],
      compositionOffsets: [[1, 0], [1, 300_000], [1, 0]], // the last sample is decoded after it, but presented before it
      sizes: [1, 1, 1],
    },
    "a sample time of 300 s in Smooth Streaming: expected at most 215 s",
  ],
  [
    "is presented 300 s before the one before it",
    { durations: [[3, 40]], compositionOffsets: [[1, 0], [1, -300_000], [1, 0]], sizes: [1, 1, 1] },
    "a sample time of -299 s in Smooth Streaming: expected at least -215 s",
  ],
];

for (const [what, track, message] of refused) {
  Deno.test(`planSmoothFragment() rejects a sample that ${what}`, async () => {
    const presentation = await openFilm({ like: VIDEO, sizes: [], syncs: [1], ...track });
    const [stream] = buildSmoothStreams(presentation);
    const error = assertThrows(
      () =>
        planSmoothFragment(stream!, stream!.levels[0]!.rendition, { index: 0, protection: CLEAR }),
      MediaError,
      message,
    );
    assertEquals([error.code, error.file], ["MEDIA_UNSUPPORTED", "video.mp4"]);
    presentation.close();
  });
}
