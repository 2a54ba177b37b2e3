import { assertEquals, assertThrows } from "@std/assert";
import { ac4 } from "../../lib/codecs/ac4.ts";
import { MediaError } from "../../lib/errors.ts";
import { assertDeclared } from "./declared.ts";
import { bytesOf, entry } from "./entry.ts";

const CICP = "urn:mpeg:mpegB:cicp:ChannelConfiguration";
const DOLBY = "tag:dolby.com,2015:dash:audio_channel_configuration:2015";

function bits(value: number, count: number): string {
  return value.toString(2).padStart(count, "0");
}

interface PresentationFields {
  version?: number;
  mdcompat?: number;
  mode?: number;
  /** Not coded by channels if undefined. */
  mask?: number;
  id?: number;
  config?: number;
}

/** ac4_presentation_v1_dsi() up to the mask, in bytes, after version and size (ETSI TS 103 190-2 §E.6, §E.10). */
function buildPresentation(fields: PresentationFields): string {
  const { version = 1, mdcompat = 0, mode = 1, mask, id, config = 31 } = fields;
  const body = bits(config, 5) + bits(mdcompat, 3) +
    (id === undefined ? "0" : "1" + bits(id, 5)) + bits(0, 19) +
    (mask === undefined ? "0" : "1" + bits(mode, 5) +
      (mode >= 11 && mode <= 14 ? bits(0, 3) : "") + bits(mask, 24));
  const padded = body.padEnd(8 * Math.ceil(body.length / 8), "0");
  return bits(version, 8) + bits(padded.length / 8, 8) + padded;
}

interface Dac4Fields {
  dsi?: number;
  bitstream?: number;
  rateCode?: number;
  program?: string;
  presentations: string[];
}

function buildDac4({ dsi = 1, bitstream = 2, rateCode = 1, ...rest }: Dac4Fields): string {
  const { program = "0", presentations } = rest;
  const head = bits(dsi, 3) + bits(bitstream, 7) + bits(rateCode, 1) + bits(2, 4) +
    bits(presentations.length, 9) + program + bits(0, 66);
  const padded = head.padEnd(8 * Math.ceil(head.length / 8), "0");
  return bytesOf(padded + presentations.join("")).toHex();
}

const STEREO = buildPresentation({ mdcompat: 0, mask: 1 });
const SURROUND = buildPresentation({ mdcompat: 3, mode: 4, mask: 0x47 });

const streams: [
  what: string,
  fields: Dac4Fields,
  codec: string,
  channels: number,
  schemeIdUri: string,
  value: string,
][] = [
  ["stereo", { presentations: [STEREO] }, "ac-4.02.01.00", 2, CICP, "2"],
  ["5.1", { presentations: [SURROUND] }, "ac-4.02.01.03", 6, CICP, "6"],
  ["several presentations", { presentations: [SURROUND, STEREO] }, "ac-4.02.01.00", 2, CICP, "2"],
  [
    "immersive stereo before its copy",
    { presentations: [buildPresentation({ version: 2, mdcompat: 0, mask: 1 }), STEREO] },
    "ac-4.02.02.00",
    2,
    CICP,
    "2",
  ],
  [
    "7.1.4 with an identifier",
    { presentations: [buildPresentation({ mdcompat: 4, mode: 12, mask: 0x7F, id: 5 })] },
    "ac-4.02.01.04",
    12,
    CICP,
    "19",
  ],
  [
    "a mask without ChannelConfiguration",
    { presentations: [buildPresentation({ mdcompat: 3, mode: 5, mask: 0x0F })] },
    "ac-4.02.01.03",
    7,
    DOLBY,
    "00000F",
  ],
  [
    "objects",
    { presentations: [buildPresentation({ mdcompat: 3 })] },
    "ac-4.02.01.03",
    6,
    DOLBY,
    "800000",
  ],
  [
    "a program with a UUID",
    { program: `1${"0".repeat(16)}1${"0".repeat(128)}`, presentations: [STEREO] },
    "ac-4.02.01.00",
    2,
    CICP,
    "2",
  ],
  [
    "a presentation of version 0 before another",
    { presentations: [buildPresentation({ version: 0, mask: 1 }), SURROUND] },
    "ac-4.02.01.03",
    6,
    CICP,
    "6",
  ],
];

for (const [what, fields, codec, channels, schemeIdUri, value] of streams) {
  Deno.test(`ac4 describes ${what}`, () => {
    const dac4 = buildDac4(fields);
    const one = entry("ac-4", { dac4 }, { channels: 6 });
    const description = ac4.describe(one);
    assertEquals(description, {
      type: "audio",
      codec,
      sampleRate: 48000,
      channels,
      ...schemeIdUri === CICP && { channelConfiguration: Number(value) },
      dashChannels: { schemeIdUri, value },
    });
    assertDeclared(one, description);
  });
}

Deno.test("ac4 describes 44.1 kHz", () => {
  const dac4 = buildDac4({ rateCode: 0, presentations: [STEREO] });
  const description = ac4.describe(entry("ac-4", { dac4 }));
  assertEquals(description.type === "audio" && description.sampleRate, 44100);
});

const broken: [what: string, boxes: Record<string, string>, message: string][] = [
  ["no dac4", {}, "ac-4: Cannot describe ac-4 without dac4"],
  [
    "ac4_dsi_version 0",
    { dac4: buildDac4({ dsi: 0, presentations: [STEREO] }) },
    "ac-4/dac4: Cannot read ac4_dsi_version 0",
  ],
  [
    "bitstream_version 1",
    { dac4: buildDac4({ bitstream: 1, presentations: [STEREO] }) },
    "Cannot read bitstream_version 1, expected at least 2",
  ],
  [
    "no presentation",
    { dac4: buildDac4({ presentations: [] }) },
    "Cannot find a presentation of version 1 or 2",
  ],
  [
    "a truncated presentation",
    { dac4: buildDac4({ presentations: [STEREO] }).slice(0, -4) },
    "dac4: Cannot skip",
  ],
];

for (const [what, boxes, message] of broken) {
  Deno.test(`ac4 rejects ${what}`, () => {
    assertThrows(() => ac4.describe(entry("ac-4", boxes)), MediaError, message);
  });
}
