/** A package of everything that a viewer may choose among: three languages, a commentary, a description, four texts. */

import { join } from "@std/path";
import { amspackager } from "./ams.ts";

export const MANY_TRACKS = "choices.json";

/** Pictures that claim to hold captions, alone. */
export const CAPTIONS = "captions.json";

/** A sound of the package: its file, which tone is in it, and what the command line says of it. */
export const AUDIO_TRACKS: readonly { file: string; hertz: number; said: string[] }[] = [
  { file: "ladder-aac-eng.mp4", hertz: 440, said: ["-l", "eng", "--label", "Film"] },
  { file: "ladder-aac-fra.mp4", hertz: 660, said: ["-l", "fra", "--label", "Film", "--default"] },
  { file: "ladder-aac-eng.mp4", hertz: 440, said: ["-l", "deu"] },
  { file: "ladder-aac-fra.mp4", hertz: 660, said: ["-l", "eng", "--role", "commentary"] },
  { file: "ladder-aac-eng.mp4", hertz: 440, said: ["-l", "eng", "--role", "description"] },
];

/** A text of the package: its one cue, and what the command line says of it. */
export const SUBTITLE_TRACKS: readonly { cue: string; said: string[] }[] = [
  { cue: "plain", said: ["-l", "eng"] },
  { cue: "ordinaire", said: ["-l", "fra", "--role", "subtitle"] },
  { cue: "forced", said: ["-l", "eng", "--role", "forced"] },
  { cue: "a door slams", said: ["-l", "eng", "--role", "caption"] },
];

/** Each sound and text is a file of its own: amspackager takes none twice. */
export async function packageManyTracks(root: string): Promise<void> {
  const video = ["-d", "2", "-i", "ladder-avc-240p.mp4"];
  const inputs: string[] = [];
  for (const [i, { file, said }] of AUDIO_TRACKS.entries()) {
    await Deno.copyFile(join(root, file), join(root, `sound${i}.mp4`));
    inputs.push("-i", `sound${i}.mp4`, ...said);
  }
  for (const [i, { cue, said }] of SUBTITLE_TRACKS.entries()) {
    const text = `WEBVTT\n\n00:00.000 --> 00:12.000\n${cue}\n`;
    await Deno.writeTextFile(join(root, `text${i}.vtt`), text);
    inputs.push("-i", `text${i}.vtt`, ...said);
  }
  await amspackager(root, "-o", MANY_TRACKS, ...video, ...inputs);
  await amspackager(root, "-o", CAPTIONS, ...video, "--captions", "CC1=eng,SERVICE1=spa");
}
