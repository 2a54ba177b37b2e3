import { assertEquals } from "@std/assert";
import { formatStatistics } from "../../lib/ui/statistics.js";

const PLAYING = {
  names: ["video=400000", "audio"],
  width: 640,
  height: 360,
  bitrate: 464_000,
  bandwidth: 12_300_000,
  buffer: 9.96,
  decoded: 1250,
  dropped: 3,
};

Deno.test("formatStatistics() names rendition, bitrate, buffer and dropped frames", () => {
  assertEquals(formatStatistics(PLAYING), [
    ["Playing", "video=400000, audio"],
    ["Size", "640×360"],
    ["Bitrate", "464 kbit/s"],
    ["Bandwidth", "12.3 Mbit/s (estimate)"],
    ["Buffer", "10.0 s"],
    ["Frames", "1,250 frames, 3 dropped"],
  ]);
});

Deno.test("formatStatistics() adds the latency of a channel", () => {
  assertEquals(formatStatistics({ ...PLAYING, latency: 6.04 }).at(-1), ["Latency", "6.0 s"]);
});

Deno.test("formatStatistics() leaves out what is not known yet", () => {
  const unknown = { bitrate: NaN, bandwidth: NaN, decoded: NaN, dropped: NaN, latency: NaN };
  const rows = formatStatistics({ names: [], width: 0, height: 0, buffer: 0, ...unknown });
  assertEquals(rows, [["Buffer", "0.0 s"]]);
});

Deno.test("formatStatistics() of audio has no frames", () => {
  const rows = formatStatistics({ ...PLAYING, width: 0, height: 0, decoded: 0, dropped: 0 });
  assertEquals(rows.map(([name]) => name), ["Playing", "Bitrate", "Bandwidth", "Buffer"]);
});
