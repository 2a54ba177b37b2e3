import { assert, assertEquals } from "@std/assert";
import type { Codec } from "../../lib/codecs/codec.ts";
import { findCodec } from "../../lib/codecs/mod.ts";
import { correctSyncSamples } from "../../lib/input/sync_samples.ts";
import type { Track } from "../../lib/mp4/movie.ts";
import { readMovie } from "../../lib/mp4/read_movie.ts";
import {
  DEPENDS_ON_NONE,
  DEPENDS_ON_OTHERS,
  IS_NON_SYNC,
  type SampleTable,
} from "../../lib/mp4/samples/sample_table.ts";
import { SyncTable } from "../../lib/mp4/samples/sync_table.ts";
import type { Source } from "../../lib/storage/source.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { buildTable } from "../presentation/synthetic_track.ts";
import { readTestdata } from "../test_files.ts";

interface Input {
  readonly track: Track;
  readonly codec: Codec;
  readonly source: Source;
}

async function open(name: string, handler = "vide"): Promise<Input> {
  const { source } = memorySource(readTestdata(name));
  const { tracks } = await readMovie(source);
  const track = tracks.find((candidate) => candidate.handler === handler)!;
  return { track, codec: findCodec(track.entries[0]!)!, source };
}

function getSyncs(table: SampleTable): number[] {
  const { flags } = table.readSamples(0, table.count);
  return [...flags.keys()].filter((i) => !(flags[i]! & IS_NON_SYNC));
}

async function correct({ track, codec, source }: Input, samples = track.samples) {
  const corrected = await correctSyncSamples({ ...track, samples }, codec, source);
  return { syncs: getSyncs(corrected.track.samples), ...corrected };
}

const describeCure = (file: string) =>
  `\`ffmpeg -i in.mp4 -c copy ${file}\` and \`ffmpeg -i ${file} -c copy out.mp4\` correct the file`;

/** Files whose own flags are right, with closed and open GOPs. */
const RIGHT = [
  "test-avc-scenecuts.mp4",
  "test-avc-opengop.mp4",
  "test-avc-avc3.mp4",
  "test-avc-interlaced.mp4",
  "test-hevc-hvc1.mp4",
  "test-hevc-opengop.mp4",
  "test-av1-main.mp4",
  "test-vp9-profile0.mp4",
];

for (const name of RIGHT) {
  Deno.test(`correctSyncSamples() finds the key frames of ${name} in its samples`, async () => {
    const input = await open(name);
    const { samples } = input.track;
    const expected = getSyncs(samples);
    const cure = describeCure(/av1|vp9/.test(name) ? "out.ivf" : "out.ts");
    assert(expected.length > 1 && expected.length < samples.count);
    const all = await correct(input, new SyncTable(samples));
    assertEquals(all.syncs, expected);
    assertEquals(
      all.warning,
      `all samples are flagged as key frames; AMS found and uses ${expected.length}: ${cure}`,
    );
    const none = await correct(input, new SyncTable(samples, Float64Array.of()));
    assertEquals(none.syncs, expected);
    assertEquals(
      none.warning,
      `no sample is flagged as a key frame; AMS found and uses ${expected.length}: ${cure}`,
    );
    const unchanged = await correct(input);
    assertEquals([unchanged.warning, unchanged.track.samples === samples], ["", true]);
  });
}

const WRONG: [name: string, syncs: number[]][] = [
  ["test-avc-nostss.mp4", [0, 50, 100]],
  ["test-avc-emptystss.mp4", [0, 50, 100]],
  ["frag-avc-dependson.mp4", [0, 50, 100]],
];

for (const [name, syncs] of WRONG) {
  Deno.test(`correctSyncSamples() finds the key frames of ${name}`, async () => {
    assertEquals((await correct(await open(name))).syncs, syncs);
  });
}

Deno.test("correctSyncSamples() takes sample_depends_on of key frames before and after others", async () => {
  const input = await open("frag-avc-dependson.mp4");
  const { samples } = input.track;
  const independent = new Set([0, 1, 2, 40, 41, 99]);
  const flagged = new Proxy(new SyncTable(samples), {
    get(table, key) {
      if (key !== "scanSamples") {
        const value = Reflect.get(table, key, table);
        return typeof value === "function" ? value.bind(table) : value;
      }
      return (first: number, end: number) => ({
        flags: Uint32Array.from({ length: end - first }, (_, i) => {
          return independent.has(first + i) ? DEPENDS_ON_NONE : DEPENDS_ON_OTHERS;
        }),
      });
    },
  });
  assertEquals((await correct(input, flagged)).syncs, [...independent]);
});

Deno.test("correctSyncSamples() takes sample_depends_on without reading samples", async () => {
  const input = await open("frag-avc-dependson.mp4");
  const source = { ...input.source, read: () => assert(false) };
  assertEquals((await correct({ ...input, source })).syncs, [0, 50, 100]);
});

Deno.test("correctSyncSamples() trusts the flags of video that consists of key frames", async () => {
  const input = await open("test-avc-frontmoov.mp4");
  const codec: Codec = { ...input.codec, createFrameClassifier: () => () => "intra" };
  const samples = new SyncTable(input.track.samples);
  const { warning, track } = await correct({ ...input, codec }, samples);
  assertEquals([warning, track.samples === samples], ["", true]);
});

Deno.test("correctSyncSamples() takes the first sample where it finds no key frame", async () => {
  const input = await open("test-avc-frontmoov.mp4");
  const codec: Codec = { ...input.codec, createFrameClassifier: () => () => "inter" };
  const none = new SyncTable(input.track.samples, Float64Array.of());
  const all = new SyncTable(input.track.samples);
  const found = await correct({ ...input, codec }, none);
  assertEquals([found.syncs, found.warning], [
    [0],
    "no sample is flagged as a key frame, and none was found: seeking needs key frames; encode it with -g 50",
  ]);
  const trusted = await correct({ ...input, codec }, all);
  assertEquals(trusted.track.samples, all);
  assertEquals(
    trusted.warning,
    "all samples are flagged as key frames, and none was found: seeking needs key frames; encode it with -g 50",
  );
});

Deno.test("correctSyncSamples() uses the sync samples of a package's index", async () => {
  const input = await open("test-avc-nostss.mp4");
  const knownSyncs = Float64Array.of(0, 100);
  const samples = Object.assign(new SyncTable(input.track.samples), { knownSyncs });
  const source = { ...input.source, read: () => assert(false) };
  const { track } = await correctSyncSamples({ ...input.track, samples }, input.codec, source);
  assertEquals([0, 1, 101].map((i) => track.samples.findSyncAtOrAfter(i)), [0, 100, 150]);
});

Deno.test("correctSyncSamples() does not search a long track on remote storage", async () => {
  const input = await open("test-avc-nostss.mp4");
  const samples = buildTable({ durations: 1, count: 5000, sizes: Array(5000).fill(4) });
  const source: Source = { ...input.source, synchronous: false, read: async () => {} };
  const codec: Codec = { ...input.codec, createFrameClassifier: () => () => "inter" };
  const { warning } = await correctSyncSamples({ ...input.track, samples }, codec, source);
  assertEquals(
    warning,
    "all samples are flagged as key frames: package it with amspackager, which finds the key frames",
  );
});

const AUDIO = [
  "pair-avc-audionosync.mp4",
  "tone-heaac-implicit.mp4",
  "tone-ac3-surround.mp4",
  "tone-eac3-stereo.mp4",
  "tone-opus-stereo.mp4",
  "tone-flac-stereo.mp4",
  "tone-mp3-stereo.mp4",
];

for (const name of AUDIO) {
  Deno.test(`correctSyncSamples() takes every sample of the audio of ${name} as a sync sample`, async () => {
    const input = await open(name, "soun");
    const { samples } = input.track;
    for (const syncs of [[], [0], [3, 50]]) {
      const table = new SyncTable(samples, Float64Array.from(syncs));
      const { track, warning } = await correct(input, table);
      assertEquals([track.samples.allSync, warning], [true, ""]);
      assertEquals(track.samples.uniformFields(0, samples.count).flags, "all");
    }
    assertEquals((await correct(input)).syncs, [...Array(samples.count).keys()]);
  });
}

Deno.test("correctSyncSamples() ignores an unused sample entry of another codec", async () => {
  for (const [name, handler] of [["tone-aac-mono.m4a", "soun"], ["test-avc-nostss.mp4", "vide"]]) {
    const input = await open(name!, handler);
    const entries = [...input.track.entries, { ...input.track.entries[0]!, boxes: new Map() }];
    const other = { ...entries[1]!, type: "zzzz" };
    const track = { ...input.track, entries: [entries[0]!, other] };
    const { syncs } = await correct({ ...input, track });
    assertEquals(syncs.length, handler === "soun" ? track.samples.count : 3);
  }
});

Deno.test("correctSyncSamples() retains the sync samples of USAC", async () => {
  const input = await open("tone-aac-mono.m4a", "soun");
  const codec: Codec = { ...input.codec, isAllSync: () => false };
  const table = new SyncTable(input.track.samples, Float64Array.of(0, 20));
  assertEquals((await correct({ ...input, codec }, table)).syncs, [0, 20]);
});
