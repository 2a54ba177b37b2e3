import { assertEquals } from "@std/assert";
import { formatDurations, formatPlaylist, formatTag, quote } from "../../lib/hls/m3u8.ts";

Deno.test("quote() replaces quotes and line breaks (RFC 8216bis §4.2)", () => {
  assertEquals(quote(`say "hi"\r\nthere`), `"say 'hi' there"`);
});

Deno.test("formatTag() omits undefined attributes", () => {
  assertEquals(
    formatTag("EXT-X-MEDIA", { TYPE: "AUDIO", LANGUAGE: undefined, N: 0 }),
    "#EXT-X-MEDIA:TYPE=AUDIO,N=0",
  );
});

Deno.test("formatPlaylist() starts with EXTM3U and the version (§4.4.1)", () => {
  assertEquals(
    formatPlaylist(6, ["#EXT-X-ENDLIST"]),
    "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-ENDLIST\n",
  );
});

Deno.test("formatDurations() returns durations that add up to each time", () => {
  const times = Array.from({ length: 20000 }, (_, i) => i * 1001 * 250);
  const durations = formatDurations(times, 30000);
  let sum = 0;
  for (const [i, duration] of durations.entries()) {
    sum += Number(duration);
    assertEquals(Math.abs(sum - times[i + 1]! / 30000) < 1e-6, true);
  }
});
