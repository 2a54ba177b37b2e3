/** Samples of a presentation with their times, to compare a copy with its source. */

import { createHash } from "node:crypto";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { readBytes } from "../../lib/storage/source.ts";

/** `<presentation time> <duration> <sync or -> <digest>`, times in seconds, by decode order. */
export async function describeSamples(
  { timing, track, source }: MediaRendition,
): Promise<string[]> {
  const { first, end, timescale } = timing;
  const { offsets, sizes, flags } = track.samples.readSamples(first, end);
  const lines: string[] = [];
  for (let i = 0; i < sizes.length; i++) {
    const bytes = await readBytes(source, offsets[i]!, sizes[i]!);
    const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
    const time = timing.presentationTime(first + i) / timescale;
    const duration = (timing.decodeTime(first + i + 1) - timing.decodeTime(first + i)) / timescale;
    const isSync = (flags[i]! & 0x10000) === 0;
    lines.push(`${time.toFixed(9)} ${duration.toFixed(9)} ${isSync ? "sync" : "-"} ${digest}`);
  }
  return lines;
}
