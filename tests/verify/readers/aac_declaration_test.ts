import { assertEquals } from "@std/assert";
import { readAacDeclarations } from "../../../lib/verify/readers/aac_declaration.ts";
import { bytesOf, hex } from "../../codecs/entry.ts";

/** Codec strings without their start, channels and sample rate of what samples may decode to. */
const cases: [what: string, config: Uint8Array, expected: string[]][] = [
  ["AAC-LC of 48 kHz", hex("1190"), ["2 2 48000"]],
  ["AAC-LC of 24 kHz, which may have SBR", hex("1310"), ["2 2 24000", "5 2 48000"]],
  ["mono, which may have parametric stereo", hex("1308"), ["2 1 24000", "5 1 48000", "29 2 48000"]],
  ["SBR signalled as absent", hex("1310 56e500"), ["2 2 24000"]],
  ["backward compatible SBR", hex("1310 56e598"), ["5 2 48000"]],
  ["backward compatible parametric stereo", hex("1308 56e59d4880"), ["29 2 48000"]],
  ["hierarchical SBR", hex("2b118800"), ["5 2 48000"]],
  ["hierarchical parametric stereo", hex("eb098800"), ["29 2 48000"]],
  [
    "a rate of its own",
    bytesOf("00010" + "1111" + (96000).toString(2).padStart(24, "0") + "0010" + "000"),
    ["2 2 96000"],
  ],
  ["xHE-AAC", bytesOf("11111" + "001010" + "0011" + "0001"), ["42 1 48000"]],
];

for (const [what, config, expected] of cases) {
  Deno.test(`readAacDeclarations() reads ${what}`, () => {
    const declarations = readAacDeclarations(config).map(({ codec, channels, sampleRate }) =>
      `${codec.slice("mp4a.40.".length)} ${channels} ${sampleRate}`
    );
    assertEquals(declarations, expected);
  });
}

Deno.test("readAacDeclarations() counts the channels of a program_config_element", () => {
  const counts = "0001" + "0001" + "0000" + "01" + "000" + "0000"; // front, side, back, lfe, data, coupled
  const elements = "1" + "0000" + "0" + "0001" + "0000";
  const config = "00010" + "0011" + "0000" + "000" + "0000" + "00" + "0011" + counts + "000" +
    elements;
  const padded = config.padEnd(8 * Math.ceil(config.length / 8), "0") + "00000000";
  assertEquals(readAacDeclarations(bytesOf(padded)), [
    { codec: "mp4a.40.2", channels: 4, sampleRate: 48000 },
  ]);
});
