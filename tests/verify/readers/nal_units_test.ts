import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import {
  readNalConfiguration,
  splitByteStream,
  splitSample,
} from "../../../lib/verify/readers/nal_units.ts";
import { entry, hex } from "../../codecs/entry.ts";

const AVCC = "01 64001f ff  e2 0002 6764 0001 67  01 0001 68"; // 2 SPS, 1 PPS
const HVCC =
  `01 01 60000000 900000000000 5d f000 fc fd f8 f8 0000  fd  05  # lengthSizeMinusOne, numOfArrays
  a2 0001 0002 4401  27 0001 0001 4e  a0 0001 0002 4001  a1 0002 0001 42 0002 4201  a0 0001 0000`;

const configurations: [box: string, body: string, lengthSize: number, sets: string[]][] = [
  ["avcC", AVCC, 4, ["6764", "67", "68"]],
  ["avcC", "01 64001f ff  e1 0003 676400  01 0002 6800", 4, ["6764", "68"]], // sets that end with zeros
  ["hvcC", HVCC, 2, ["4001", "42", "4201", "4401"]], // VPS, SPS, PPS; without SEI and the empty VPS
];

for (const [box, body, lengthSize, sets] of configurations) {
  Deno.test(`readNalConfiguration() reads ${box} ${body}`, () => {
    const configuration = readNalConfiguration(entry("test", { [box]: body }))!;
    const got = configuration.parameterSets.map((set) => set.toHex());
    assertEquals([configuration.lengthSize, got], [lengthSize, sets]);
  });
}

Deno.test("readNalConfiguration() reads nothing of other codecs", () => {
  assertEquals(readNalConfiguration(entry("av01", { av1C: "81000c00" })), undefined);
});

Deno.test("readNalConfiguration() rejects parameter sets that are longer than the box", () => {
  const avc1 = entry("avc1", { avcC: "01 64001f ff  e1 0009 6764" });
  const message = "Cannot read 9 bytes where 2 are left";
  assertThrows(() => readNalConfiguration(avc1), MediaError, message);
});

const streams: [bytes: string, nals: string[]][] = [
  ["000001 09f0 00000001 6764 000001 6588", ["09f0", "6764", "6588"]],
  ["000001 65 0000 03 01 000001 61", ["6500000301", "61"]], // emulation prevention
  ["000001 6500 000000 000001 61 0000", ["65", "61"]], // trailing zeros
  ["aa0001 000001 65", ["65"]],
  ["", []],
];

for (const [bytes, nals] of streams) {
  Deno.test(`splitByteStream() splits ${bytes || "no bytes"}`, () => {
    assertEquals(splitByteStream(hex(bytes)).map((nal) => nal.toHex()), nals);
  });
}

const samples: [codec: "avcC" | "hvcC", bytes: string, nals: string[]][] = [
  ["avcC", "00000002 09f0 00000002 6588 00000000 00000001 61", ["6588", "61"]],
  ["hvcC", "0003 460150 0003 260180 0002 2700", ["260180", "27"]], // a delimiter; trailing zeros
  ["avcC", "00000009 6588", ["6588"]], // longer than the sample
];

for (const [box, bytes, nals] of samples) {
  Deno.test(`splitSample() splits ${bytes} by ${box}`, () => {
    const body = box === "avcC" ? AVCC : HVCC;
    const configuration = readNalConfiguration(entry("test", { [box]: body }))!;
    assertEquals(splitSample(hex(bytes), configuration).map((nal) => nal.toHex()), nals);
  });
}
