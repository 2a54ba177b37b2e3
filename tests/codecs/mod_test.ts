import { assertEquals, assertThrows } from "@std/assert";
import { CODECS, findCodec } from "../../lib/codecs/mod.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry, esds } from "./entry.ts";

type Known = [type: string, objectType: string | undefined, family: string | undefined];

const known: Known[] = [
  ["avc1", undefined, "avc"],
  ["avc3", undefined, "avc"],
  ["hvc1", undefined, "hevc"],
  ["hev1", undefined, "hevc"],
  ["dvh1", undefined, "dolby-vision-hevc"],
  ["dva1", undefined, "dolby-vision-avc"],
  ["dav1", undefined, "dolby-vision-av1"],
  ["av01", undefined, "av1"],
  ["vp09", undefined, "vp9"],
  ["jpeg", undefined, "jpeg"],
  ["mp4v", "6c", "jpeg"],
  ["mp4v", "20", undefined], // MPEG-4 Visual
  ["mp4a", "40", "aac"],
  ["mp4a", "66", "aac"],
  ["mp4a", "67", "aac"],
  ["mp4a", "68", "aac"],
  ["mp4a", "69", "mp3"],
  ["mp4a", "6b", "mp3"],
  ["mp4a", "a9", "dtsc"],
  [".mp3", undefined, "mp3"],
  ["ms\0U", undefined, "mp3"],
  ["ac-3", undefined, "ac3"],
  ["ec-3", undefined, "eac3"],
  ["Opus", undefined, "opus"],
  ["fLaC", undefined, "flac"],
  ["encv", undefined, undefined],
  ["enca", undefined, undefined],
  ...["vvc1", "vvi1"].map((type) => [type, undefined, "vvc"] as Known),
  ...["ipcm", "fpcm", "dtsc", "dtsh", "dtsl", "dtse", "dtsx", "mhm1", "mha1", "alac", "iamf"]
    .map((type) => [type, undefined, type] as Known),
  ["ac-4", undefined, "ac4"],
  ["sowt", undefined, undefined], // PCM of QuickTime
  ["dtsy", undefined, undefined], // profile 3 of DTS-UHD
  ["mhm2", undefined, undefined], // several streams
  ["enct", undefined, undefined],
  ["mjpa", undefined, undefined],
  ["zzzz", undefined, undefined],
  ["toString", undefined, undefined],
];

for (const [type, objectType, family] of known) {
  Deno.test(`findCodec() maps ${JSON.stringify(type)} ${objectType ?? ""} to ${family}`, () => {
    const found = findCodec(entry(type, objectType ? { esds: esds(objectType) } : {}));
    assertEquals(found?.family, family);
  });
}

Deno.test("findCodec() rejects an mp4a without esds", () => {
  assertThrows(() => findCodec(entry("mp4a", {})), MediaError, "Cannot describe mp4a without esds");
});

Deno.test("CODECS have unique families", () => {
  const families = CODECS.map(({ family }) => family);
  assertEquals(families.length, new Set(families).size);
});
