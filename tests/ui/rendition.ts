/** Builds renditions of about.json. */

import type { RenditionInfo } from "../../lib/ui/asset_info.js";

/** Builds a video rendition of 1000 ticks per second. */
export function rendition(
  { seconds, bytes }: { seconds: number[]; bytes: number[] },
): RenditionInfo {
  const times = seconds.slice(0, -1).map((time) => time * 1000);
  return {
    name: "video",
    type: "video",
    file: "video.mp4",
    language: "en",
    codec: "avc1.64001F",
    bandwidth: 1000,
    averageBandwidth: 1000,
    duration: seconds.at(-1)!,
    bytes: bytes.reduce((sum, size) => sum + size, 0),
    timescale: 1000,
    protocols: ["dash"],
    segments: { url: "v1/video/$Time$.m4s", count: bytes.length, times, seconds, bytes },
  };
}
