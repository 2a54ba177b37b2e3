import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { smoothManifest } from "../../lib/manifest/smooth.ts";
import { smoothStreams } from "../../lib/presentation/smooth_streams.ts";
import { openTestdata, openTitle, TITLE_NAMES } from "../titles.ts";
import { readSmooth } from "../smooth.ts";
import type { SmoothIndex } from "../smooth.ts";

async function manifestOf(inputs: readonly string[]): Promise<SmoothIndex[]> {
  using presentation = disposable(await openTestdata(inputs));
  return readSmooth(smoothManifest(presentation)).streams;
}

function disposable<T extends { close(): void }>(value: T): T & Disposable {
  return Object.assign(value, { [Symbol.dispose]: () => value.close() });
}

for (const name of TITLE_NAMES.filter((name) => name !== "what MPEG-TS carries little of")) {
  Deno.test(`smoothManifest() keeps to [MS-SSTR] 2.2.2 with ${name}`, async () => {
    using presentation = disposable(await openTitle(name));
    const text = smoothManifest(presentation);
    const { attributes, streams } = readSmooth(text);
    const { MajorVersion, MinorVersion, TimeScale, Duration } = attributes;
    assertEquals([MajorVersion, MinorVersion, TimeScale], ["2", "2", "10000000"]);
    const { ticks, timescale } = presentation.duration;
    assert(Math.abs(Number(Duration) - ticks / timescale * 1e7) <= 0.5);
    assert(!/undefined|NaN|Infinity/.test(text));
    assertEquals(new Set(streams.map(({ attributes }) => attributes.Name)).size, streams.length);
    for (const stream of streams) checkStream(stream, presentation.version);
  });
}

function checkStream({ attributes, levels, chunks }: SmoothIndex, version: string): void {
  const { Name, Type, Chunks, QualityLevels, Url } = attributes;
  assertEquals([Number(Chunks), Number(QualityLevels)], [chunks.length, levels.length]);
  assertEquals(Url, `${version}/QualityLevels({bitrate})/Fragments(${Name}={start time})`);
  assertEquals(new Set(levels.map(({ Bitrate }) => Bitrate)).size, levels.length);
  assertEquals(levels.map(({ Index }) => Index), levels.map((_, i) => `${i}`));
  for (const level of levels) {
    if (Type === "video") assert(/^(H264|HVC1)$/.test(level.FourCC!) && Number(level.MaxWidth) > 0);
    if (Type === "audio") {
      assert(/^(AACL|AC-3|EC-3)$/.test(level.FourCC!) && Number(level.SamplingRate) > 0);
    }
    if (Type === "text") assertEquals([level.FourCC, attributes.Subtype], ["TTML", "SUBT"]);
    if (Type !== "text") assert(/^([0-9A-F]{2})+$/.test(level.CodecPrivateData!));
  }
}

Deno.test("smoothManifest() starts CodecPrivateData of AVC with its parameter sets, of AAC with its configuration", async () => {
  const [video, audio] = await manifestOf(["pair-avc-aac.mp4"]);
  assert(/^0000000167.*0000000168/.test(video!.levels[0]!.CodecPrivateData!));
  const { CodecPrivateData, AudioTag, PacketSize } = audio!.levels[0]!;
  assert(CodecPrivateData!.length >= 4);
  assertEquals([AudioTag, Number(PacketSize)], ["255", 2 * Number(audio!.levels[0]!.Channels)]);
});

Deno.test("smoothManifest() calls HE-AAC AACL: RxPlayer leaves out what is called AACH", async () => {
  for (const file of ["tone-heaac-explicit.mp4", "tone-heaacv2-implicit.mp4"]) {
    assertEquals((await manifestOf([file]))[0]!.levels[0]!.FourCC, "AACL");
  }
});

Deno.test("smoothManifest() says MEDIASUBTYPE_DOLBY_DDPLUS and dec3 of E-AC-3", async () => {
  const [audio] = await manifestOf(["tone-eac3-surround.mp4"]);
  const { FourCC, AudioTag, CodecPrivateData } = audio!.levels[0]!;
  assertEquals([FourCC, AudioTag], ["EC-3", "65534"]);
  assert(CodecPrivateData!.startsWith("00063F000000AF87FBA7022DFB42A4D405CD93843BDD")); // 1536 samples, 5.1
});

Deno.test("smoothManifest() puts the most compatible stream of a type first, others by themselves", async () => {
  const streams = await manifestOf([
    "test-hevc-hvc1.mp4",
    "tone-ac3-surround.mp4",
    "test-avc-frontmoov.mp4",
    "tone-aac-mono.m4a",
  ]);
  const kinds = streams.map(({ attributes, levels }) => [attributes.Type, levels[0]!.FourCC]);
  assertEquals(kinds, [["video", "H264"], ["video", "HVC1"], ["audio", "AACL"], ["audio", "AC-3"]]);
});

Deno.test("smoothManifest() keeps two renditions of equal bitrate, and tracks of one language, apart", async () => {
  const [video] = await manifestOf(
    ["ladder-avc-240p.mp4", "ladder-avc-240p.mp4"].map((file, i) => i ? `./${file}` : file),
  );
  const bitrates = video!.levels.map(({ Bitrate }) => Number(Bitrate));
  assertEquals(bitrates[1], bitrates[0]! + 1);
  const streams = await manifestOf(["multi-avc-tracks.mp4"]);
  const names = streams.filter(({ attributes }) => attributes.Type === "audio").map((
    { attributes },
  ) => attributes.Name);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("smoothManifest() gives renditions that are not aligned streams of their own", async () => {
  using presentation = disposable(
    await openTestdata(["test-avc-frontmoov.mp4", "test-avc-onekey.mp4"]),
  );
  const video = smoothStreams(presentation).filter(({ type }) => type === "video");
  assertEquals(video.map(({ name, levels }) => [name, levels.length]), [["video_eng", 1], [
    "video_eng_2",
    1,
  ]]);
});

Deno.test("smoothManifest() has nothing to offer of what Smooth can't carry", async () => {
  using presentation = disposable(
    await openTestdata(["test-vp9-profile0.mp4", "ladder-vtt-eng.vtt"]),
  );
  const error = assertThrows(() => smoothManifest(presentation), RequestError);
  assertStringIncludes(error.message, "no picture and no sound that Smooth carries");
});
