import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { FragmentReader } from "../../../lib/live/media/fragments.ts";
import type { LiveInit } from "../../../lib/live/media/live_init.ts";
import { checkTrackNames, nameTracks } from "../../../lib/live/segmenter/track_names.ts";
import { Encoder } from "../encoder.ts";

const [video, audio] = [{ type: "video" }, { type: "audio" }] as const;

const names: [stream: string, tracks: (typeof video | typeof audio)[], names: string[]][] = [
  ["feed", [video], ["feed"]],
  ["feed", [audio], ["feed"]],
  ["feed", [video, audio, audio], ["feed-video", "feed-audio", "feed-audio-2"]],
  ["a b", [video], ["a-b"]],
  ["ts", [audio], ["ts-audio"]],
  ["index", [video], ["index-video"]],
  ["__proto__", [video], ["__proto__-video"]],
  ["TS", [video], ["TS"]],
];

for (const [stream, tracks, expected] of names) {
  Deno.test(`nameTracks() names ${tracks.length} tracks of ${stream}`, () => {
    const byId = new Map(tracks.map((track, i) => [i + 1, track]));
    assertEquals(nameTracks(stream, { tracks: byId }), expected);
  });
}

Deno.test("nameTracks() names tracks as the init segment does, also one alone", () => {
  const names = new Map([[1, "video"], [2, "audio"], [3, "video-1"]]);
  const tracks = new Map([video, audio, video].map((track, i) => [i + 1, track]));
  assertEquals(nameTracks("feed", { tracks, names }), ["feed-video", "feed-audio", "feed-video-1"]);
  assertEquals(nameTracks("feed", { tracks: new Map([[2, audio]]), names }), ["feed-audio"]);
  assertEquals(nameTracks("feed", { tracks: new Map([[9, audio]]), names }), ["feed-audio"]);
});

function readInit(encoder: Encoder): LiveInit {
  const [item] = new FragmentReader().push(encoder.init);
  return (item as { init: LiveInit }).init;
}

Deno.test("checkTrackNames() rejects a second rendition of a name", () => {
  const [both, one] = [readInit(new Encoder()), readInit(new Encoder({ tracks: ["video"] }))];
  const known = new Map([["feed", both]]);
  checkTrackNames("feed", one, known);
  checkTrackNames("other", both, known);
  assertThrows(() => checkTrackNames("Feed", both, known), MediaError, "'feed-video', too");
  assertThrows(() => checkTrackNames("feed-video", one, known), MediaError, "stream 'feed'");
  const named = { ...one, names: new Map([[1, "video"]]) };
  assertThrows(() => checkTrackNames("FEED", named, known), MediaError, "'feed-video', too");
});
