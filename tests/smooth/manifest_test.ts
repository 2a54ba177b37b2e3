import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { buildSmoothManifest } from "../../lib/smooth/manifest.ts";
import type { Role } from "../../lib/package/role.ts";
import type { InputOptions } from "../open_presentation.ts";
import { buildSmoothStreams } from "../../lib/smooth/streams.ts";
import { LONG_AUDIO, openLongMovie } from "../long_movie.ts";
import { type Manifest, readManifest } from "../smooth.ts";
import { openSample, openTestdata, PRESENTATION_NAMES } from "../sample_presentations.ts";

const MANIFEST_URL = "http://ams/video.ism/Manifest";

async function read(...inputs: (string | InputOptions)[]): Promise<Manifest> {
  const presentation = await openTestdata(inputs);
  presentation.close();
  return readManifest(buildSmoothManifest(presentation), MANIFEST_URL);
}

/** A file, and the attributes of its QualityLevel. */
const levels: [file: string, attributes: Record<string, string>][] = [
  ["test-avc-frontmoov.mp4", {
    FourCC: "H264",
    CodecPrivateData: "000000016764000C\\w+0000000168\\w+",
    MaxWidth: "320",
    MaxHeight: "180",
  }],
  ["test-avc-anamorphic.mp4", { FourCC: "H264", MaxWidth: "180", MaxHeight: "144" }],
  ["test-avc-rotated.mp4", { FourCC: "H264", MaxWidth: "320", MaxHeight: "180" }], // without rotation
  ["test-hevc-hvc1.mp4", {
    FourCC: "HVC1",
    CodecPrivateData: "0000000140\\w+0000000142\\w+0000000144\\w+",
  }],
  ["tone-aac-mono.m4a", {
    FourCC: "AACL",
    CodecPrivateData: "12089?\\w*",
    SamplingRate: "44100",
    Channels: "1",
    BitsPerSample: "16",
    PacketSize: "2",
    AudioTag: "255",
  }],
  ["tone-aac-surround.mp4", { FourCC: "AACL", Channels: "6", PacketSize: "12", AudioTag: "255" }],
  ["tone-heaac-explicit.mp4", {
    FourCC: "AACL",
    SamplingRate: "48000",
    CodecPrivateData: "2B\\w+",
  }],
  ["tone-heaacv2-explicit.mp4", { FourCC: "AACL", Channels: "2", CodecPrivateData: "EB\\w+" }],
  ["tone-ac3-surround.mp4", {
    FourCC: "AC-3",
    CodecPrivateData: "00063F0000002C806DE046DBCF11B4D100805F6CBBEA103D40",
    SamplingRate: "48000",
    Channels: "6",
    PacketSize: "768",
    AudioTag: "65534",
  }],
  ["tone-eac3-surround.mp4", {
    FourCC: "EC-3",
    CodecPrivateData: "00063F000000AF87FBA7022DFB42A4D405CD93843BDD0400200F00",
    Channels: "6",
    PacketSize: "512",
    AudioTag: "65534",
  }],
  ["tone-eac3-stereo.mp4", {
    FourCC: "EC-3",
    CodecPrivateData: "000603000000AF87FBA7022DFB42A4D405CD93843BDD\\w{10}",
    Channels: "2",
  }],
];

for (const [file, expected] of levels) {
  Deno.test(`buildSmoothManifest() describes ${file}`, async () => {
    const { streams } = await read(file);
    const [level, ...more] = streams.flatMap(({ levels }) => levels);
    assertEquals([level?.attributes["Index"], more], ["0", []]);
    assertMatch(level!.attributes["Bitrate"]!, /^[1-9]\d*$/);
    for (const [name, value] of Object.entries(expected)) {
      assertMatch(level!.attributes[name] ?? "", new RegExp(`^${value}$`), name);
    }
  });
}

Deno.test("buildSmoothManifest() declares the largest size of a stream, and its display size", async () => {
  const { streams: [ladder] } = await read("ladder-avc-720p.mp4", "ladder-avc-240p.mp4");
  const { MaxWidth, MaxHeight, DisplayWidth, DisplayHeight } = ladder!.attributes;
  assertEquals([MaxWidth, MaxHeight, DisplayWidth, DisplayHeight], ["1280", "720", "1280", "720"]);
  const { streams: [anamorphic] } = await read("test-avc-anamorphic.mp4");
  assertEquals(anamorphic!.attributes["MaxWidth"], "180");
  assertEquals(anamorphic!.attributes["DisplayWidth"], "256");
});

Deno.test("buildSmoothManifest() describes subtitles, and declares known languages", async () => {
  const presentation = await openTestdata([
    "ladder-avc-240p.mp4",
    { file: "ladder-aac-eng.mp4", language: "und" },
    { file: "ladder-vtt-fra.vtt", language: "fra" },
  ]);
  presentation.close();
  const [video, audio, text] =
    readManifest(buildSmoothManifest(presentation), MANIFEST_URL).streams;
  assertEquals([video, audio, text].map((stream) => stream?.language), ["und", "und", "fra"]);
  assertEquals([video, audio, text].map((stream) => stream?.attributes["Subtype"]), [
    undefined,
    undefined,
    "SUBT",
  ]);
  assertEquals(text!.levels[0]!.attributes, {
    Index: "0",
    Bitrate: `${text!.levels[0]!.bitrate}`,
    FourCC: "TTML",
    CodecPrivateData: "",
  });
});

const subtypes: [role: Role | undefined, subtype: string][] = [
  [undefined, "SUBT"],
  ["subtitle", "SUBT"],
  ["forced", "SUBT"],
  ["caption", "CAPT"],
  ["description", "DESC"],
];

for (const [role, subtype] of subtypes) {
  Deno.test(`buildSmoothManifest() declares subtype ${subtype} for subtitles of role ${role}`, async () => {
    const text = { file: "ladder-vtt-fra.vtt", ...role ? { role } : {} };
    const { streams } = await read("ladder-aac-eng.mp4", text);
    assertEquals(streams.at(-1)!.attributes["Subtype"], subtype);
  });
}

Deno.test("buildSmoothManifest() declares the length of NAL unit lengths other than 4 bytes", async () => {
  const presentation = await openTestdata(["test-avc-frontmoov.mp4"]);
  presentation.close();
  assert(!buildSmoothManifest(presentation).includes("NALUnitLengthField"));
  const sets = presentation.sets.map((set) => ({
    ...set,
    renditions: set.renditions.map((rendition) => {
      if (rendition.type === "text") return rendition;
      const [entry] = rendition.track.entries;
      const avcC = entry!.boxes.get("avcC")!.slice();
      avcC[4] = 0xFD; // lengthSizeMinusOne 1
      const entries = [{ ...entry!, boxes: new Map([["avcC", avcC]]) }];
      return { ...rendition, track: { ...rendition.track, entries } };
    }),
  }));
  const [video] =
    readManifest(buildSmoothManifest({ ...presentation, sets }), MANIFEST_URL).streams;
  assertEquals(video!.levels[0]!.attributes["NALUnitLengthField"], "2");
});

for (const name of PRESENTATION_NAMES) {
  Deno.test(`buildSmoothManifest() has URLs of fragments of ${name}`, async () => {
    const presentation = await openSample(name);
    presentation.close();
    const known = buildSmoothStreams(presentation);
    if (known.every(({ type }) => type === "text")) return;
    const { streams } = readManifest(buildSmoothManifest(presentation), MANIFEST_URL);
    assertEquals(streams.map(({ name }) => name), known.map(({ name }) => name));
    const urls = streams.flatMap(({ levels }) => levels).flatMap(({ fragments }) =>
      fragments.map(({ url }) => url)
    );
    assertEquals(new Set(urls).size, urls.length);
    const start = `http://ams/video.ism/${presentation.version}/QualityLevels(`;
    for (const url of urls) {
      assert(url.startsWith(start), url);
      assertMatch(url.slice(start.length), /^[1-9]\d*\)\/Fragments\([a-z0-9_]+=\d+\)$/);
    }
    for (const [i, { levels, type }] of streams.entries()) {
      assertEquals(
        levels.map(({ bitrate }) => bitrate),
        known[i]!.levels.map((one) => one.bitrate),
      );
      const { fragments } = levels[0]!;
      const ends = fragments.map(({ time, duration }) => time + duration);
      assertEquals([fragments[0]!.time, ...ends], [...known[i]!.times], type);
    }
  });
}

Deno.test("buildSmoothManifest() has the Duration of the longest rendition, to the tick", async () => {
  const { duration, streams } = await read("test-avc-2997fps.mp4", "tone-aac-mono.m4a");
  const ends = streams.map(({ levels: [level] }) => level!.fragments.at(-1)!)
    .map(({ time, duration }) => time + duration);
  assertEquals(duration, Math.max(...ends));
});

Deno.test("buildSmoothManifest() writes one element per run of equal durations", async () => {
  const presentation = await openTestdata(["ladder-avc-240p.mp4"]);
  presentation.close();
  assertMatch(
    buildSmoothManifest(presentation),
    /<c t="0" d="20000000" r="6"\/>\s*<\/StreamIndex>/,
  );
});

Deno.test("buildSmoothManifest() does not drift in ten hours of audio", async () => {
  const presentation = await openLongMovie(LONG_AUDIO);
  const { duration, streams: [audio] } = readManifest(
    buildSmoothManifest(presentation),
    MANIFEST_URL,
  );
  const { time, duration: last } = audio!.levels[0]!.fragments.at(-1)!;
  assertEquals([time + last, duration], [359_999_854_875, 359_999_854_875]);
  presentation.close();
});

for (const file of ["test-vp9-profile0.mp4", "ladder-vtt-eng.vtt"]) {
  Deno.test(`buildSmoothManifest() rejects ${file} alone`, async () => {
    const presentation = await openTestdata([file]);
    presentation.close();
    const reason = "expected video or audio in a codec that Smooth Streaming supports";
    const error = assertThrows(() => buildSmoothManifest(presentation), RequestError, reason);
    assertEquals(error.code, "NOT_FOUND");
  });
}
