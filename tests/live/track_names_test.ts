import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { FragmentReader } from "../../lib/live/fragments.ts";
import type { LiveInit } from "../../lib/live/live_init.ts";
import { checkTrackNames, nameTracks } from "../../lib/live/track_names.ts";
import { Encoder } from "./encoder.ts";

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
    assertEquals(nameTracks(stream, tracks), expected);
  });
}

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
});
