/** Package with many tracks to select: three languages, a commentary, a description, four subtitle tracks. */

import { join } from "@std/path";
import { amspackager } from "./ams.ts";

export const MANY_TRACKS = "choices.json";

/** Package of video that declares captions. */
export const CAPTIONS = "captions.json";

/** Audio tracks: file, pitch of its tone, and options of amspackager. */
export const AUDIO_TRACKS: readonly { file: string; hertz: number; options: string[] }[] = [
  { file: "ladder-aac-eng.mp4", hertz: 440, options: ["-l", "eng", "--label", "Film"] },
  {
    file: "ladder-aac-fra.mp4",
    hertz: 660,
    options: ["-l", "fra", "--label", "Film", "--default"],
  },
  { file: "ladder-aac-eng.mp4", hertz: 440, options: ["-l", "deu"] },
  { file: "ladder-aac-fra.mp4", hertz: 660, options: ["-l", "eng", "--role", "commentary"] },
  { file: "ladder-aac-eng.mp4", hertz: 440, options: ["-l", "eng", "--role", "description"] },
];

/** Subtitle tracks: text of the only cue, and options of amspackager. */
export const SUBTITLE_TRACKS: readonly { cue: string; options: string[] }[] = [
  { cue: "plain", options: ["-l", "eng"] },
  { cue: "ordinaire", options: ["-l", "fra", "--role", "subtitle"] },
  { cue: "forced", options: ["-l", "eng", "--role", "forced"] },
  { cue: "a door slams", options: ["-l", "eng", "--role", "caption"] },
];

/** Creates the packages. Every track is a file of its own, since amspackager rejects duplicates. */
export async function packageManyTracks(root: string): Promise<void> {
  const video = ["-d", "2", "-i", "ladder-avc-240p.mp4"];
  const inputs: string[] = [];
  for (const [i, { file, options }] of AUDIO_TRACKS.entries()) {
    await Deno.copyFile(join(root, file), join(root, `audio${i}.mp4`));
    inputs.push("-i", `audio${i}.mp4`, ...options);
  }
  for (const [i, { cue, options }] of SUBTITLE_TRACKS.entries()) {
    const text = `WEBVTT\n\n00:00.000 --> 00:12.000\n${cue}\n`;
    await Deno.writeTextFile(join(root, `text${i}.vtt`), text);
    inputs.push("-i", `text${i}.vtt`, ...options);
  }
  await amspackager(root, "-o", MANY_TRACKS, ...video, ...inputs);
  await amspackager(root, "-o", CAPTIONS, ...video, "--captions", "CC1=eng,SERVICE1=spa");
}
