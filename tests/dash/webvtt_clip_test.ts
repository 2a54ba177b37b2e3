import { assertEquals } from "@std/assert";
import { planWebvttClip } from "../../lib/dash/webvtt_clip.ts";
import { buildSubtitles } from "../presentation/synthetic_subtitles.ts";

const TEXT = `WEBVTT - a title
Kind: captions
X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:183003

NOTE for all

STYLE
::cue(b) { color: red }

NOTE of the first

1
00:00:00.500 --> 00:00:01.500 line:0 align:start
gone

00:00:01.500 --> 00:00:02.500
ends just then

NOTE of the third

3
00:00:02.000 --> 01:00:03.250 line:0
over it <00:00:02.250>early <00:02.750>just after <01:00:02.500>late <0:1>odd

00:00:02.500 --> 00:00:02.500
no time at all

00:00:10.000 --> 00:00:12.345
last

NOTE at the end
`;

/** The cues from 2.5 s on; times are 2.5 s less. */
const FROM = `WEBVTT - a title
Kind: captions

STYLE
::cue(b) { color: red }

NOTE of the third

3
00:00:00.000 --> 01:00:00.750 line:0
over it <00:00:00.000>early <00:00:00.250>just after <01:00:00.000>late <0:1>odd

00:00:00.000 --> 00:00:00.000
no time at all

00:00:07.500 --> 00:00:09.845
last

NOTE at the end
`;

function textOf(source: string, time: number): string {
  const { type, header, ranges, transform } = planWebvttClip(
    buildSubtitles(source, [0, 12.345]),
    time,
  );
  assertEquals([type, ranges, transform], ["text/vtt", [], undefined]);
  return new TextDecoder().decode(header);
}

Deno.test("planWebvttClip() subtracts the start of the clip", () => {
  assertEquals(textOf(TEXT, 2.5 * 90000), FROM);
});

Deno.test("planWebvttClip() rounds to the millisecond", () => {
  const text = textOf(TEXT, 1.5 * 90000 + 50); // 0.56 ms
  assertEquals(text.includes("00:00:00.000 --> 00:00:00.999"), true, text);
});

Deno.test("planWebvttClip() returns a header only after the last cue", () => {
  const source = "WEBVTT\n\n00:00:00.500 --> 00:00:01.500\ngone\n";
  assertEquals(textOf(source, 9 * 90000), "WEBVTT\n");
});
