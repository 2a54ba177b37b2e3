import { assertEquals } from "@std/assert";
import { aac } from "../../lib/codecs/aac.ts";
import {
  describeUnsupportedInHls,
  getStppTracks,
  getSupportedSets,
} from "../../lib/hls/support.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";

const { mpegTs: _, ...withoutTs } = aac;
const track = { entries: [{ type: "mp4a", boxes: new Map() }] };
const IMSC1 = { codec: "stpp.ttml.im1t", onlyImages: false };

/** Renditions of one set, by name. */
const ALL = {
  audio: {
    type: "audio",
    codec: { ...aac, mpegTs: { ...aac.mpegTs, isSupported: undefined } },
    track,
    largestSegment: { bytes: 100, samples: 1 },
  },
  other: { type: "audio", codec: withoutTs, track },
  webvtt: { type: "text" },
  imsc1: { type: "text", stpp: IMSC1 },
  ttml: { type: "text", stpp: { codec: "stpp.ttml", onlyImages: false } },
  images: { type: "text", stpp: { ...IMSC1, onlyImages: true } },
};

function build(...names: (keyof typeof ALL)[]): Presentation {
  const renditions = names.map((name) => ({ name, ...ALL[name] }));
  const byName = new Map(renditions.map((one) => [one.name, one]));
  return { sets: [{ renditions }], renditions: byName } as unknown as Presentation;
}

Deno.test("getSupportedSets() returns the renditions that a format supports", () => {
  const presentation = build("audio", "other", "webvtt", "images");
  const names = (format: "fmp4" | "ts") =>
    getSupportedSets(presentation, format).flatMap((set) => set.renditions.map((one) => one.name));
  assertEquals(names("fmp4"), ["audio", "other", "webvtt"]);
  assertEquals(names("ts"), ["audio", "webvtt"]);
  assertEquals(getSupportedSets(build("images"), "fmp4"), []);
});

const subtitles: [names: (keyof typeof ALL)[], count: number][] = [
  [["imsc1"], 1],
  [["imsc1", "audio"], 1],
  [["imsc1", "webvtt"], 0],
  [["ttml"], 0],
  [["images"], 0],
];

for (const [names, count] of subtitles) {
  Deno.test(`getStppTracks() returns ${count} of ${names.join(", ")}`, () => {
    assertEquals(getStppTracks(build(...names), "fmp4").length, count);
    assertEquals(getStppTracks(build(...names), "ts"), []);
  });
}

Deno.test("describeUnsupportedInHls() names TTML images", () => {
  assertEquals(describeUnsupportedInHls(build("imsc1", "images")).split(": ")[1], "images");
});
