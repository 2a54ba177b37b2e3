import { assertEquals } from "@std/assert";
import {
  formatDurations,
  formatMediaPlaylist,
  formatPlaylist,
  formatTag,
  NO_UPDATES,
  type PlaylistUpdates,
  quote,
} from "../../lib/hls/m3u8.ts";

Deno.test("quote() replaces quotes, line breaks and control characters (RFC 8216bis §4.1, §4.2)", () => {
  assertEquals(quote(`say "hi"\r\nthere`), `"say 'hi' there"`);
  assertEquals(quote("a\0b\tc\x7Fd\x85\x9Fe"), `"a b c d e"`);
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

const types: [name: string, updates: PlaylistUpdates, lines: string][] = [
  ["never changes", NO_UPDATES, "#EXT-X-PLAYLIST-TYPE:VOD\nx\n#EXT-X-ENDLIST\n"],
  ["grows", { type: "EVENT", isOver: false }, "#EXT-X-PLAYLIST-TYPE:EVENT\nx\n"],
  ["has a window", { type: undefined, isOver: false }, "x\n"],
];

for (const [what, updates, lines] of types) {
  Deno.test(`formatMediaPlaylist() declares the type of a playlist that ${what} (§4.4.3.5)`, () => {
    const header = { version: 6, targetDuration: 2, sequence: 3 };
    assertEquals(
      formatMediaPlaylist(updates, header, ["x"]),
      `#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:3\n${lines}`,
    );
  });
}
