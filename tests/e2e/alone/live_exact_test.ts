/**
 * What encoders push is in the archive, in the segments of DASH, HLS and MPEG-TS as a viewer downloaded them while they grew, and in
 * what is listed after the end: every packet once, at its own time.
 */

import { type PushedChannel, pushExactly } from "../live_exact.ts";
import { pushCmaf, pushFragmented, pushSmooth } from "../live_push.ts";

const long = (file: string, url: string) => pushFragmented(file, url).done;
const smooth = (file: string, url: string) => pushSmooth(file, url).done;

const FEED = ".json/key/feed";

/** By the name of the channel. */
const CHANNELS: Readonly<Record<string, PushedChannel>> = {
  "open-gop": { source: "open-gop", push: long, target: FEED },
  "short-gop": { source: "short-gop", push: pushCmaf, target: FEED },
  "long-gop": { source: "long-gop", push: long, target: FEED },
  hevc: { source: "hevc", push: long, target: FEED },
  "hevc-cmaf": { source: "hevc", push: pushCmaf, target: FEED },
  audio: { source: "audio", push: long, target: FEED },
  ladder: { source: "ladder", push: long, target: FEED },
  smooth: { source: "open-gop", push: smooth, target: ".isml/key/Streams(feed)" },
};

Deno.test("every packet that is pushed is stored and served once, at its own time", (t) =>
  pushExactly(t, CHANNELS));
