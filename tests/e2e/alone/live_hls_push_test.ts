/** What ffmpeg pushes as HLS is stored and served, every packet once, at its own time: whole broadcasts, and across restarts. */

import { assertEquals } from "@std/assert";
import { readPeriods } from "../../mpd.ts";
import { type PushedChannel, pushExactly } from "../live_exact.ts";
import type { SourceTrack } from "../live_packets.ts";
import { pushHls } from "../live_push.ts";
import { checkRestarts } from "../live_restarts.ts";
import type { LiveViewer } from "../live_viewer.ts";

function pushed(source: string, ...options: string[]): PushedChannel {
  return {
    source,
    push: (file, url) => pushHls(file, url, ...options).done,
    target: ".json/key/feed.m3u8",
  };
}

/** A playlist for each track, named `feed-0`, `feed-1` …, and the languages in the multivariant playlist. */
const LADDER: PushedChannel = {
  ...pushed(
    "ladder",
    ...[
      "-var_stream_map",
      "v:0,agroup:a v:1,agroup:a v:2,agroup:a " +
      "a:0,agroup:a,language:eng,default:yes a:1,agroup:a,language:fra",
    ],
    ...["-master_pl_name", "main.m3u8", "-hls_flags", "delete_segments", "-hls_list_size", "3"],
  ),
  target: ".json/key/feed-%v.m3u8",
  getName: ({ position }: SourceTrack) => `feed-${position}`,
  check: checkLanguages,
};

/** By the name of the channel. Of an open GOP, the HLS muxer of ffmpeg 5.1 moves the key frame to where the segment before ends. */
const CHANNELS: Readonly<Record<string, PushedChannel>> = {
  "closed-gop": pushed("closed-gop"),
  persistent: pushed("closed-gop", "-http_persistent", "1"),
  "short-gop": pushed("short-gop"),
  "long-gop": pushed("long-gop"),
  audio: pushed("audio"),
  ladder: LADDER,
};

Deno.test("every packet that is pushed as HLS is stored and served once, at its own time", (t) =>
  pushExactly(t, CHANNELS));

/** The manifests of ams have the languages of the multivariant playlist that was pushed. */
function checkLanguages({ mpds }: LiveViewer): void {
  const [period] = readPeriods(mpds.at(-1)!, "http://localhost/.mpd");
  const audio = period!.representations.filter(({ mimeType }) => mimeType === "audio/mp4");
  assertEquals(audio.map(({ id, language }) => [id, language]), [
    ["feed-3", "en"],
    ["feed-4", "fr"],
  ]);
}

Deno.test("HLS push goes on after its encoder and ams were killed", (t) =>
  checkRestarts(t, {
    source: "short-gop",
    push: (file, url) => pushHls(file, url, "-ignore_io_errors", "1"),
    target: ".json/key/feed.m3u8",
  }));
