/** The protected ladder of testdata/, for tests of playlists. */

import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import type { InputOptions } from "../open_presentation.ts";
import { openProtected, type ProtectionOptions } from "../protected_presentations.ts";

export const LADDER: readonly (string | InputOptions)[] = [
  "ladder-avc-240p.mp4",
  "ladder-avc-720p.mp4",
  "ladder-avc-360p.mp4",
  { file: "ladder-aac-eng.mp4", language: "eng" },
  { file: "ladder-aac-fra.mp4", language: "fra" },
  { file: "ladder-vtt-eng.vtt", language: "eng" },
  "ladder-mjpeg-thumbs.mp4",
];

export async function openProtectedLadder(
  options: ProtectionOptions,
  files: Parameters<typeof openProtected>[0] = LADDER,
): Promise<Presentation> {
  const presentation = await openProtected(files, options);
  presentation.close();
  return presentation;
}

export function findMedia({ renditions }: Presentation, type: string): MediaRendition {
  return [...renditions.values()].find((one) => one.type === type) as MediaRendition;
}

/** Returns the lines that start with a tag. */
export function findLines(playlist: string, tag: string): string[] {
  return playlist.split("\n").filter((line) => line.startsWith(`#${tag}:`));
}
