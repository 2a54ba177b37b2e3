import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { getSupportedSets } from "../../lib/hls/support.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { findAttributes, readPlaylist } from "../m3u8.ts";
import { openSample, openTestdata } from "../sample_presentations.ts";

/** Attributes of all tags of a name, in the multivariant playlist of a title. */
async function tagsOf(title: string, tag: string, form: "fmp4" | "ts" = "fmp4") {
  const presentation = await openSample(title);
  presentation.close();
  return findAttributes(readPlaylist(buildMultivariantPlaylist(presentation, form)), tag);
}

const STREAM = "EXT-X-STREAM-INF";

const pictures: [title: string, attributes: Record<string, string>][] = [
  ["one picture", { RESOLUTION: "320x180", "FRAME-RATE": "25.000", "VIDEO-RANGE": "SDR" }],
  ["an anamorphic picture", { RESOLUTION: "256x144" }],
  ["a rotated picture", { RESOLUTION: "180x320" }],
  ["pictures at 29.97 Hz, sound at 44.1 kHz", { "FRAME-RATE": "29.970" }],
  ["HDR beside SDR", { "VIDEO-RANGE": "PQ", CODECS: "hvc1.2.4.L60.90" }],
];

for (const [title, expected] of pictures) {
  Deno.test(`multivariant() describes ${title}`, async () => {
    const [stream] = await tagsOf(title, STREAM);
    for (const [key, value] of Object.entries(expected)) assertEquals(stream![key], value, key);
  });
}

Deno.test("multivariant() has the most compatible codec first", async () => {
  const streams = await tagsOf("AVC, HEVC and AV1", STREAM);
  assertEquals(streams.map(({ CODECS }) => CODECS!.slice(0, 4)), ["avc1", "hvc1", "av01"]);
});

Deno.test("multivariant() has a variant for each picture with each group of sounds", async () => {
  const streams = await tagsOf("sounds in three codecs, which one language lacks", STREAM);
  assertEquals(streams.map(({ AUDIO }) => AUDIO), ["aac-2", "ac3-6", "eac3-6"]);
  assertEquals(streams.map(({ CODECS }) => CODECS), [
    "avc1.64000C,mp4a.40.2",
    "avc1.64000C,ac-3,mp4a.40.2",
    "avc1.64000C,ec-3,mp4a.40.2",
  ]);
});

Deno.test("multivariant() offers of sounds alone the one that takes most", async () => {
  const [stream] = await tagsOf("two languages of sound alone", STREAM);
  const presentation = await openSample("two languages of sound alone");
  presentation.close();
  const most = Math.max(...[...presentation.renditions.values()].map((one) => one.bandwidth));
  assertEquals(Number(stream!.BANDWIDTH), most);
});

Deno.test("multivariant() needs no group for bitrates of one sound", async () => {
  const title = "bitrates of one sound alone";
  const streams = await tagsOf(title, STREAM);
  assertEquals(streams.map(({ AUDIO }) => AUDIO), [undefined, undefined]);
  assertEquals(await tagsOf(title, "EXT-X-MEDIA"), []);
});

Deno.test("multivariant() puts the only sound into transport streams", async () => {
  const title = "one picture and one sound";
  const [stream, ...more] = await tagsOf(title, STREAM, "ts");
  assertEquals([stream!.CODECS, stream!.AUDIO, more], ["avc1.64000C,mp4a.40.2", undefined, []]);
  assertEquals(await tagsOf(title, "EXT-X-MEDIA", "ts"), []);
});

/** The presentation with changes to its renditions, also where sets hold them. */
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

Deno.test("multivariant() gives each sound a NAME of its own, also where quotes made them differ", async () => {
  const labels = ['The "film"', "The 'film'", "The 'film' (German)"];
  const files = ["ladder-aac-eng.mp4", "ladder-aac-fra.mp4", "tone-aac-24khz.mp4"];
  const presentation = await openTestdata(
    files.map((file, i) => ({ file, label: labels[i]!, language: ["eng", "deu", "fra"][i]! })),
  );
  presentation.close();
  assertEquals(
    findAttributes(readPlaylist(buildMultivariantPlaylist(presentation, "fmp4")), "EXT-X-MEDIA")
      .map((
        { NAME },
      ) => NAME),
    ["The 'film'", "The 'film' (German)", "The 'film' (German) (French)"],
  );
});

Deno.test("multivariant() says objects in CHANNELS, and Dolby Vision beside the codec", async () => {
  const presentation = await openTestdata(["test-hevc-hdr10.mp4", "tone-eac3-surround.mp4"]);
  presentation.close();
  const dressed = changed(presentation, ({ description }) => ({
    description: description.type === "audio" ? { ...description, objects: 16 } : {
      ...description as Extract<typeof description, { type: "video" }>,
      supplementalCodec: "dvh1.08.01",
      supplementalBrand: "db1p",
    },
  }));
  const playlist = readPlaylist(buildMultivariantPlaylist(dressed, "fmp4"));
  assertEquals(findAttributes(playlist, "EXT-X-MEDIA").map(({ CHANNELS }) => CHANNELS), ["16/JOC"]);
  for (const tag of [STREAM, "EXT-X-I-FRAME-STREAM-INF"]) {
    const [stream] = findAttributes(playlist, tag);
    assertEquals(stream!["SUPPLEMENTAL-CODECS"], "dvh1.08.01/db1p");
  }
});

Deno.test("multivariant() refuses what holds neither picture nor sound", async () => {
  const presentation = await openTestdata(["ladder-vtt-eng.vtt", "ladder-mjpeg-thumbs.mp4"]);
  presentation.close();
  for (const form of ["fmp4", "ts"] as const) {
    assertThrows(
      () => buildMultivariantPlaylist(presentation, form),
      RequestError,
      "expected video or audio in a codec",
    );
  }
});

Deno.test("carried() keeps of a set what transport streams carry", async () => {
  const presentation = await openSample("bitrates of one sound alone");
  presentation.close();
  const { mpegTs, ...without } = [...presentation.renditions.values()]
    .map((one) => (one as MediaRendition).codec)[0]!;
  assertEquals(mpegTs !== undefined, true);
  const half = changed(presentation, ({ codec }, i) => ({ codec: i === 0 ? without : codec }));
  const names = (form: "fmp4" | "ts") =>
    getSupportedSets(half, form).map(({ renditions }) => renditions.map(({ name }) => name));
  const [one, other] = [...half.renditions.keys()] as [string, string];
  assertEquals(names("fmp4"), [[one, other]]);
  assertEquals(names("ts"), [[other]]);
});
