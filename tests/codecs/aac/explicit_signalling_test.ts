import { assertEquals } from "@std/assert";
import { readAudioSpecificConfig } from "../../../lib/codecs/aac/audio_specific_config.ts";
import {
  buildAudioSpecificConfig,
  type Extensions,
  omitAbsentSbr,
  signalExtensions,
} from "../../../lib/codecs/aac/explicit_signalling.ts";
import { hex } from "../entry.ts";

const SBR: Extensions = { sbr: true, sampleRate: 48000 };
const PS: Extensions = { sbr: true, ps: true, sampleRate: 48000 };

const signalled: [config: string, found: Extensions, expected: string][] = [
  ["1310", { sampleRate: 24000 }, "1310"],
  ["1310", SBR, "131056e598"],
  ["1308", PS, "130856e59d4880"],
  ["1388", { sbr: true, sampleRate: 44100 }, "138856e5a0"],
  ["178030 d410".replace(" ", ""), { sbr: true, sampleRate: 50000 }, "178030d41056e5f8061a80"],
  ["130856e598", PS, "130856e59d4880"],
  ["130856e59d4880", PS, "130856e59d4880"],
  ["2b098800", PS, "eb098800"],
  ["2b098800", SBR, "2b098800"],
];

for (const [config, found, expected] of signalled) {
  Deno.test(`signalExtensions() turns ${config} into ${expected}`, () => {
    const bytes = signalExtensions(hex(config), found);
    assertEquals(bytes.toHex(), expected);
    const { sbr, ps, sampleRate } = readAudioSpecificConfig(bytes);
    if (found.sbr) assertEquals([sbr, ps, sampleRate], [true, found.ps, found.sampleRate]);
  });
}

const absent: [config: string, expected: string][] = [
  ["1190", "1190"],
  ["119056e500", "1190"],
  ["119056e5000000", "1190"],
  ["131056e598", "131056e598"],
  ["2b118800", "2b118800"],
];

for (const [config, expected] of absent) {
  Deno.test(`omitAbsentSbr() turns ${config} into ${expected}`, () => {
    assertEquals(omitAbsentSbr(hex(config)).toHex(), expected);
  });
}

for (const coreRate of [48000, 7350, 50000]) {
  Deno.test(`buildAudioSpecificConfig() writes what readAudioSpecificConfig() reads: ${coreRate} Hz`, () => {
    const fields = { objectType: 2, coreRate, channelConfiguration: 6 };
    assertEquals(readAudioSpecificConfig(buildAudioSpecificConfig(fields)), {
      ...fields,
      channels: 6,
      sampleRate: coreRate,
    });
  });
}
