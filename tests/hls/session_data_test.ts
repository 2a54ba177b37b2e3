import { assertEquals } from "@std/assert";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import { buildChaptersJson, buildSessionDataTags } from "../../lib/hls/session_data.ts";
import type { Metadata } from "../../lib/presentation/presentation.ts";
import { findAttributes, readStrictPlaylist } from "../m3u8.ts";
import { openTestdata } from "../sample_presentations.ts";

const METADATA: Metadata = {
  title: 'The "Film"',
  description: "One.\nTwo.",
  chapters: [{ start: 0, title: "A" }, { start: 1500, title: "B" }],
};

const withMetadata = (metadata: Metadata) => ({
  metadata,
  duration: { ticks: 6000, timescale: 1000 },
});

Deno.test("buildSessionDataTags() declares title, description and chapters", () => {
  assertEquals(buildSessionDataTags(withMetadata(METADATA), "?start=1"), [
    `#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.title",VALUE="The 'Film'"`,
    '#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.description",VALUE="One. Two."',
    '#EXT-X-SESSION-DATA:DATA-ID="com.apple.hls.chapters",URI="chapters.json?start=1"',
  ]);
});

Deno.test("buildSessionDataTags() declares nothing that there is not", () => {
  assertEquals(buildSessionDataTags(withMetadata({ hasPoster: true }), ""), []);
  const late = { chapters: [{ start: 6000, title: "After the end" }] };
  assertEquals(buildSessionDataTags(withMetadata(late), ""), []);
});

Deno.test("buildChaptersJson() has start, duration and title of each chapter", () => {
  assertEquals(JSON.parse(buildChaptersJson(withMetadata(METADATA))), [
    { chapter: 1, "start-time": 0, duration: 1.5, titles: [{ language: "und", title: "A" }] },
    { chapter: 2, "start-time": 1.5, duration: 4.5, titles: [{ language: "und", title: "B" }] },
  ]);
});

for (const format of ["fmp4", "ts"] as const) {
  Deno.test(`buildMultivariantPlaylist() has the session data of a file with chapters, ${format}`, async () => {
    const presentation = await openTestdata(["tone-aac-chapters.m4a"]);
    presentation.close();
    const playlist = readStrictPlaylist(buildMultivariantPlaylist(presentation, format));
    assertEquals(findAttributes(playlist, "EXT-X-SESSION-DATA"), [
      { "DATA-ID": "com.apple.hls.chapters", URI: "chapters.json" },
    ]);
  });
}
