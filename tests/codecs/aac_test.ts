import { assertEquals, assertThrows } from "@std/assert";
import { aac } from "../../lib/codecs/aac.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry, esds } from "./entry.ts";
import { HE_STEREO, HE_V2_MONO, LC_MONO } from "./aac_frames.ts";

const CICP = "urn:mpeg:mpegB:cicp:ChannelConfiguration";
const COUNT = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

/** What a description says, in one line: codec, rate, channels, the layout's number, and how DASH says it. */
function told(config: string, sample?: Uint8Array, objectType = "40"): unknown[] {
  const mp4a = entry("mp4a", { esds: esds(objectType, config) }, {
    channels: 2,
    sampleRate: 48000,
  });
  const description = aac.describe(mp4a, sample);
  if (description.type !== "audio") throw new Error("not sound");
  const { codec, sampleRate, channels, channelConfiguration, dashChannels } = description;
  assertEquals(dashChannels.schemeIdUri, channelConfiguration ? CICP : COUNT);
  return [codec, sampleRate, channels, channelConfiguration, dashChannels.value];
}

const configs: [what: string, config: string, told: unknown[]][] = [
  ["LC stereo", "1190", ["mp4a.40.2", 48000, 2, 2, "2"]],
  ["LC stereo, SBR told to be absent", "1190 56e500", ["mp4a.40.2", 48000, 2, 2, "2"]],
  ["LC mono of 44.1 kHz", "1208", ["mp4a.40.2", 44100, 1, 1, "1"]],
  ["LC of 24 kHz", "1308", ["mp4a.40.2", 24000, 1, 1, "1"]],
  ["LC 5.1", "11b0", ["mp4a.40.2", 48000, 6, 6, "6"]],
  ["LC 7.1, to the front", "11b8", ["mp4a.40.2", 48000, 8, 7, "7"]],
  ["LC 6.1", "11d8", ["mp4a.40.2", 48000, 7, 11, "11"]],
  ["LC 7.1, to the back", "11e0", ["mp4a.40.2", 48000, 8, 12, "12"]],
  ["LC 7.1, to the top", "11f0", ["mp4a.40.2", 48000, 8, 14, "14"]],
  ["LC of an explicit 50,000 Hz", "178061a810", ["mp4a.40.2", 50000, 2, 2, "2"]],
  [
    "LC quad by a program config",
    "118004c4040021100d4c61766335392e33372e31303056e500",
    ["mp4a.40.2", 48000, 4, undefined, "4"],
  ],
  ["Main", "0990", ["mp4a.40.1", 48000, 2, 2, "2"]],
  ["LD", "b990 00", ["mp4a.40.23", 48000, 2, 2, "2"]],
  ["HE, hierarchical", "2b11 8800", ["mp4a.40.5", 48000, 2, 2, "2"]],
  ["HE, backward compatible", "1310 56e598", ["mp4a.40.5", 48000, 2, 2, "2"]],
  ["HE whose SBR keeps the rate", "1190 56e598", ["mp4a.40.5", 48000, 2, 2, "2"]],
  ["HE v2, hierarchical", "eb09 8800", ["mp4a.40.29", 48000, 2, 2, "2"]],
  ["HE v2, backward compatible", "1308 56e59d4880", ["mp4a.40.29", 48000, 2, 2, "2"]],
  ["HE mono, PS told to be absent", "1308 56e59d4800", ["mp4a.40.5", 48000, 1, 1, "1"]],
  ["xHE-AAC stereo", "f94640", ["mp4a.40.42", 48000, 2, 2, "2"]],
  ["xHE-AAC mono of 24 kHz", "f94c20", ["mp4a.40.42", 24000, 1, 1, "1"]],
  ["xHE-AAC whose UsacConfig has the layout", "f9460326", ["mp4a.40.42", 48000, 6, 6, "6"]],
];

for (const [what, config, expected] of configs) {
  Deno.test(`aac describes ${what}`, () => assertEquals(told(config), expected));
}

const implicit: [what: string, config: string, frame: Uint8Array, told: unknown[]][] = [
  ["SBR", "1310", HE_STEREO, ["mp4a.40.5", 48000, 2, 2, "2"]],
  ["SBR and PS", "1308", HE_V2_MONO, ["mp4a.40.29", 48000, 2, 2, "2"]],
  ["PS, where SBR is told", "1308 56e598", HE_V2_MONO, ["mp4a.40.29", 48000, 2, 2, "2"]],
  ["PS, where SBR is told in front", "2b09 8800", HE_V2_MONO, ["mp4a.40.29", 48000, 2, 2, "2"]],
  ["neither", "1308", LC_MONO, ["mp4a.40.2", 24000, 1, 1, "1"]],
  ["neither in a frame cut off", "1308", LC_MONO.subarray(0, 90), ["mp4a.40.2", 24000, 1, 1, "1"]],
  ["SBR cut off behind its type", "1308", HE_V2_MONO.subarray(0, 124), [
    ...["mp4a.40.5", 48000, 1, 1, "1"],
  ]],
  ["neither in noise", "1308", new Uint8Array(4096).fill(0xa5), ["mp4a.40.2", 24000, 1, 1, "1"]],
];

for (const [what, config, frame, expected] of implicit) {
  Deno.test(`aac finds in the first frame ${what}`, () => {
    assertEquals(aac.needsSample!(entry("mp4a", { esds: esds("40", config) })), true);
    assertEquals(told(config, frame), expected);
  });
}

for (const config of ["1190", "1208", "1308 56e500", "2b11 8800", "1308 56e59d4800", "f94640"]) {
  Deno.test(`aac needs no sample beside ${config}`, () => {
    assertEquals(aac.needsSample!(entry("mp4a", { esds: esds("40", config) })), false);
  });
}

const mpeg2: [objectType: string, config: string, told: unknown[]][] = [
  ["66", "0990", ["mp4a.66", 48000, 2, 2, "2"]],
  ["67", "1208", ["mp4a.67", 44100, 1, 1, "1"]],
  ["68", "1990", ["mp4a.68", 48000, 2, 2, "2"]],
  ["67", "", ["mp4a.67", 48000, 2, 2, "2"]], // by the entry
];

for (const [objectType, config, expected] of mpeg2) {
  Deno.test(`aac describes MPEG-2's ${objectType} of ${config || "no configuration"}`, () => {
    assertEquals(told(config, undefined, objectType), expected);
  });
}

const broken: [what: string, body: string | undefined, message: string][] = [
  ["no esds", undefined, "Cannot describe mp4a without esds"],
  ["an esds cut off", "00000000 03 19 0001 00", "esds: Cannot read 25 bytes where 3 are left"],
  ["another descriptor", "00000000 06 01 02", "esds: Cannot read descriptor 6 in place of 3"],
  ["a size without end", "00000000 03 ff ff ff ff 00", "esds: Cannot read"],
  ["no configuration", esds("40"), "esds: Cannot describe AAC without an AudioSpecificConfig"],
  ["half a configuration", esds("40", "11"), "esds: Cannot read"],
  ["object type 0", esds("40", "0190"), "esds: Cannot read audio object type 0"],
  ["rate index 13", esds("40", "1690"), "esds: Cannot read sample rate index 13: it is reserved"],
  ["a rate of 0", esds("40", "1780000010"), "esds: Cannot read sample rate index 15"],
  ["channels 9", esds("40", "11c8"), "esds: Cannot read channel configuration 9: it is reserved"],
  ["channels 15", esds("40", "11f8"), "esds: Cannot read channel configuration 15"],
  [
    "a program of nothing",
    esds("40", "1180 04c0 0000 0000"),
    "esds: Cannot find the channels of audio object type 2",
  ],
  ["a program cut off", esds("40", "1180 04fc fff8"), "esds: Cannot"],
];

for (const [what, body, message] of broken) {
  Deno.test(`aac refuses ${what}`, () => {
    const mp4a = entry("mp4a", body === undefined ? {} : { esds: body });
    assertThrows(() => aac.describe(mp4a), MediaError, message);
  });
}

Deno.test("aac refuses MPEG-2's that nothing tells of", () => {
  const mp4a = entry("mp4a", { esds: esds("67") });
  assertThrows(() => aac.describe(mp4a), MediaError, "nothing says its channels");
});

Deno.test("aac reads an esds with URL, dependency and clock", () => {
  const body = `00000000 03 8080801d 0001 e0 0002 02 6162 0003
    04 11 40 15 000000 00000000 00000000 05 02 1190`;
  const description = aac.describe(entry("mp4a", { esds: body }));
  assertEquals(description.codec, "mp4a.40.2");
});

/** Smooth Streaming's AACL is AAC LC, with or without SBR and PS: which of them, the configuration says. */
const smooth: [what: string, objectType: string, config: string, carried: boolean][] = [
  ["LC", "40", "1190", true],
  ["LC as MPEG-2 calls it", "67", "1190", true],
  ["HE, hierarchical", "40", "2b118800", true],
  ["HE v2, backward compatible", "40", "130856e59d4880", true],
  [
    "channels by a program config",
    "40",
    "118004c4040021100d4c61766335392e33372e31303056e500",
    true,
  ],
  ["Main", "40", "0990", false],
  ["LD", "40", "b99000", false],
  ["xHE-AAC", "40", "f94640", false],
  ["no configuration", "67", "", false],
];

for (const [what, objectType, config, carried] of smooth) {
  Deno.test(`aac tells Smooth Streaming ${carried ? "" : "nothing of "}${what}`, () => {
    const mp4a = entry("mp4a", { esds: esds(objectType, config) }, {
      channels: 2,
      sampleRate: 48000,
    });
    const told = aac.smooth!.codecPrivateData(mp4a, aac.describe(mp4a));
    assertEquals(told?.toHex(), carried ? config : undefined);
  });
}
