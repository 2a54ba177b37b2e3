import { assertEquals, assertThrows } from "@std/assert";
import { alac } from "../../lib/codecs/alac.ts";
import { MediaError } from "../../lib/errors.ts";
import { assertDeclared, layOut } from "./declared.ts";
import { entry } from "./entry.ts";

/** Version and flags, frameLength, compatibleVersion, bitDepth, and pb, mb and kb, as ffmpeg writes them. */
const HEAD = "00000000 00001000 00 10 28 0a 0e";
const RATES = "00ff 00000000 00000000";

const streams: [what: string, body: string, rate: number, channels: number, layout: number][] = [
  ["mono of 44.1 kHz", `${HEAD} 01 ${RATES} 0000ac44`, 44100, 1, 1],
  ["stereo of 48 kHz", `${HEAD} 02 ${RATES} 0000bb80`, 48000, 2, 2],
  ["3/1 of 48 kHz", `${HEAD} 04 ${RATES} 0000bb80`, 48000, 4, 4],
  ["5.1 of 96 kHz", `${HEAD} 06 ${RATES} 00017700`, 96000, 6, 6],
  ["6.1 of 48 kHz", `${HEAD} 07 ${RATES} 0000bb80`, 48000, 7, 11],
  ["7.1 with Lc and Rc of 192 kHz", `${HEAD} 08 ${RATES} 0002ee00`, 192000, 8, 7],
];

for (const [what, body, sampleRate, channels, layout] of streams) {
  Deno.test(`alac describes ${what}`, () => {
    const one = entry("alac", { alac: body }, { channels: 2, sampleRate: 1 });
    const description = alac.describe(one);
    assertEquals(description, {
      type: "audio",
      codec: "alac",
      sampleRate,
      ...layOut(channels, layout),
    });
    assertDeclared(one, description);
  });
}

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no configuration", {}, "alac: Cannot describe alac without alac"],
  ["version 1", { alac: `01${HEAD.slice(2)}` }, "alac/alac: Cannot read version 1"],
  ["0 channels", { alac: `${HEAD} 00 ${RATES} 0000bb80` }, "Cannot read 0 channels"],
  ["a rate of 0", { alac: `${HEAD} 02 ${RATES} 00000000` }, "Cannot read sample rate 0"],
  ["a truncated configuration", { alac: `${HEAD} 02` }, "Cannot read 10 bytes"],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`alac rejects ${what}`, () => {
    assertThrows(() => alac.describe(entry("alac", boxes)), MediaError, message);
  });
}
