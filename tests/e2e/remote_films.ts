/** Films that round_trips_test.ts reads from a web server. */

import { assert } from "@std/assert";
import { join } from "@std/path";
import { TESTDATA } from "./ams.ts";
import { LADDER_FILES } from "./root.ts";

/** Of the ladder. */
export const FILES = [...LADDER_FILES.videos, ...LADDER_FILES.english, ...LADDER_FILES.french];

/** Films whose segments of half a megabyte are longer than what the first request of a file returns. */
export const [FIRST, LAST, FRAGMENTED] = ["film.mp4", "last.mp4", "fragmented.mp4"] as const;

/** Subtitles in MP4 that are too long to be kept in a package. */
export const SUBTITLES = ["subtitles-eng.mp4", "subtitles-fra.mp4"];

/** Writes all of them; hours.mp4 has ten hours. */
export async function writeFilms(root: string): Promise<void> {
  for (const name of FILES) await Deno.copyFile(join(TESTDATA, name), join(root, name));
  const [first, last, clip] = [FIRST, LAST, "clip.mp4"].map((name) => join(root, name));
  const video = ["-c:v", "libx264", "-preset", "veryfast", "-g", "50", "-pix_fmt", "yuv420p"];
  const generate = (picture: string, seconds: number) => [
    ...["-f", "lavfi", "-i", `testsrc2=r=25:d=${seconds}:${picture}`],
    ...["-f", "lavfi", "-i", `sine=d=${seconds}`, "-c:a", "aac"],
  ];
  const noise = "s=320x180,noise=alls=20:allf=t"; // so that segments have the size of their bitrate
  await ffmpeg(...generate(noise, 96), ...video, "-b:v", "700k", "-movflags", "+faststart", first!);
  await ffmpeg("-i", first!, "-c", "copy", last!);
  const fragments = ["-movflags", "+frag_keyframe+empty_moov"];
  await ffmpeg("-i", first!, "-c", "copy", ...fragments, join(root, FRAGMENTED));
  await ffmpeg(...generate("s=128x72", 60), ...video, "-b:a", "24k", clip!);
  await ffmpeg("-stream_loop", "599", "-i", clip!, "-c", "copy", join(root, "hours.mp4"));
  for (const name of SUBTITLES) {
    const text = join(root, `${name}.vtt`);
    await Deno.writeTextFile(text, formatCues(1500));
    await ffmpeg("-i", text, "-c:s", "mov_text", join(root, name));
  }
}

function formatCues(count: number): string {
  const format = (milliseconds: number) => new Date(milliseconds).toISOString().slice(11, 23);
  const cues = Array.from({ length: count }, (_, i) => {
    const start = 600 * i;
    return `${format(start)} --> ${
      format(start + 300)
    }\nThis is the text of cue ${i}, in one line\n\n`;
  });
  return `WEBVTT\n\n${cues.join("")}`;
}

async function ffmpeg(...args: string[]): Promise<void> {
  const command = new Deno.Command("ffmpeg", { args: ["-v", "error", ...args] });
  const { success, stderr } = await command.output();
  assert(success, new TextDecoder().decode(stderr));
}
