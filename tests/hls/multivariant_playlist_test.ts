import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { findAttributes, readStrictPlaylist } from "../m3u8.ts";
import { openSample, openTestdata } from "../sample_presentations.ts";

/** Attributes of all tags of a name in the multivariant playlist of a sample presentation. */
async function findTags(name: string, tag: string, format: "fmp4" | "ts" = "fmp4") {
  const presentation = await openSample(name);
  presentation.close();
  return findAttributes(readStrictPlaylist(buildMultivariantPlaylist(presentation, format)), tag);
}

const STREAM = "EXT-X-STREAM-INF";

const videos: [name: string, attributes: Record<string, string>][] = [
  ["one video", { RESOLUTION: "320x180", "FRAME-RATE": "25.000", "VIDEO-RANGE": "SDR" }],
  ["anamorphic video", { RESOLUTION: "256x144" }],
  ["rotated video", { RESOLUTION: "180x320" }],
  ["stretched video", { RESOLUTION: "240x180" }],
  ["video at 29.97 Hz, audio at 44.1 kHz", { "FRAME-RATE": "29.970" }],
  ["HDR and SDR", { "VIDEO-RANGE": "PQ", CODECS: "hvc1.2.4.L60.90" }],
];

for (const [name, expected] of videos) {
  Deno.test(`buildMultivariantPlaylist() describes ${name}`, async () => {
    const [stream] = await findTags(name, STREAM);
    for (const [key, value] of Object.entries(expected)) assertEquals(stream![key], value, key);
  });
}

Deno.test("buildMultivariantPlaylist() declares the frame rate between still stretches, the maximum", async () => {
  const presentation = await openTestdata(["pair-avc-still.mp4"]);
  presentation.close();
  const playlist = readStrictPlaylist(buildMultivariantPlaylist(presentation, "fmp4"));
  assertEquals(findAttributes(playlist, STREAM)[0]!["FRAME-RATE"], "12.500");
});

Deno.test("buildMultivariantPlaylist() declares Dolby Vision of profile 5 as PQ", async () => {
  const streams = await findTags("Dolby Vision of profile 5", STREAM);
  const ranges = streams.map((stream) => [stream["CODECS"]!.slice(0, 4), stream["VIDEO-RANGE"]]);
  assertEquals(ranges, [["avc1", "SDR"], ["dvh1", "PQ"]]);
});

Deno.test("buildMultivariantPlaylist() has the most compatible codec first", async () => {
  const streams = await findTags("AVC, HEVC and AV1", STREAM);
  assertEquals(streams.map(({ CODECS }) => CODECS!.slice(0, 4)), ["avc1", "hvc1", "av01"]);
});

Deno.test("buildMultivariantPlaylist() has a variant for each video with each audio group", async () => {
  const streams = await findTags("audio in three codecs, one language in one codec only", STREAM);
  assertEquals(streams.map(({ AUDIO }) => AUDIO), ["aac-2", "ac3-6", "eac3-6"]);
  assertEquals(streams.map(({ CODECS }) => CODECS), [
    "avc1.64000C,mp4a.40.2",
    "avc1.64000C,ac-3,mp4a.40.2",
    "avc1.64000C,ec-3,mp4a.40.2",
  ]);
});

Deno.test("buildMultivariantPlaylist() declares the highest bandwidth of audio-only renditions", async () => {
  const [stream] = await findTags("audio only, in two languages", STREAM);
  const presentation = await openSample("audio only, in two languages");
  presentation.close();
  const most = Math.max(...[...presentation.renditions.values()].map((one) => one.bandwidth));
  assertEquals(Number(stream!.BANDWIDTH), most);
});

const contained: [name: string, format: "fmp4" | "ts", codecs: string[]][] = [
  ["one video and one audio", "ts", ["avc1.64000C,mp4a.40.2"]],
  ["one audio", "fmp4", ["mp4a.40.2"]],
  ["one audio", "ts", ["mp4a.40.2"]],
  ["audio only, at two bitrates", "fmp4", ["mp4a.40.2", "mp4a.40.2"]],
];

for (const [name, format, codecs] of contained) {
  Deno.test(`buildMultivariantPlaylist() describes audio that variants contain without URI: ${name}, ${format}`, async () => {
    const streams = await findTags(name, STREAM, format);
    assertEquals(streams.map(({ CODECS }) => CODECS), codecs);
    const [media, ...more] = await findTags(name, "EXT-X-MEDIA", format);
    assertEquals(more, []);
    const { TYPE, NAME, LANGUAGE, DEFAULT, URI } = media!;
    const isUnknown = LANGUAGE === "und";
    assertEquals([TYPE, NAME, DEFAULT, URI], [
      "AUDIO",
      isUnknown ? "Undetermined" : "English",
      "YES",
      undefined,
    ]);
    assertEquals(streams.every(({ AUDIO }) => AUDIO === media!["GROUP-ID"]), true);
  });
}

Deno.test("buildMultivariantPlaylist() declares language, label and role of muxed audio", async () => {
  const presentation = await openTestdata([
    "ladder-avc-240p.mp4",
    { file: "ladder-aac-eng.mp4", language: "pt-BR", label: "Narração", role: "description" },
  ]);
  presentation.close();
  const playlist = readStrictPlaylist(buildMultivariantPlaylist(presentation, "ts"));
  const [media] = findAttributes(playlist, "EXT-X-MEDIA");
  assertEquals([media!.NAME, media!.LANGUAGE, media!.CHARACTERISTICS, media!.URI], [
    "Narração",
    "pt-BR",
    "public.accessibility.describes-video",
    undefined,
  ]);
});

const tsAudio: [file: string, codecs: string, channels: string][] = [
  ["tone-ac3-surround.mp4", "avc1.64000C,ac-3", "6"],
  ["tone-aac-surround.mp4", "avc1.64000C,mp4a.40.2", "6"],
  ["tone-eac3-stereo.mp4", "avc1.64000C,ec-3", "2"],
];

for (const [file, codecs, channels] of tsAudio) {
  Deno.test(`buildMultivariantPlaylist() has ${file} as packed audio next to MPEG-TS`, async () => {
    const presentation = await openTestdata(["test-avc-frontmoov.mp4", file]);
    presentation.close();
    const playlist = readStrictPlaylist(buildMultivariantPlaylist(presentation, "ts"));
    const [media] = findAttributes(playlist, "EXT-X-MEDIA");
    const [stream] = findAttributes(playlist, STREAM);
    assertEquals([stream!.CODECS, stream!.AUDIO], [codecs, media!["GROUP-ID"]]);
    assertEquals([media!.CHANNELS, media!.URI?.endsWith(".ts.m3u8")], [channels, true]);
  });
}

Deno.test("buildMultivariantPlaylist() has MP3 in MPEG-TS alone, as object type 34", async () => {
  const presentation = await openTestdata(["test-avc-frontmoov.mp4", "tone-mp3-stereo.mp4"]);
  presentation.close();
  const [ts, fmp4] = (["ts", "fmp4"] as const).map((format) =>
    readStrictPlaylist(buildMultivariantPlaylist(presentation, format))
  );
  const codecs = [ts!, fmp4!].map((one) => findAttributes(one, STREAM)[0]!.CODECS);
  assertEquals(codecs, ["avc1.64000C,mp4a.40.34", "avc1.64000C"]);
  assertEquals(findAttributes(fmp4!, "EXT-X-MEDIA"), []);
});

Deno.test("buildMultivariantPlaylist() offers HEVC in MPEG-TS only without AVC", async () => {
  const streams = await findTags("AVC, HEVC and AV1", STREAM, "ts");
  assertEquals(streams.map(({ CODECS }) => CODECS!.slice(0, 4)), ["avc1"]);
  const frames = await findTags("AVC, HEVC and AV1", "EXT-X-I-FRAME-STREAM-INF", "ts");
  assertEquals(frames.map(({ CODECS }) => CODECS!.slice(0, 4)), ["avc1"]);
  const alone = await findTags("HDR and SDR", STREAM, "ts");
  assertEquals(alone.map(({ CODECS }) => CODECS!.slice(0, 4)), ["hvc1", "hvc1"]);
});

/** The presentation with changes to its renditions, in its sets, too. */
function changed(
  presentation: Presentation,
  change: (rendition: MediaRendition, index: number) => Partial<MediaRendition>,
): Presentation {
  const renditions = [...presentation.renditions.values()].map((one, i) =>
    one.type === "text" ? one : { ...one, ...change(one, i) }
  );
  const byName = new Map(renditions.map((one) => [one.name, one]));
  const sets = presentation.sets.map((set) => {
    const renditions = set.renditions.map(({ name }) => byName.get(name)!);
    return { ...set, renditions, ...renditions[0]!.label ? { label: renditions[0]!.label } : {} };
  });
  return { ...presentation, renditions: byName, sets };
}

Deno.test("buildMultivariantPlaylist() assigns unique NAMEs, also to labels that differ in quotes only", async () => {
  const labels = ['The "movie"', "The 'movie'", "The 'movie' (Deutsch)"];
  const files = ["ladder-aac-eng.mp4", "ladder-aac-fra.mp4", "tone-aac-24khz.mp4"];
  const presentation = await openTestdata(
    files.map((file, i) => ({ file, label: labels[i]!, language: ["eng", "deu", "fra"][i]! })),
  );
  presentation.close();
  assertEquals(
    findAttributes(
      readStrictPlaylist(buildMultivariantPlaylist(presentation, "fmp4")),
      "EXT-X-MEDIA",
    )
      .map((
        { NAME },
      ) => NAME),
    ["The 'movie'", "The 'movie' (Deutsch)", "The 'movie' (Deutsch) (Français)"],
  );
});

Deno.test("buildMultivariantPlaylist() declares objects in CHANNELS, and Dolby Vision in SUPPLEMENTAL-CODECS", async () => {
  const presentation = await openTestdata(["test-hevc-hdr10.mp4", "tone-eac3-surround.mp4"]);
  presentation.close();
  const withObjects = changed(presentation, ({ description }) => ({
    description: description.type === "audio" ? { ...description, objects: 16 } : {
      ...description as Extract<typeof description, { type: "video" }>,
      supplementalCodec: "dvh1.08.01",
      supplementalBrand: "db1p",
    },
  }));
  const playlist = readStrictPlaylist(buildMultivariantPlaylist(withObjects, "fmp4"));
  assertEquals(findAttributes(playlist, "EXT-X-MEDIA").map(({ CHANNELS }) => CHANNELS), ["16/JOC"]);
  for (const tag of [STREAM, "EXT-X-I-FRAME-STREAM-INF"]) {
    const [stream] = findAttributes(playlist, tag);
    assertEquals(stream!["SUPPLEMENTAL-CODECS"], "dvh1.08.01/db1p");
  }
});

Deno.test("buildMultivariantPlaylist() rejects a presentation without video and audio", async () => {
  const presentation = await openTestdata(["ladder-vtt-eng.vtt", "ladder-mjpeg-thumbs.mp4"]);
  presentation.close();
  for (const format of ["fmp4", "ts"] as const) {
    assertThrows(
      () => buildMultivariantPlaylist(presentation, format),
      RequestError,
      "expected video or audio in a codec",
    );
  }
});

Deno.test("buildMultivariantPlaylist() declares the audio as default that its file enables", async () => {
  const presentation = await openTestdata(["multi-aac-secondenabled.mp4"]);
  presentation.close();
  const tags = findAttributes(
    readStrictPlaylist(buildMultivariantPlaylist(presentation, "fmp4")),
    "EXT-X-MEDIA",
  );
  const found = new Set(tags.map(({ LANGUAGE, DEFAULT }) => `${LANGUAGE} ${DEFAULT}`)); // in each group
  assertEquals([...found], ["en NO", "fr YES"]);
});
