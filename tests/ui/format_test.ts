import { assertEquals } from "@std/assert";
import {
  formatBitrate,
  formatBytes,
  formatChannels,
  formatCount,
  formatDuration,
  formatFrameRate,
  formatLanguage,
  formatTime,
  getCodecName,
} from "../../lib/ui/format.js";

const table: [name: string, actual: string, expected: string][] = [
  ["formatDuration(8)", formatDuration(8), "0:08"],
  ["formatDuration(59.6)", formatDuration(59.6), "1:00"],
  ["formatDuration(3723)", formatDuration(3723), "1:02:03"],
  ["formatTime(12.345)", formatTime(12.345), "12.345 s"],
  ["formatTime(59.9996)", formatTime(59.9996), "1:00.000"],
  ["formatTime(3723.5)", formatTime(3723.5), "1:02:03.500"],
  ["formatBytes(0)", formatBytes(0), "0 bytes"],
  ["formatBytes(999)", formatBytes(999), "999 bytes"],
  ["formatBytes(999.6)", formatBytes(999.6), "1.00 kB"],
  ["formatBytes(99960)", formatBytes(99960), "100 kB"],
  ["formatBytes(1.5e15)", formatBytes(1.5e15), "1500 TB"],
  ["formatBitrate(1_640_000)", formatBitrate(1_640_000), "1.64 Mbit/s"],
  ["formatCount(1, file)", formatCount(1, "file"), "1 file"],
  ["formatCount(1200, file)", formatCount(1200, "file"), "1,200 files"],
  ["formatCount(2, entry, entries)", formatCount(2, "entry", "entries"), "2 entries"],
  ["getLanguageName(en)", formatLanguage("en"), "English"],
  ["getLanguageName(fra)", formatLanguage("fra"), "French"],
  ["getLanguageName(pt-BR)", formatLanguage("pt-BR"), "Brazilian Portuguese"],
  ["getLanguageName(und)", formatLanguage("und"), "no language"],
  ["getLanguageName(<b>)", formatLanguage("<b>"), "<b>"],
  ["getCodecName(avc1.64001F)", getCodecName("avc1.64001F"), "H.264"],
  ["getCodecName(mp4a.40.2)", getCodecName("mp4a.40.2"), "AAC"],
  ["getCodecName(mp4a.6B)", getCodecName("mp4a.6B"), "MP3"],
  ["getCodecName(Opus)", getCodecName("Opus"), "Opus"],
  ["getCodecName(vvc1.1.L51.CQA)", getCodecName("vvc1.1.L51.CQA"), "VVC"],
  ["getCodecName(ac-4.02.01.03)", getCodecName("ac-4.02.01.03"), "AC-4"],
  ["getCodecName(mhm1.0x0D)", getCodecName("mhm1.0x0D"), "MPEG-H Audio"],
  ["getCodecName(iamf.000.000.Opus)", getCodecName("iamf.000.000.Opus"), "Immersive Audio"],
  ["getCodecName(xyz1.2)", getCodecName("xyz1.2"), "xyz1.2"],
  ["getCodecName(toString)", getCodecName("toString"), "toString"],
  ["formatChannels(2)", formatChannels(2), "stereo"],
  ["formatChannels(3)", formatChannels(3), "3 channels"],
  ["formatFrameRate(30000/1001)", formatFrameRate("30000/1001"), "29.97"],
  ["formatFrameRate(25)", formatFrameRate("25"), "25"],
];

for (const [name, actual, expected] of table) {
  Deno.test(`${name} is ${expected}`, () => assertEquals(actual, expected));
}
