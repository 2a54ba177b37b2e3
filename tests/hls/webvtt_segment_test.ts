import { assert, assertEquals } from "@std/assert";
import type { SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { planWebvttSegment } from "../../lib/hls/webvtt_segment.ts";
import { formatWebvtt, parseWebvtt, type Webvtt } from "../../lib/subtitles/webvtt.ts";
import { buildSubtitles } from "../presentation/synthetic_subtitles.ts";
import { openTestdata } from "../sample_presentations.ts";

const TEXT = `WEBVTT - a title
Kind: captions
X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:183003

NOTE for all

STYLE
::cue(b) { color: red }

REGION
id:top
lines:2

NOTE of the first

1
00:00:00.500 --> 00:00:01.500 line:0 align:start region:top
<b>One</b>

NOTE of the second

crosses
00:00:01.900 --> 00:00:02.100
Two,
in two lines

00:00:02.000 --> 00:00:02.000
no time at all

00:00:04.000 --> 00:00:06.000
from boundary to boundary

00:00:03.000 --> 00:00:09.000
long, and out of order

00:00:08.500 --> 00:00:20.000
past the end

00:00:30.000 --> 00:00:31.000
wholly behind the end

NOTE at the end
`;

/** Subtitles in segments of 2 s, 10 s in total. */
function rendition(source = TEXT): SubtitleRendition {
  return buildSubtitles(source, [0, 2, 4, 6, 8, 10]);
}

function textOf(text: SubtitleRendition, index: number, format: "fmp4" | "ts" = "fmp4"): string {
  return new TextDecoder().decode(planWebvttSegment(text, index, format).header);
}

/** Parses a segment as a player does; it must have no errors. */
function parsed(text: SubtitleRendition, index: number): Webvtt {
  const read = parseWebvtt(planWebvttSegment(text, index, "fmp4").header);
  assertEquals(read.warnings, []);
  return read;
}

const firstLines = (text: Webvtt) => text.cues.map((cue) => cue.text.split("\n")[0]);

const shown: [index: number, cues: string[]][] = [
  [0, ["<b>One</b>", "Two,"]],
  [1, ["Two,", "no time at all", "long, and out of order"]],
  [2, ["from boundary to boundary", "long, and out of order"]],
  [3, ["long, and out of order"]],
  [4, ["long, and out of order", "past the end", "wholly behind the end"]],
];

for (const [index, cues] of shown) {
  Deno.test(`planWebvttSegment() contains the cues shown in segment ${index}`, () => {
    assertEquals(firstLines(parsed(rendition(), index)), cues);
  });
}

const notes: [index: number, notes: string[]][] = [
  [0, ["NOTE for all", "NOTE of the first", "NOTE of the second"]],
  [1, ["NOTE of the second"]],
  [2, []],
  [3, []],
  [4, ["NOTE at the end"]],
];

for (const [index, expected] of notes) {
  Deno.test(`planWebvttSegment() retains the notes of the cues in segment ${index}`, () => {
    const { blocks } = parsed(rendition(), index);
    assertEquals(blocks.filter(({ type }) => type === "note").map(({ text }) => text), expected);
  });
}

Deno.test("planWebvttSegment() has styles and regions in each segment, before all cues", () => {
  const text = rendition();
  const expected = text.webvtt.blocks.filter(({ type }) => type !== "note").map(({ text }) => text);
  assertEquals(expected.length, 2);
  for (let i = 0; i < 5; i++) {
    const blocks = parsed(text, i).blocks.filter(({ type }) => type !== "note");
    assertEquals(blocks.map(({ text }) => text), expected);
    assert(blocks.every(({ before }) => before === 0));
  }
});

Deno.test("planWebvttSegment() retains the position of a note", () => {
  const { blocks, cues } = parsed(rendition(), 0);
  const note = blocks.find(({ text }) => text === "NOTE of the second")!;
  assertEquals(cues[note.before]!.id, "crosses");
});

Deno.test("planWebvttSegment() does not change cues", () => {
  const text = rendition();
  const got = [0, 1, 2, 3, 4].flatMap((i) => parsed(text, i).cues);
  const unique = new Map(got.map((cue) => [JSON.stringify(cue), cue]));
  const sort = (cues: Iterable<unknown>) => [...cues].map((cue) => JSON.stringify(cue)).sort();
  assertEquals(sort(unique.values()), sort(text.webvtt.cues));
  assertEquals(parsed(text, 0).cues[0], {
    start: 500,
    end: 1500,
    id: "1",
    settings: "line:0 align:start region:top",
    text: "<b>One</b>",
  });
});

const maps = [["fmp4", 0], ["ts", 900000]] as const;

for (const [format, mpegts] of maps) {
  Deno.test(`planWebvttSegment() maps time 0 of ${format} with X-TIMESTAMP-MAP`, () => {
    for (let i = 0; i < 5; i++) {
      const [head] = textOf(rendition(), i, format).split("\n\n");
      assertEquals(
        head,
        `WEBVTT - a title\nX-TIMESTAMP-MAP=MPEGTS:${mpegts},LOCAL:00:00:00.000\nKind: captions`,
      );
    }
  });
}

const headers: [source: string, head: string][] = [
  ["WEBVTT\n", "WEBVTT\nMAP"],
  ["WEBVTT", "WEBVTT\nMAP"],
  ["WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:10.000,MPEGTS:0\n\n", "WEBVTT\nMAP"],
  ["WEBVTT\tx\nA: b\n\n", "WEBVTT\tx\nMAP\nA: b"],
];

for (const [source, head] of headers) {
  Deno.test(`planWebvttSegment() writes its map into the header of ${JSON.stringify(source)}`, () => {
    const map = "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000";
    assertEquals(textOf(rendition(source), 0).trimEnd(), head.replace("MAP", map));
  });
}

Deno.test("planWebvttSegment() returns a plan without reads", async () => {
  const plan = planWebvttSegment(rendition(), 3, "ts");
  assertEquals([plan.type, plan.ranges], ["text/vtt", []]);
  assertEquals(await readPlan(plan, new Uint8Array(0)), plan.header);
});

Deno.test("planWebvttSegment() loses no cue with any boundaries", async () => {
  for (const files of [["ladder-vtt-eng.vtt"], ["test-avc-2997fps.mp4", "ladder-vtt-eng.vtt"]]) {
    for (const segmentDuration of [0.7, 2, 60]) {
      const presentation = await openTestdata(files, segmentDuration);
      presentation.close();
      const text = [...presentation.renditions.values()].find(({ type }) => type === "text");
      const { times, webvtt: whole } = text as SubtitleRendition;
      const got = Array.from(
        { length: times.length - 1 },
        (_, i) => parsed(text as SubtitleRendition, i),
      );
      const found = new Set(got.flatMap(({ cues }) => cues.map((cue) => JSON.stringify(cue))));
      assertEquals(whole.cues.filter((cue) => !found.has(JSON.stringify(cue))), []);
      assertEquals(found.size, whole.cues.length);
    }
  }
});

Deno.test("planWebvttSegment() of one segment equals the file, except for the map", () => {
  const text = { ...rendition(), times: Float64Array.of(0, 900000) };
  const expected = formatWebvtt({ ...text.webvtt, header: "" });
  assertEquals(formatWebvtt({ ...parsed(text, 0), header: "" }), expected);
});
