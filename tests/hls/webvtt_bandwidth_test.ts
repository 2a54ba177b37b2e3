import { assertEquals, assertLess } from "@std/assert";
import { computeWebvttSizes } from "../../lib/hls/webvtt_bandwidth.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import { planWebvttSegment } from "../../lib/hls/webvtt_segment.ts";
import type { SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { parseWebvtt } from "../../lib/subtitles/webvtt.ts";
import { findAttributes, readStrictPlaylist } from "../m3u8.ts";
import { openTestdata } from "../sample_presentations.ts";

const TEXT = `WEBVTT - título
Kind: captions

STYLE
::cue { color: red }

NOTE before the first cue

a
00:00:00.000 --> 00:00:01.000 line:0
é

NOTE of a cue of two segments

00:00:01.500 --> 00:00:04.001
in two

00:00:04.000 --> 00:00:04.000
no duration

00:00:06.000 --> 00:00:08.000
to a boundary

00:00:20.000 --> 1000:00:21.000 align:left
after the end

NOTE at the end
`;

const TIMES: [name: string, times: number[], timescale: number][] = [
  ["segments of 2 s", [0, 2, 4, 6, 8, 10], 1],
  ["one segment", [0, 10], 1],
  ["frames of 30000/1001", [0, 60060, 120120, 180180, 300300], 30000],
  ["a cue that starts before the segments of its end", [0, 4001, 4002, 9000], 1000],
];

for (const [name, times, timescale] of TIMES) {
  Deno.test(`computeWebvttSizes() computes the bytes of planWebvttSegment(): ${name}`, () => {
    const webvtt = parseWebvtt(new TextEncoder().encode(TEXT));
    const rendition = { webvtt, times: Float64Array.from(times), timescale } as SubtitleRendition;
    for (const format of ["fmp4", "ts"] as const) {
      const built = times.slice(1).map((_, i) => planWebvttSegment(rendition, i, format).header);
      const sizes = computeWebvttSizes(rendition, format);
      assertEquals(sizes.map(({ bytes }) => bytes), built.map((bytes) => bytes.length));
      assertEquals(
        sizes.map(({ seconds }) => seconds),
        times.slice(1).map((time, i) => (time - times[i]!) / timescale),
      );
    }
  });
}

Deno.test("buildMultivariantPlaylist() adds the bandwidth of WebVTT segments", async () => {
  const presentation = await openTestdata(["ladder-avc-240p.mp4", "ladder-vtt-eng.vtt"]);
  presentation.close();
  const [video, text] = [...presentation.renditions.values()];
  const { uris } = readStrictPlaylist(buildMultivariantPlaylist(presentation, "fmp4"));
  assertEquals(uris.length, 1);
  const sizes = computeWebvttSizes(text as SubtitleRendition, "fmp4");
  const [bytes, seconds] = [
    sizes.reduce((sum, size) => sum + size.bytes, 0),
    sizes.reduce((sum, size) => sum + size.seconds, 0),
  ];
  const [attributes] = findAttributes(
    readStrictPlaylist(buildMultivariantPlaylist(presentation, "fmp4")),
    "EXT-X-STREAM-INF",
  );
  const average = Number(attributes!["AVERAGE-BANDWIDTH"]) -
    (video as { averageBandwidth: number }).averageBandwidth;
  assertEquals(average, Math.ceil(8 * bytes / seconds));
  assertLess((text as SubtitleRendition).averageBandwidth, average); // each segment repeats the header
});
