import { assertEquals } from "@std/assert";
import { buildMpd } from "../../lib/dash/mpd.ts";
import { warnLengths } from "../../lib/presentation/length_warnings.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { buildSmoothStreams } from "../../lib/smooth/streams.ts";
import { openTestdata } from "../sample_presentations.ts";

async function read(files: readonly string[], segmentDuration = 2) {
  const presentation = await openTestdata(files, segmentDuration);
  const warnings = warnLengths(presentation.renditions.values());
  const included = warnings.every((warning) => presentation.warnings.includes(warning));
  const aligned = /segmentAlignment="true"/.test(buildMpd(presentation));
  const streams = buildSmoothStreams(presentation).length;
  presentation.close();
  return { warnings, included, aligned, streams };
}

const CASES: [files: string, warnings: string[]][] = [
  ["pair-avc-aac.mp4", []],
  ["ladder-avc-240p.mp4 ladder-aac-eng.mp4 ladder-mjpeg-thumbs.mp4 ladder-vtt-eng.vtt", []],
  ["ladder-avc-240p.mp4 test-avc-endsearly.mp4", [
    "test-avc-endsearly.mp4: video track 1 ends at 10.52 s, 1.48 s before ladder-avc-240p.mp4: video track 1: " +
    "encode both to the same length, or shorten the longer one with ffmpeg's -t 10.52",
  ]],
  ["test-avc-frontmoov.mp4 tone-eac3-surround.mp4", [
    "tone-eac3-surround.mp4: audio track 1 ends at 3.995 s, 2.005 s before test-avc-frontmoov.mp4: video track 1: " +
    "encode both to the same length, or shorten the longer one with ffmpeg's -t 3.995",
  ]],
  ["flash-avc-videodelayed.mp4", [
    "flash-avc-videodelayed.mp4: video track 1 starts at 0.6 s: some players stall or skip up to there; " +
    "encode it with -vf setpts=PTS-STARTPTS,tpad=start_duration=0.6, which fills the gap",
  ]],
  ["flash-avc-audiodelayed.mp4", [
    "flash-avc-audiodelayed.mp4: audio track 2 starts at 0.479 s: some players stall or skip up to there; " +
    "encode it with -af asetpts=PTS-STARTPTS,adelay=479:all=1, which fills the gap",
  ]],
];

for (const [files, expected] of CASES) {
  Deno.test(`warnLengths() has ${expected.length} warnings about ${files}`, async () => {
    const { warnings, included } = await read(files.split(" "));
    assertEquals([warnings, included], [expected, true]);
  });
}

Deno.test("buildMpd() declares segmentAlignment only of renditions that end together", async () => {
  const [full, early] = ["ladder-avc-240p.mp4", "test-avc-endsearly.mp4"];
  for (const [files, aligned] of [[[full, full], true], [[full, early], false]] as const) {
    for (const segmentDuration of [2, 4, 6]) {
      assertEquals((await read(files, segmentDuration)).aligned, aligned);
    }
  }
});

Deno.test("buildSmoothStreams() retains renditions of different lengths in one stream", async () => {
  assertEquals((await read(["ladder-avc-240p.mp4", "test-avc-endsearly.mp4"])).streams, 1);
});

Deno.test("warnLengths() names the command that moves a presentation to 0", () => {
  const rendition = {
    type: "video",
    file: "a.mp4",
    track: { id: 1 },
    timing: { timescale: 100 },
    timeline: { times: Float64Array.of(16, 300) },
  } as unknown as MediaRendition;
  assertEquals(warnLengths([rendition]), [
    "a.mp4: video track 1 starts at 0.16 s: some players stall or skip up to there; " +
    "`ffmpeg -i in.mp4 -c copy out.mp4` moves it to 0",
  ]);
});
