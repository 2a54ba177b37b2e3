import { assertEquals, assertThrows } from "@std/assert";
import { createAdtsConverter, isSupportedByAdts } from "../../../lib/codecs/aac/adts.ts";
import type { AudioSpecificConfig } from "../../../lib/codecs/aac/audio_specific_config.ts";
import { MediaError } from "../../../lib/errors.ts";
import { hex } from "../entry.ts";

const LC: AudioSpecificConfig = {
  objectType: 2,
  coreRate: 48000,
  sampleRate: 48000,
  channels: 2,
  channelConfiguration: 2,
};

const supported: [what: string, config: Partial<AudioSpecificConfig>, isSupported: boolean][] = [
  ["AAC LC", {}, true],
  ["LTP", { objectType: 4 }, true],
  ["an object type of more than two bits", { objectType: 42 }, false],
  ["a rate outside of the table", { coreRate: 50000 }, false],
  ["a channel configuration of more than three bits", { channelConfiguration: 11 }, false],
  ["frames of 960 samples", { hasShortFrames: true }, false],
];

for (const [what, config, isSupported] of supported) {
  Deno.test(`isSupportedByAdts() returns ${isSupported} for ${what}`, () => {
    assertEquals(isSupportedByAdts({ ...LC, ...config }), isSupported);
  });
}

Deno.test("createAdtsConverter() prepends a header", () => {
  const [header, frame] = createAdtsConverter(LC)(hex("aabbcc"));
  assertEquals([header!.toHex(), frame!.toHex()], ["fff14c80015ffc", "aabbcc"]); // 10 bytes
});

Deno.test("createAdtsConverter() writes the program config after the header", () => {
  const config = { ...LC, channelConfiguration: 0, programConfig: hex("a0") };
  const parts = createAdtsConverter(config)(hex("aa"));
  assertEquals(parts.map((part) => part.toHex()), ["fff14c00013ffc", "a0", "aa"]);
});

Deno.test("createAdtsConverter() rejects frames that exceed aac_frame_length", () => {
  const convert = createAdtsConverter(LC);
  assertEquals(convert(new Uint8Array(8191 - 7)).length, 2);
  assertThrows(() => convert(new Uint8Array(8191 - 6)), MediaError, "frame of 8185 bytes");
});
