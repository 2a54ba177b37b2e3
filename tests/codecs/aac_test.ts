import { assertEquals, assertThrows } from "@std/assert";
import { aac } from "../../lib/codecs/aac.ts";
import { MediaError } from "../../lib/errors.ts";
import { readEsds } from "../../lib/codecs/esds.ts";
import { entry, esds, hex } from "./entry.ts";
import { HE_STEREO, HE_V2_MONO, LC_MONO } from "./aac_frames.ts";

const CICP = "urn:mpeg:mpegB:cicp:ChannelConfiguration";
const COUNT = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

/** Codec, sample rate, channels, ChannelConfiguration and value of the DASH channel configuration. */
function describe(config: string, sample?: Uint8Array, objectType = "40"): unknown[] {
  const mp4a = entry("mp4a", { esds: esds(objectType, config) }, {
    channels: 2,
    sampleRate: 48000,
  });
  const description = aac.describe(mp4a, sample);
  if (description.type !== "audio") throw new Error("not audio");
  const { codec, sampleRate, channels, channelConfiguration, dashChannels } = description;
  assertEquals(dashChannels.schemeIdUri, channelConfiguration ? CICP : COUNT);
  return [codec, sampleRate, channels, channelConfiguration, dashChannels.value];
}

const configs: [what: string, config: string, expected: unknown[]][] = [
  ["LC stereo", "1190", ["mp4a.40.2", 48000, 2, 2, "2"]],
  ["LC stereo, SBR signalled as absent", "1190 56e500", ["mp4a.40.2", 48000, 2, 2, "2"]],
  ["LC mono of 44.1 kHz", "1208", ["mp4a.40.2", 44100, 1, 1, "1"]],
  ["LC of 24 kHz", "1308", ["mp4a.40.2", 24000, 1, 1, "1"]],
  ["LC 5.1", "11b0", ["mp4a.40.2", 48000, 6, 6, "6"]],
  ["LC 7.1 front", "11b8", ["mp4a.40.2", 48000, 8, 7, "7"]],
  ["LC 6.1", "11d8", ["mp4a.40.2", 48000, 7, 11, "11"]],
  ["LC 7.1 back", "11e0", ["mp4a.40.2", 48000, 8, 12, "12"]],
  ["LC 7.1 top", "11f0", ["mp4a.40.2", 48000, 8, 14, "14"]],
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
  ["HE with downsampled SBR", "1190 56e598", ["mp4a.40.5", 48000, 2, 2, "2"]],
  ["HE v2, hierarchical", "eb09 8800", ["mp4a.40.29", 48000, 2, 2, "2"]],
  ["HE v2, backward compatible", "1308 56e59d4880", ["mp4a.40.29", 48000, 2, 2, "2"]],
  ["HE mono, PS signalled as absent", "1308 56e59d4800", ["mp4a.40.5", 48000, 1, 1, "1"]],
  ["xHE-AAC stereo", "f94640", ["mp4a.40.42", 48000, 2, 2, "2"]],
  ["xHE-AAC mono of 24 kHz", "f94c20", ["mp4a.40.42", 24000, 1, 1, "1"]],
  ["xHE-AAC whose UsacConfig has the layout", "f9460326", ["mp4a.40.42", 48000, 6, 6, "6"]],
];

for (const [what, config, expected] of configs) {
  Deno.test(`aac describes ${what}`, () => assertEquals(describe(config), expected));
}

const implicit: [what: string, config: string, frame: Uint8Array, expected: unknown[]][] = [
  ["SBR", "1310", HE_STEREO, ["mp4a.40.5", 48000, 2, 2, "2"]],
  ["SBR and PS", "1308", HE_V2_MONO, ["mp4a.40.29", 48000, 2, 2, "2"]],
  ["PS with signalled SBR", "1308 56e598", HE_V2_MONO, ["mp4a.40.29", 48000, 2, 2, "2"]],
  ["PS with hierarchical signalling of SBR", "2b09 8800", HE_V2_MONO, [
    "mp4a.40.29",
    48000,
    2,
    2,
    "2",
  ]],
  ["neither", "1308", LC_MONO, ["mp4a.40.2", 24000, 1, 1, "1"]],
  ["neither in a truncated frame", "1308", LC_MONO.subarray(0, 90), [
    "mp4a.40.2",
    24000,
    1,
    1,
    "1",
  ]],
  ["SBR truncated after its type", "1308", HE_V2_MONO.subarray(0, 124), [
    ...["mp4a.40.5", 48000, 1, 1, "1"],
  ]],
  ["neither in noise", "1308", new Uint8Array(4096).fill(0xa5), ["mp4a.40.2", 24000, 1, 1, "1"]],
];

for (const [what, config, frame, expected] of implicit) {
  Deno.test(`aac detects in the first frame: ${what}`, () => {
    assertEquals(aac.needsSample!(entry("mp4a", { esds: esds("40", config) })), true);
    assertEquals(describe(config, frame), expected);
  });
}

for (const config of ["1190", "1208", "1308 56e500", "2b11 8800", "1308 56e59d4800", "f94640"]) {
  Deno.test(`aac needs no sample for ${config}`, () => {
    assertEquals(aac.needsSample!(entry("mp4a", { esds: esds("40", config) })), false);
  });
}

const mpeg2: [objectType: string, config: string, expected: unknown[]][] = [
  ["66", "0990", ["mp4a.40.1", 48000, 2, 2, "2"]],
  ["66", "1190", ["mp4a.40.2", 48000, 2, 2, "2"]],
  ["67", "1208", ["mp4a.40.2", 44100, 1, 1, "1"]],
  ["67", "1310 56e598", ["mp4a.40.5", 48000, 2, 2, "2"]],
  ["68", "1990", ["mp4a.40.3", 48000, 2, 2, "2"]],
  ["67", "", ["mp4a.40.2", 48000, 2, 2, "2"]], // from the sample entry
];

for (const [objectType, config, expected] of mpeg2) {
  Deno.test(`aac describes MPEG-2 object type ${objectType} with ${config || "no configuration"}`, () => {
    assertEquals(describe(config, undefined, objectType), expected);
  });
}

const broken: [what: string, body: string | undefined, message: string][] = [
  ["no esds", undefined, "Cannot describe mp4a without esds"],
  ["a truncated esds", "00000000 03 19 0001 00", "esds: Cannot read 25 bytes where 3 are left"],
  ["another descriptor", "00000000 06 01 02", "esds: Cannot read descriptor tag 6, expected 3"],
  ["an unterminated size", "00000000 03 ff ff ff ff 00", "esds: Cannot read"],
  ["no configuration", esds("40"), "esds: Cannot describe AAC without an AudioSpecificConfig"],
  ["a truncated configuration", esds("40", "11"), "esds: Cannot read"],
  ["object type 0", esds("40", "0190"), "esds: Cannot read audio object type 0"],
  ["rate index 13", esds("40", "1690"), "esds: Cannot read sample rate index 13: it is reserved"],
  ["a rate of 0", esds("40", "1780000010"), "esds: Cannot read sample rate index 15"],
  ["channels 9", esds("40", "11c8"), "esds: Cannot read channel configuration 9: it is reserved"],
  ["channels 15", esds("40", "11f8"), "esds: Cannot read channel configuration 15"],
  [
    "a program config without channels",
    esds("40", "1180 04c0 0000 0000"),
    "esds: Cannot find the channel count of audio object type 2",
  ],
  ["a truncated program config", esds("40", "1180 04fc fff8"), "esds: Cannot"],
];

for (const [what, body, message] of broken) {
  Deno.test(`aac rejects ${what}`, () => {
    const mp4a = entry("mp4a", body === undefined ? {} : { esds: body });
    assertThrows(() => aac.describe(mp4a), MediaError, message);
  });
}

Deno.test("aac rejects MPEG-2 AAC without configuration and channels", () => {
  const mp4a = entry("mp4a", { esds: esds("67") });
  assertThrows(() => aac.describe(mp4a), MediaError, "the sample entry declares no channels");
});

Deno.test("aac reads an esds with URL, dependency and clock", () => {
  const body = `00000000 03 8080801d 0001 e0 0002 02 6162 0003
    04 11 40 15 000000 00000000 00000000 05 02 1190`;
  const description = aac.describe(entry("mp4a", { esds: body }));
  assertEquals(description.codec, "mp4a.40.2");
});

/** AACL of Smooth Streaming is AAC LC with or without SBR and PS. */
const smooth: [what: string, objectType: string, config: string, expected: string | undefined][] = [
  ["LC", "40", "1190", "1190"],
  ["LC as MPEG-2 calls it", "67", "1190", "1190"],
  ["LC, SBR signalled as absent", "40", "1190 56e500", "1190"],
  ["LC of 44.1 kHz, SBR signalled as absent", "40", "1210 56e500", "1210"],
  ["HE, hierarchical", "40", "2b118800", "2b118800"],
  ["HE v2, backward compatible", "40", "130856e59d4880", "130856e59d4880"],
  ["HE mono, PS signalled as absent", "40", "130856e59d4800", "130856e59d4800"],
  [
    "channels by a program config, SBR signalled as absent",
    "40",
    "118004c4040021100d4c61766335392e33372e313030 56e500",
    "118004c4040021100d4c61766335392e33372e313030",
  ],
  ["Main", "40", "0990", undefined],
  ["LD", "40", "b99000", undefined],
  ["xHE-AAC", "40", "f94640", undefined],
  ["no configuration", "67", "", "1190"],
  ["no configuration of Main", "66", "", undefined],
];

for (const [what, objectType, config, expected] of smooth) {
  Deno.test(`aac ${expected ? "builds" : "has no"} CodecPrivateData of ${what}`, () => {
    const mp4a = entry("mp4a", { esds: esds(objectType, config) }, {
      channels: 2,
      sampleRate: 48000,
    });
    const data = aac.smooth!.codecPrivateData(mp4a, aac.describe(mp4a));
    assertEquals(data?.toHex(), expected);
  });
}

/** Object type and AudioSpecificConfig of the init segment; undefined: those of the file. */
const inits: [
  what: string,
  source: [string, string],
  expected: string | undefined,
  frame?: Uint8Array,
][] = [
  ["LC", ["40", "1190"], undefined],
  ["LC, SBR signalled as absent", ["40", "1190 56e500"], undefined],
  ["LC of 24 kHz", ["40", "1308"], undefined, LC_MONO],
  ["HE, backward compatible", ["40", "1310 56e598"], undefined],
  ["HE, hierarchical", ["40", "2b11 8800"], undefined],
  ["implicit SBR", ["40", "1310"], "1310 56e598", HE_STEREO],
  ["implicit SBR and PS", ["40", "1308"], "1308 56e59d4880", HE_V2_MONO],
  ["implicit PS", ["40", "1308 56e598"], "1308 56e59d4880", HE_V2_MONO],
  ["implicit PS, hierarchical SBR", ["40", "2b09 8800"], "eb09 8800", HE_V2_MONO],
  ["implicit SBR before padding", ["40", "1310 0000"], "1310 56e598", HE_STEREO],
  ["MPEG-2 Main", ["66", "0990"], "0990"],
  ["MPEG-2 LC", ["67", "1208"], "1208"],
  ["MPEG-2 LC without configuration", ["67", ""], "1190"],
  ["MPEG-2 LC, implicit SBR", ["67", "1310"], "1310 56e598", HE_STEREO],
  ["MPEG-2 SSR", ["68", "1990"], "1990"],
];

for (const [what, [objectType, config], expected, frame] of inits) {
  Deno.test(`aac signals ${what} in init segments as ${expected ?? "the file"}`, () => {
    const fields = { channels: 2, sampleRate: 48000 };
    const mp4a = entry("mp4a", { esds: esds(objectType, config) }, fields);
    const box = aac.initConfiguration!(mp4a, aac.describe(mp4a, frame));
    const body = box && readEsds({ ...mp4a, boxes: new Map([[box.type, box.body]]) });
    const found = body && [body.objectType, body.decoderSpecificInfo!.toHex()];
    assertEquals(found, expected === undefined ? undefined : [0x40, hex(expected).toHex()]);
  });
}
