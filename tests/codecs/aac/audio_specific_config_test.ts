import { assertEquals, assertThrows } from "@std/assert";
import { BitReader } from "../../../lib/bits.ts";
import {
  readAudioSpecificConfig,
  readProgramConfig,
} from "../../../lib/codecs/aac/audio_specific_config.ts";
import { MediaError } from "../../../lib/errors.ts";
import { bytesOf } from "../entry.ts";

/** Object type in five bits, sample rate index, channel configuration. */
const LC = "00010";
const RATE_48 = "0011";
const RATE_24 = "0110";
const STEREO = "0010";
const NONE = "0000";

/** LC configuration with a program_config_element: element counts, mixdowns, elements. */
function program(counts: string, mixdowns: string, elements: string): string {
  const head = LC + RATE_48 + NONE + "000" + "0000" + "01" + RATE_48 + counts + mixdowns + elements;
  return head.padEnd(8 * Math.ceil(head.length / 8), "0");
}

const SINGLE = "0" + "0000";
const PAIR = "1" + "0000";

const configs: [what: string, bits: string, expected: Record<string, unknown>][] = [
  ["the minimal configuration", LC + RATE_48 + STEREO + "000", {
    objectType: 2,
    coreRate: 48000,
    channelConfiguration: 2,
    channels: 2,
    sampleRate: 48000,
  }],
  [
    "coreCoderDelay",
    LC + RATE_24 + STEREO + "01" + "1".repeat(14) + "0" + "01010110111" + "00101" + "0",
    {
      objectType: 2,
      coreRate: 24000,
      channelConfiguration: 2,
      channels: 2,
      sampleRate: 24000,
      sbr: false,
    },
  ],
  [
    "a scalable object type and its extension",
    "00110" + RATE_24 + STEREO + "001" + "111" + "1" + "01010110111" + "00101" + "1" + RATE_48,
    {
      objectType: 6,
      coreRate: 24000,
      channelConfiguration: 2,
      channels: 2,
      sampleRate: 48000,
      sbr: true,
    },
  ],
  ["an object type without GASpecificConfig", "11111" + "000111" + RATE_48 + STEREO, { // ELD
    objectType: 39,
    coreRate: 48000,
    channelConfiguration: 2,
    channels: 2,
    sampleRate: 48000,
  }],
  ["BSAC with SBR", "00101" + RATE_24 + STEREO + RATE_48 + "10110" + "0010" + "000", {
    objectType: 22,
    coreRate: 24000,
    channelConfiguration: 2,
    channels: 2,
    sampleRate: 48000,
    sbr: true,
  }],
  ["an unknown extension", LC + RATE_24 + STEREO + "000" + "01010110111" + "10110" + "1", {
    objectType: 2,
    coreRate: 24000,
    channelConfiguration: 2,
    channels: 2,
    sampleRate: 24000,
  }],
  [
    "a program of 3/2/2 with LFE, mixdowns, data, coupling and a comment",
    program(
      "0010" + "0001" + "0001" + "01" + "001" + "0001",
      "1" + "1111" + "1" + "1111" + "1" + "111",
      SINGLE + PAIR + PAIR + PAIR + "0000" + "1111" + "11111",
    ) + "00000010" + "1".repeat(16) + "01010110111" + "00101" + "0",
    {
      objectType: 2,
      coreRate: 48000,
      channelConfiguration: 0,
      channels: 8,
      sampleRate: 48000,
      sbr: false,
    },
  ],
  [
    "USAC with a channel count and an explicit rate",
    "11111" + "001010" + RATE_48 + NONE + "11111" + "0".repeat(24) + "001" + "00000" + "11111" +
    "00000001",
    { objectType: 42, coreRate: 48000, channelConfiguration: 0, channels: 32, sampleRate: 48000 },
  ],
  [
    "USAC with an escaped channel count",
    "11111" + "001010" + RATE_48 + NONE + "00011" + "001" + "00000" + "11111" + "11111111" +
    "0".repeat(15) + "1",
    { objectType: 42, coreRate: 48000, channelConfiguration: 0, channels: 287, sampleRate: 48000 },
  ],
];

for (const [what, bits, expected] of configs) {
  Deno.test(`readAudioSpecificConfig() reads ${what}`, () => {
    const { programConfig: _, ...config } = readAudioSpecificConfig(bytesOf(bits));
    assertEquals<Record<string, unknown>>(config, expected);
  });
}

Deno.test("readAudioSpecificConfig() converts a program config to the start of a raw_data_block", () => {
  const [, bits] = configs.find(([what]) => what.startsWith("a program of 3/2/2"))!;
  const element = readAudioSpecificConfig(bytesOf(bits)).programConfig!;
  const r = new BitReader(element);
  assertEquals(r.bits(3), 5);
  assertEquals(readProgramConfig(r), 8);
  assertEquals([r.left, ...element.slice(-3)], [0, 2, 255, 255]);
});

Deno.test("readAudioSpecificConfig() converts no bits after a program config", () => {
  const convert = (padding: string) => {
    const bits = program("0001" + "0000" + "0000" + "00" + "000" + "0000", "000", SINGLE);
    const config = bits.slice(0, -padding.length) + padding + "00000000";
    return readAudioSpecificConfig(bytesOf(config)).programConfig;
  };
  assertEquals(convert("1"), convert("0"));
});

Deno.test("readAudioSpecificConfig() rejects USAC without channels", () => {
  const bits = "11111" + "001010" + RATE_48 + NONE + "00011" + "001" + "00000" + "00000";
  assertThrows(
    () => readAudioSpecificConfig(bytesOf(bits)),
    MediaError,
    "Cannot find the channel count of audio object type 42",
  );
});

/** Channels by channel configuration (ISO/IEC 14496-3 table 1.19); undefined if it is reserved. */
const CHANNELS = [
  ...[undefined, 1, 2, 3, 4, 5, 6, 8, undefined, undefined, undefined],
  ...[7, 8, 24, 8, undefined],
];

Deno.test("readAudioSpecificConfig() reads every channel configuration, and rejects the reserved ones", () => {
  for (let configuration = 1; configuration < 16; configuration++) {
    const channels = CHANNELS[configuration];
    const bits = bytesOf(LC + RATE_48 + configuration.toString(2).padStart(4, "0") + "000");
    if (channels) assertEquals(readAudioSpecificConfig(bits).channels, channels);
    else {
      const message = `Cannot read channel configuration ${configuration}: it is reserved`;
      assertThrows(() => readAudioSpecificConfig(bits), MediaError, message);
    }
  }
});

Deno.test("readAudioSpecificConfig() throws only MediaError for every two-byte configuration", () => {
  for (let value = 0; value < 65536; value++) {
    try {
      const { channels, sampleRate } = readAudioSpecificConfig(
        Uint8Array.of(value >> 8, value & 255),
      );
      assertEquals(channels >= 1 && sampleRate > 0, true, `${value}`);
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
    }
  }
});
