import { assertEquals } from "@std/assert";
import type { SampleEntry } from "../../../lib/mp4/sample_entry.ts";
import {
  readNalConfiguration,
  splitByteStream,
  splitSample,
} from "../../../lib/verify/readers/nal_units.ts";

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(" ", ""));

function entry(type: string, body: string): SampleEntry {
  return { boxes: new Map([[type, hex(body)]]) } as unknown as SampleEntry;
}

const streams: [stream: string, nals: string[]][] = [
  ["000001 6742 000001 68ce", ["6742", "68ce"]],
  ["00000001 09f0 0000 000001 6588", ["09f0", "6588"]],
  ["000001 65 000003 01 0000", ["6500000301"]],
  ["6742", []],
];

for (const [stream, nals] of streams) {
  Deno.test(`splitByteStream() splits ${stream}`, () => {
    assertEquals(splitByteStream(hex(stream)), nals.map(hex));
  });
}

Deno.test("readNalConfiguration() reads avcC, and splitSample() uses it", () => {
  const avc = readNalConfiguration(entry("avcC", "01 42c01e fd e1 0002 6742 01 0001 68"))!;
  assertEquals([avc.lengthSize, avc.parameterSets], [2, [hex("6742"), hex("68")]]);
  const sample = hex("0002 09f0 0003 658800 0000");
  assertEquals(splitSample(sample, avc), [hex("6588")]); // without the delimiter and the zero
});

Deno.test("readNalConfiguration() sorts the arrays of hvcC by type", () => {
  const arrays = "03 21 0001 0002 4201 22 0001 0001 44 20 0001 0001 40";
  const hevc = readNalConfiguration(entry("hvcC", "00".repeat(21) + "0f" + arrays))!;
  assertEquals([hevc.lengthSize, hevc.parameterSets], [4, [hex("40"), hex("4201"), hex("44")]]);
  assertEquals([hevc.isDelimiter(hex("4601")), hevc.isDelimiter(hex("4001"))], [true, false]);
});

Deno.test("readNalConfiguration() returns undefined for other codecs", () => {
  assertEquals(readNalConfiguration(entry("av1C", "81")), undefined);
});
