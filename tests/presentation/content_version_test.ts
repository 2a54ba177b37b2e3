import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { Codec } from "../../lib/codecs/codec.ts";
import { IDENTITY, type Matrix } from "../../lib/mp4/matrix.ts";
import type { Retiming } from "../../lib/mp4/samples/sample_table.ts";
import {
  computeContentDigest,
  type DeclaredContent,
  formatContentVersion,
} from "../../lib/presentation/content_version.ts";
import type { Rendition } from "../../lib/presentation/presentation.ts";
import type { SampleTiming } from "../../lib/presentation/sample_timing.ts";
import type { Source } from "../../lib/storage/source.ts";
import { parseWebvtt } from "../../lib/subtitles/webvtt.ts";
import { buildSegmentedVideo, CODEC, DESCRIPTION, SOURCE } from "./synthetic_track.ts";

async function computeVersion(
  ...args: Parameters<typeof computeContentDigest>
): Promise<string> {
  return formatContentVersion(await computeContentDigest(...args));
}

const COLUMNS = { durations: 1, count: 1000, syncs: [0, 500] };

interface Changes {
  readonly columns?: Parameters<typeof buildSegmentedVideo>[0];
  readonly source?: Partial<Source>;
  readonly entry?: number;
  readonly rendition?: object;
  readonly track?: object;
  readonly samples?: object;
  readonly codec?: Partial<Codec>;
  readonly timing?: Partial<SampleTiming>;
}

const RETIMING: Retiming = {
  samples: Float64Array.of(1),
  shifts: Float64Array.of(5),
  minCompositionOffset: 0,
};

function buildVideo({ columns, entry = 0, ...changes }: Changes = {}): Rendition {
  const segmented = buildSegmentedVideo(columns ?? COLUMNS);
  const entries = [{ type: "test", bytes: Uint8Array.of(entry), boxes: new Map() }];
  const samples = Object.assign(Object.create(segmented.track.samples), changes.samples);
  return {
    ...{ name: "video", type: "video", language: "und", source: { ...SOURCE, ...changes.source } },
    timeline: segmented.timeline,
    timing: { ...segmented.timing, ...changes.timing },
    codec: { ...CODEC, ...changes.codec },
    description: DESCRIPTION,
    track: { id: 1, matrix: IDENTITY, entries, samples, ...changes.track },
    ...changes.rendition,
  } as unknown as Rendition;
}

function rotate(matrix: Partial<Matrix>): Changes {
  return { track: { matrix: { ...IDENTITY, ...matrix } } };
}

function buildText(text: string, changes: object = {}): Rendition {
  const webvttBytes = new TextEncoder().encode(`WEBVTT\n\n00:01.000 --> 00:02.000\n${text}`);
  return {
    ...{ name: "text", type: "text", language: "und", webvttBytes },
    ...{ webvtt: parseWebvtt(webvttBytes), timescale: 1000, times: Float64Array.of(0, 2000) },
    ...changes,
  } as unknown as Rendition;
}

const ZEROS: Partial<Source> = { read: (_, into) => void into.fill(0) };

const changes: [what: string, renditions: Rendition[], segmentDuration?: number][] = [
  ["the segment duration", [buildVideo(), buildText("a")], 4],
  ["the number of renditions", [buildVideo()]],
  ["the order of renditions", [buildText("a"), buildVideo()]],
  ["the cues", [buildVideo(), buildText("b")]],
  ["the name", [buildVideo({ rendition: { name: "video2" } }), buildText("a")]],
  ["the label", [buildVideo({ rendition: { label: "x" } }), buildText("a")]],
  ["the role", [buildVideo({ rendition: { role: "x" } }), buildText("a")]],
  ["the file size", [buildVideo({ source: { size: 2 ** 29 } }), buildText("a")]],
  ["the media", [buildVideo({ source: ZEROS }), buildText("a")]],
  ["the sample entry", [buildVideo({ entry: 1 }), buildText("a")]],
  ["a duration", [buildVideo({ columns: { ...COLUMNS, durations: 2 } }), buildText("a")]],
  ["the pixel aspect ratio", [
    buildVideo({ rendition: { description: { ...DESCRIPTION, pixelAspect: [4, 3] } } }),
    buildText("a"),
  ]],
  ["the codec", [
    buildVideo({ rendition: { description: { ...DESCRIPTION, codec: "dvh1.05.01" } } }),
    buildText("a"),
  ]],
  ["rotation", [buildVideo(rotate({ a: 0, b: 1, c: -1, d: 0 })), buildText("a")]],
  ["mirroring", [buildVideo(rotate({ a: -1 })), buildText("a")]],
  ["the configuration in init segments", [
    buildVideo({ codec: { initConfiguration: () => ({ type: "test", body: Uint8Array.of(1) }) } }),
    buildText("a"),
  ]],
  ["the sample entry type in init segments", [
    buildVideo({ codec: { initEntryType: () => "tst1" } }),
    buildText("a"),
  ]],
  ["the roll distance", [buildVideo({ track: { rollDistance: -1 } }), buildText("a")]],
  ["decode times", [buildVideo({ samples: { retiming: RETIMING } }), buildText("a")]],
  ["the preroll", [
    buildVideo({
      timing: { preroll: { end: 1, factor: 1, presentationTimes: [0], decodeTimes: [0, 1] } },
    }),
    buildText("a"),
  ]],
  ["the delay", [buildVideo({ timing: { delay: 1 } }), buildText("a")]],
  ["a sync sample", [buildVideo({ columns: { ...COLUMNS, syncs: [0, 600] } }), buildText("a")]],
  ["sync samples that the file does not flag", [
    buildVideo({ samples: { corrections: [Float64Array.of(0, 250)] } }),
    buildText("a"),
  ]],
  ["segment times of subtitles", [
    buildVideo(),
    buildText("a", { times: Float64Array.of(0, 1000, 2000) }),
  ]],
  ["cues that are parsed otherwise", [
    buildVideo(),
    buildText("a", { webvtt: { header: "", blocks: [], cues: [] } }),
  ]],
];

for (const [what, renditions, segmentDuration = 2] of changes) {
  Deno.test(`computeContentDigest() changes with ${what}`, async () => {
    const version = await computeVersion([buildVideo(), buildText("a")], 2);
    assertMatch(version, /^v[0-9a-f]{12}$/);
    assertEquals(await computeVersion([buildVideo(), buildText("a")], 2), version);
    assertNotEquals(await computeVersion(renditions, segmentDuration), version);
  });
}

const DIGEST = `sha256:${"0".repeat(64)}`;

const declared: [what: string, declared: DeclaredContent][] = [
  ["a revision", { revision: 0, digests: new Map() }],
  ["another revision", { revision: 1, digests: new Map() }],
  ["a digest", { digests: new Map([["a.mp4", DIGEST]]) }],
  ["another digest", { digests: new Map([["a.mp4", DIGEST.replace("0", "1")]]) }],
  ["a digest of another file", { digests: new Map([["a.vtt", DIGEST]]) }],
];

Deno.test("computeContentDigest() changes with what the package declares", async () => {
  const renditions = [
    buildVideo({ rendition: { file: "a.mp4" } }),
    { ...buildText("a"), file: "a.vtt" },
  ];
  const versions = new Map([[await computeVersion(renditions, 2), "nothing declared"]]);
  for (const [what, content] of declared) {
    const version = await computeVersion(renditions, 2, { declared: content });
    assertEquals(versions.get(version), undefined, what);
    versions.set(version, what);
  }
  const nothing = { digests: new Map([["b.mp4", DIGEST]]) };
  const version = await computeVersion(renditions, 2, { declared: nothing });
  assertEquals(versions.get(version), "nothing declared");
});

Deno.test("computeContentDigest() ignores the file's name, and reads 16 times 64 bytes", async () => {
  const reads: number[] = [];
  const read: Source["read"] = (
    offset,
    into,
  ) => (reads.push(into.length), SOURCE.read(offset, into));
  const other = buildVideo({ source: { name: "b.mp4", read }, rendition: { file: "b.mp4" } });
  assertEquals(
    await computeVersion([other], 2),
    await computeVersion([buildVideo()], 2),
  );
  assertEquals(reads, Array(16).fill(64));
});
