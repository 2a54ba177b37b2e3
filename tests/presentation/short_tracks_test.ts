import { assertEquals } from "@std/assert";
import { applyEditList } from "../../lib/input/edit_list.ts";
import type { MediaInput } from "../../lib/input/track_input.ts";
import { segmentTracks } from "../../lib/presentation/segmenter.ts";
import { openTestdata } from "../sample_presentations.ts";
import { buildTrack, CODEC, DESCRIPTION, MOVIE_TIMESCALE, SOURCE } from "./synthetic_track.ts";

function build(file: string, type: MediaInput["type"], seconds: number, gop = 1): MediaInput {
  const count = Math.round(seconds * 100);
  const syncs = Array.from({ length: Math.ceil(count / gop) }, (_, i) => i * gop);
  const track = buildTrack({ durations: 1, count, ...gop > 1 ? { syncs } : {} }, 100);
  const edit = applyEditList(track, MOVIE_TIMESCALE);
  const rest = { codec: CODEC, description: DESCRIPTION, warnings: [] };
  return { type, options: { file }, source: { ...SOURCE }, track, edit, ...rest };
}

const VIDEO = build("v.mp4", "video", 6, 200);

const CASES: [what: string, inputs: MediaInput[], left: string[]][] = [
  ["audio of 0.24 s", [VIDEO, build("a.mp4", "audio", 0.24)], ["a.mp4"]],
  ["audio of 0.25 s", [VIDEO, build("a.mp4", "audio", 0.25)], []],
  ["audio before video", [build("a.mp4", "audio", 0.13), VIDEO], ["a.mp4"]],
  ["all short audio", [VIDEO, build("a.mp4", "audio", 0.1), build("b.mp4", "audio", 0.1)], [
    "a.mp4",
    "b.mp4",
  ]],
  ["one of two audio tracks", [VIDEO, build("a.mp4", "audio", 0.1), build("b.mp4", "audio", 6)], [
    "a.mp4",
  ]],
  ["a further video", [VIDEO, build("b.mp4", "video", 0.1)], ["b.mp4"]],
  ["the first video", [build("v.mp4", "video", 0.1), build("a.mp4", "audio", 6)], []],
  ["audio next to video of two segments", [
    build("v.mp4", "video", 4, 200),
    build("a.mp4", "audio", 0.13),
  ], []],
  ["audio alone", [build("a.mp4", "audio", 0.13)], []],
  ["an image", [VIDEO, build("i.mp4", "image", 0.1)], []],
];

for (const [what, inputs, left] of CASES) {
  Deno.test(`segmentTracks() leaves out ${left.length} tracks of ${what}`, () => {
    const { tracks, omissions } = segmentTracks(inputs, 2);
    const names = tracks.map(({ options: { file } }) => file);
    assertEquals(
      names,
      inputs.map(({ options: { file } }) => file).filter((file) => !left.includes(file)),
    );
    assertEquals(omissions.map((text) => text.split(":")[0]), left);
  });
}

Deno.test("openInputs() leaves out audio of 0.13 s, with a single warning, which names it", async () => {
  const presentation = await openTestdata(["pair-avc-shortaudio.mp4"], 2);
  const types = [...presentation.renditions.values()].map(({ type }) => type);
  presentation.close();
  assertEquals(types, ["video"]);
  assertEquals(presentation.warnings, [
    "pair-avc-shortaudio.mp4: track 2 is left out: its audio lasts 0.128 s, and players wait for more; " +
    "remove it with ffmpeg's -map 0 -map -0:i:2 -c copy, or extend it with -c:v copy -af apad -shortest",
  ]);
});

Deno.test("openInputs() retains short audio next to video of one segment, with a warning", async () => {
  const presentation = await openTestdata(["pair-avc-shortaudio.mp4"], 6);
  const types = [...presentation.renditions.values()].map(({ type }) => type);
  presentation.close();
  assertEquals(types, ["video", "audio"]);
  const [warning] = presentation.warnings.filter((text) => text.includes("ends at"));
  assertEquals(warning?.split(", ")[0], "pair-avc-shortaudio.mp4: audio track 2 ends at 0.128 s");
});
