import { assertEquals } from "@std/assert";
import {
  bitrate,
  byteSize,
  channels,
  clock,
  codecName,
  counted,
  exactTime,
  framesPerSecond,
  languageName,
} from "../../lib/ui/format.js";

const table: [name: string, said: string, expected: string][] = [
  ["clock(8)", clock(8), "0:08"],
  ["clock(59.6)", clock(59.6), "1:00"],
  ["clock(3723)", clock(3723), "1:02:03"],
  ["exactTime(12.345)", exactTime(12.345), "12.345 s"],
  ["exactTime(59.9996)", exactTime(59.9996), "1:00.000"],
  ["exactTime(3723.5)", exactTime(3723.5), "1:02:03.500"],
  ["byteSize(0)", byteSize(0), "0 bytes"],
  ["byteSize(999)", byteSize(999), "999 bytes"],
  ["byteSize(999.6)", byteSize(999.6), "1.00 kB"],
  ["byteSize(99960)", byteSize(99960), "100 kB"],
  ["byteSize(1.5e15)", byteSize(1.5e15), "1500 TB"],
  ["bitrate(1_640_000)", bitrate(1_640_000), "1.64 Mbit/s"],
  ["counted(1, file)", counted(1, "file"), "1 file"],
  ["counted(1200, file)", counted(1200, "file"), "1,200 files"],
  ["languageName(en)", languageName("en"), "English"],
  ["languageName(fra)", languageName("fra"), "French"],
  ["languageName(pt-BR)", languageName("pt-BR"), "Brazilian Portuguese"],
  ["languageName(und)", languageName("und"), "no language"],
  ["languageName(<b>)", languageName("<b>"), "<b>"],
  ["codecName(avc1.64001F)", codecName("avc1.64001F"), "H.264"],
  ["codecName(mp4a.40.2)", codecName("mp4a.40.2"), "AAC"],
  ["codecName(mp4a.6B)", codecName("mp4a.6B"), "MP3"],
  ["codecName(Opus)", codecName("Opus"), "Opus"],
  ["codecName(xyz1.2)", codecName("xyz1.2"), "xyz1.2"],
  ["codecName(toString)", codecName("toString"), "toString"],
  ["channels(2)", channels(2), "stereo"],
  ["channels(3)", channels(3), "3 channels"],
  ["framesPerSecond(30000/1001)", framesPerSecond("30000/1001"), "29.97"],
  ["framesPerSecond(25)", framesPerSecond("25"), "25"],
];

for (const [name, said, expected] of table) {
  Deno.test(`${name} is ${expected}`, () => assertEquals(said, expected));
}
