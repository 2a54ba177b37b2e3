/** Opens subtitles and lists boxes, for tests of this directory. */

import { openInputs } from "../open_presentation.ts";
import type { SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { getSubtitleFile } from "../subtitle_files.ts";

/** Opens subtitles in memory, in segments of 2 seconds. */
export async function openSubtitleFile(
  file: string,
  bytes = getSubtitleFile(file),
): Promise<SubtitleRendition> {
  const { source } = memorySource(bytes, file);
  const { renditions } = await openInputs([{ file }], { segmentDuration: 2, open: () => source });
  return [...renditions.values()][0] as SubtitleRendition;
}

/** Returns the types of boxes, those in `inside` with their children. */
export function listBoxes(bytes: Uint8Array, inside = "moov trak mdia minf moof traf"): string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const [size, type] = [
      view.getUint32(0),
      String.fromCharCode(...bytes.subarray(at + 4, at + 8)),
    ];
    const body = bytes.subarray(at + 8, at + size);
    const isInside = inside.split(" ").includes(type);
    found.push(isInside ? `${type}(${listBoxes(body, inside).join(" ")})` : type);
    at += size;
  }
  return found;
}
