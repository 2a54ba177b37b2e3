import { assertEquals } from "@std/assert";
import {
  formatBitrate,
  formatBytes,
  formatChannels,
  formatCount,
  formatDuration,
  formatFrameRate,
  formatTime,
  getCodecName,
  getLanguageName,
} from "../../lib/ui/format.js";

const table: [name: string, said: string, expected: string][] = [
  ["clock(8)", formatDuration(8), "0:08"],
  ["clock(59.6)", formatDuration(59.6), "1:00"],
  ["clock(3723)", formatDuration(3723), "1:02:03"],
  ["exactTime(12.345)", formatTime(12.345), "12.345 s"],
  ["exactTime(59.9996)", formatTime(59.9996), "1:00.000"],
  ["exactTime(3723.5)", formatTime(3723.5), "1:02:03.500"],
  ["byteSize(0)", formatBytes(0), "0 bytes"],
  ["byteSize(999)", formatBytes(999), "999 bytes"],
  ["byteSize(999.6)", formatBytes(999.6), "1.00 kB"],
  ["byteSize(99960)", formatBytes(99960), "100 kB"],
  ["byteSize(1.5e15)", formatBytes(1.5e15), "1500 TB"],
  ["bitrate(1_640_000)", formatBitrate(1_640_000), "1.64 Mbit/s"],
  ["counted(1, file)", formatCount(1, "file"), "1 file"],
  ["counted(1200, file)", formatCount(1200, "file"), "1,200 files"],
  ["languageName(en)", getLanguageName("en"), "English"],
  ["languageName(fra)", getLanguageName("fra"), "French"],
  ["languageName(pt-BR)", getLanguageName("pt-BR"), "Brazilian Portuguese"],
  ["languageName(und)", getLanguageName("und"), "no language"],
  ["languageName(<b>)", getLanguageName("<b>"), "<b>"],
  ["codecName(avc1.64001F)", getCodecName("avc1.64001F"), "H.264"],
  ["codecName(mp4a.40.2)", getCodecName("mp4a.40.2"), "AAC"],
  ["codecName(mp4a.6B)", getCodecName("mp4a.6B"), "MP3"],
  ["codecName(Opus)", getCodecName("Opus"), "Opus"],
  ["codecName(xyz1.2)", getCodecName("xyz1.2"), "xyz1.2"],
  ["codecName(toString)", getCodecName("toString"), "toString"],
  ["channels(2)", formatChannels(2), "stereo"],
  ["channels(3)", formatChannels(3), "3 channels"],
  ["framesPerSecond(30000/1001)", formatFrameRate("30000/1001"), "29.97"],
  ["framesPerSecond(25)", formatFrameRate("25"), "25"],
];

for (const [name, said, expected] of table) {
  Deno.test(`${name} is ${expected}`, () => assertEquals(said, expected));
}
