/** What ffmpeg pushes as HLS is stored and served, every packet once, at its own time: whole broadcasts, and across restarts. */

import { type PushedChannel, pushExactly } from "./live_exact.ts";
import { pushHls } from "./live_push.ts";
import { checkRestarts } from "./live_restarts.ts";

function pushed(source: string, ...options: string[]): PushedChannel {
  return {
    source,
    push: (file, url) => pushHls(file, url, ...options).done,
    target: ".json/key/feed.m3u8",
  };
}

/** By the name of the channel. Of an open GOP, the HLS muxer of ffmpeg 5.1 moves the key frame to where the segment before ends. */
const CHANNELS: Readonly<Record<string, PushedChannel>> = {
  "closed-gop": pushed("closed-gop"),
  persistent: pushed("closed-gop", "-http_persistent", "1"),
  "short-gop": pushed("short-gop"),
  "long-gop": pushed("long-gop"),
  audio: pushed("audio"),
};

Deno.test("every packet that is pushed as HLS is stored and served once, at its own time", (t) =>
  pushExactly(t, CHANNELS));

Deno.test("HLS push goes on after its encoder and ams were killed", (t) =>
  checkRestarts(t, {
    source: "short-gop",
    push: (file, url) => pushHls(file, url, "-ignore_io_errors", "1"),
    target: ".json/key/feed.m3u8",
  }));
