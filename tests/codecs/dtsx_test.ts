import { assertEquals, assertThrows } from "@std/assert";
import { dtsx } from "../../lib/codecs/dtsx.ts";
import { MediaError } from "../../lib/errors.ts";
import { assertDeclared } from "./declared.ts";
import { entry } from "./entry.ts";

const SCHEME = "tag:dts.com,2018:uhd:audio_channel_configuration";
const COUNT = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

const streams: [
  what: string,
  udts: string,
  rate: number,
  channels: number,
  scheme: string,
  value: string,
][] = [
  ["5.1, as shaka-packager's test has it", "0120 0000003f 8000", 48000, 6, SCHEME, "0000003F"],
  ["44.1 kHz", "0120 0000003f 0000", 44100, 6, SCHEME, "0000003F"],
  ["96 kHz", "0120 0000003f a000", 96000, 6, SCHEME, "0000003F"],
  ["the highest speaker", "0120 8000003f 8000", 48000, 7, SCHEME, "8000003F"],
  ["no mask", "0120 00000000 8000", 48000, 2, COUNT, "2"],
];

for (const [what, udts, sampleRate, channels, schemeIdUri, value] of streams) {
  Deno.test(`dtsx describes ${what}`, () => {
    const one = entry("dtsx", { udts }, { channels: 2 });
    const description = dtsx.describe(one);
    assertEquals(description, {
      type: "audio",
      codec: "dtsx",
      sampleRate,
      channels,
      dashChannels: { schemeIdUri, value },
    });
    assertDeclared(one, description);
  });
}

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no udts", {}, "dtsx: Cannot describe dtsx without udts"],
  ["a truncated udts", { udts: "0120 0000" }, "dtsx/udts: Cannot read 32 bits where 16 are left"],
  ["no channels", { udts: "0120 00000000 8000" }, "Cannot describe dtsx: it does not declare"],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`dtsx rejects ${what}`, () => {
    assertThrows(() => dtsx.describe(entry("dtsx", boxes)), MediaError, message);
  });
}
