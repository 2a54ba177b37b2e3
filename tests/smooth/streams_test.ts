import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  buildSmoothStreams,
  describeUnsupportedInSmooth,
  isSupportedInSmooth,
  SMOOTH_TIMESCALE,
} from "../../lib/smooth/streams.ts";
import type { OpenPresentation } from "../open_presentation.ts";
import type { InputOptions } from "../open_presentation.ts";
import { openInputs } from "../open_presentation.ts";
import type { SmoothStream } from "../../lib/smooth/streams.ts";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import { syntheticMovie } from "../robustness/synthetic_movie.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { openTestdata, openTestPackage } from "../sample_presentations.ts";

async function open(...inputs: (string | InputOptions)[]): Promise<OpenPresentation> {
  const presentation = await openTestdata(inputs);
  presentation.close();
  return presentation;
}

const carried: [file: string, carried: boolean][] = [
  ["test-avc-frontmoov.mp4", true],
  ["test-avc-avc3.mp4", true],
  ["test-avc-avc3empty.mp4", false], // parameter sets in samples only
  ["test-avc-twoentries.mp4", false],
  ["test-hevc-hev1.mp4", true],
  ["test-hevc-hev1empty.mp4", false],
  ["test-av1-main.mp4", false],
  ["test-vp9-profile0.mp4", false],
  ["tone-aac-pce.mp4", true],
  ["tone-aac-mpeg2.mp4", true],
  ["tone-heaacv2-explicit.mp4", true],
  ["tone-ac3-surround.mp4", true],
  ["tone-eac3-stereo.mp4", true],
  ["tone-mp3-stereo.mp4", false],
  ["tone-opus-stereo.mp4", false],
  ["tone-flac-stereo.mp4", false],
  ["ladder-vtt-eng.vtt", true],
];

for (const [file, expected] of carried) {
  Deno.test(`isSupportedInSmooth() returns ${expected} for ${file}`, async () => {
    const { renditions } = await open(file);
    assertEquals([...renditions.values()].map(isSupportedInSmooth), [expected]);
  });
}

const [ENGLISH, FRENCH] = ["eng", "fra"].map((language) => ({
  file: `ladder-aac-${language}.mp4`,
  language,
})) as [InputOptions, InputOptions];

/** Inputs, and the expected streams with the files of their levels. */
const streams: [
  inputs: (string | InputOptions)[],
  streams: [name: string, ...files: string[]][],
][] = [
  [["pair-avc-aac.mp4"], [["video_und", "pair-avc-aac.mp4"], ["audio_und", "pair-avc-aac.mp4"]]],
  [
    ["ladder-vtt-eng.vtt", FRENCH, ENGLISH, "ladder-avc-720p.mp4", "ladder-avc-240p.mp4"],
    [
      ["video_und", "ladder-avc-720p.mp4", "ladder-avc-240p.mp4"],
      ["audio_fra", FRENCH.file],
      ["audio_eng", ENGLISH.file],
      ["text_eng", "ladder-vtt-eng.vtt"],
    ],
  ],
  [ // the most compatible codec first, in any package order
    ["tone-eac3-stereo.mp4", "test-hevc-hvc1.mp4", "tone-ac3-surround.mp4", "pair-avc-aac.mp4"],
    [
      ["video_und", "pair-avc-aac.mp4"],
      ["video_und_2", "test-hevc-hvc1.mp4"],
      ["audio_und", "pair-avc-aac.mp4"],
      ["audio_und_2", "tone-ac3-surround.mp4"],
      ["audio_und_3", "tone-eac3-stereo.mp4"],
    ],
  ],
  [ // key frames at other times: not a level of the same stream
    ["ladder-avc-240p.mp4", "test-avc-onekey.mp4", "ladder-avc-720p.mp4"],
    [["video_und", "ladder-avc-240p.mp4", "ladder-avc-720p.mp4"], [
      "video_und_2",
      "test-avc-onekey.mp4",
    ]],
  ],
  [
    [{ file: "tone-aac-mono.m4a", language: "und" }, {
      file: "ladder-vtt-fra.vtt",
      language: "mul",
    }],
    [["audio_und", "tone-aac-mono.m4a"], ["text_mul", "ladder-vtt-fra.vtt"]],
  ],
  [
    [
      { ...ENGLISH, language: "pt-BR" },
      { ...FRENCH, language: "pt-PT" },
      { file: "ladder-vtt-fra.vtt", language: "zh-Hans" },
      { file: "ladder-vtt-eng.vtt", language: "zh-Hant" },
    ],
    [
      ["audio_pt-BR", ENGLISH.file],
      ["audio_pt-PT", FRENCH.file],
      ["text_zh-Hans", "ladder-vtt-fra.vtt"],
      ["text_zh-Hant", "ladder-vtt-eng.vtt"],
    ],
  ],
  [["test-av1-main.mp4", ENGLISH, "ladder-mjpeg-thumbs.mp4"], [["audio_eng", ENGLISH.file]]],
];

for (const [inputs, expected] of streams) {
  Deno.test(`buildSmoothStreams() returns ${expected.map(([name]) => name)} for ${JSON.stringify(inputs)}`, async () => {
    const presentation = await open(...inputs);
    const derived = new DerivedValues(presentation);
    const found = buildSmoothStreams(presentation, derived);
    assertEquals(
      found.map(({ name, levels }) => [name, ...levels.map(({ rendition }) => rendition.file)]),
      expected,
    );
    assert(buildSmoothStreams(presentation, derived) === found, "worked out once");
  });
}

Deno.test("buildSmoothStreams() distinguishes renditions of equal bitrate, and audio of one language", async () => {
  const copies = ["ladder-avc-240p.mp4", "ladder-avc-240p.mp4", "ladder-avc-240p.mp4"];
  const [video, ...more] = buildSmoothStreams(await open(...copies, "multi-avc-tracks.mp4"));
  const bitrates = video!.levels.map(({ bitrate }) => bitrate);
  const [own] = bitrates;
  assertEquals(bitrates.slice(0, 3), [own!, own! + 1, own! + 2]);
  assertEquals(new Set(bitrates).size, bitrates.length);
  const names = more.map(({ name }) => name);
  assertEquals(new Set(["video_und", ...names]).size, names.length + 1);
  assert(names.filter((name) => name.startsWith("audio_")).length >= 2, `${names}`);
});

Deno.test("buildSmoothStreams() never assigns a name twice in one version, which includes labels", async () => {
  const labelled = async (...labels: string[]) => {
    const tracks = labels.map((label, i) => ({
      file: i === 0 ? ENGLISH.file : FRENCH.file,
      track: 1,
      type: "audio" as const,
      language: "eng",
      name: `audio${i}`,
      label,
    }));
    const presentation = await openTestPackage(tracks);
    presentation.close();
    const names = buildSmoothStreams(presentation).map(({ levels }) =>
      levels.map(({ rendition }) => rendition.name)
    );
    return { names, version: presentation.version };
  };
  const [one, other] = [await labelled("A", "B", "A"), await labelled("A", "B", "C")];
  assertEquals(one.names, [["audio0", "audio2"], ["audio1"]]);
  assertEquals(other.names, [["audio0"], ["audio1"], ["audio2"]]);
  assertNotEquals(one.version, other.version);
});

Deno.test("buildSmoothStreams() puts the default first without changing its URLs", async () => {
  const openLabeled = (isDefault: boolean) =>
    open("ladder-avc-240p.mp4", ENGLISH, {
      ...ENGLISH,
      role: "commentary",
      ...isDefault ? { default: true } : {},
    });
  const [plain, other] = [await openLabeled(false), await openLabeled(true)];
  const names = [plain, other].map((one) => buildSmoothStreams(one).map(({ name }) => name));
  assertEquals(names, [
    ["video_und", "audio_eng", "audio_eng_commentary"],
    ["video_und", "audio_eng_commentary", "audio_eng"],
  ]);
  assertEquals(plain.version, other.version);
});

Deno.test("buildSmoothStreams() assigns names and languages by role, unique by type", async () => {
  const texts = (["caption", "forced", undefined, "subtitle"] as const).map((role) => ({
    ...{ file: "ladder-vtt-eng.vtt", language: "eng" },
    ...role ? { role } : {},
  }));
  const found = buildSmoothStreams(
    await open(ENGLISH, { file: "tone-ac3-surround.mp4", language: "eng" }, ...texts),
  );
  assertEquals(found.map(({ name, language }) => `${name} ${language}`), [
    "audio_eng eng",
    "audio_eng_2 eng-x-2",
    "text_eng_caption eng-x-sdh",
    "text_eng_forced eng-x-forced",
    "text_eng eng",
    "text_eng_2 eng-x-2",
  ]);
});

Deno.test("buildSmoothStreams() rounds times to ticks of 100 ns", async () => {
  const { sets } = await open("tone-aac-mono.m4a");
  const [rendition] = sets[0]!.renditions;
  assert(rendition?.type === "audio");
  const { times } = buildSmoothStreams(await open("tone-aac-mono.m4a"))[0]!;
  const exact = Array.from(rendition.timeline.times, (time) => time * SMOOTH_TIMESCALE / 44100);
  assertEquals([...times], exact.map((time) => Math.floor(time + 0.5)));
});

Deno.test("buildSmoothStreams() keeps times unique that differ by less than a tick", async () => {
  const timescale = 2 ** 30;
  const durations = [[1, 2 * timescale - 10], [1, 10], [1, timescale]];
  const sizes = [1, 1, 1];
  const { source } = memorySource(
    syntheticMovie([{ like: "test-avc-frontmoov.mp4", timescale, durations, sizes }]),
  );
  const options = { segmentDuration: 1, open: () => source };
  const presentation = await openInputs([{ file: "close.mp4" }], options);
  const { times } = buildSmoothStreams(presentation)[0]!;
  assertEquals([...times], [0, 20_000_000, 20_000_001, 30_000_000]);
});

Deno.test("describeUnsupportedInSmooth() names omitted renditions", async () => {
  assertEquals(
    describeUnsupportedInSmooth(await open("pair-avc-aac.mp4", "ladder-vtt-eng.vtt")),
    "",
  );
  const presentation = await open("test-av1-main.mp4", ENGLISH, "tone-opus-stereo.mp4");
  const names = [...presentation.renditions.values()].filter(({ file }) => file !== ENGLISH.file)
    .map(({ name }) => name);
  assertEquals(
    describeUnsupportedInSmooth(presentation),
    `Smooth Streaming omits unsupported renditions: ${names[0]}, ${names[1]}`,
  );
});

Deno.test("buildSmoothStreams() lists fragments up to the end of the longest rendition", async () => {
  const files = ["test-avc-endsearly.mp4", "ladder-avc-240p.mp4"];
  for (const inputs of [files, files.toReversed()]) {
    const [{ times, levels }] = buildSmoothStreams(await open(...inputs)) as [SmoothStream];
    assertEquals(levels.length, 2);
    assertEquals(times.at(-1), 12 * SMOOTH_TIMESCALE);
  }
});
