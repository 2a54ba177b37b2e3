/** Content version: a digest of all media, for URLs (docs/design/caching.md). */

import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { ByteWriter } from "../bytes.ts";
import type { Samples } from "../mp4/samples/sample_table.ts";
import { withPages } from "../mp4/samples/pages.ts";
import { readBytes } from "../storage/source.ts";
import type { MediaRendition, Rendition, StppTrack } from "./presentation.ts";

/** Incremented when AMS writes other bytes around the same samples. */
export const REVISION = 1;

/** Incremented when AMS writes other bytes for the same cues. */
const SUBTITLE_REVISION = 2;

const HASHED_POINTS = 16;

const ROWS_PER_POINT = 8;

/** Two files of constant bitrate can have the same `moov`, so some media is hashed. */
const MAX_BYTES_PER_POINT = 64;

/** Computes the version: `v` and 12 hexadecimal digits. */
export async function computeContentVersion(
  renditions: readonly Rendition[],
  segmentDuration: number,
): Promise<string> {
  const hash = createHash("sha256");
  hashValues(hash, REVISION, segmentDuration, renditions.length);
  for (const rendition of renditions) {
    const { name, type, language, label = "", role = "" } = rendition;
    hashValues(hash, name, type, language, ...label || role ? [label, role] : []); // these determine the names of Smooth streams
    if (rendition.type === "text") {
      hashValues(hash, SUBTITLE_REVISION);
      hash.update(rendition.webvttBytes);
    }
    const samples = rendition.type === "text" ? rendition.stpp : rendition;
    if (samples) await hashMedia(hash, samples);
  }
  return `v${hash.digest("hex").slice(0, 12)}`;
}

/** Adds values as JSON, so that different lists never give the same text. */
function hashValues(hash: Hash, ...values: (string | number)[]): void {
  hash.update(`${JSON.stringify(values)}\n`);
}

async function hashMedia(
  hash: Hash,
  { track, source, timing, timeline }: MediaRendition | StppTrack,
): Promise<void> {
  const { first, end, timescale, mediaTime } = timing;
  hashValues(
    hash,
    source.size,
    track.id,
    track.rotation,
    timescale,
    mediaTime,
    timeline.samples.length,
  );
  const { count } = track.samples;
  const decodeEnd = await withPages(() => track.samples.decodeTime(count));
  hashValues(hash, count, decodeEnd, first, end);
  for (const { bytes } of track.entries) hash.update(bytes);
  for (const column of [timeline.times, timeline.samples]) {
    hash.update(new Uint8Array(column.buffer)); // little-endian wherever Deno runs
  }
  for (let point = 0; point < HASHED_POINTS; point++) {
    const index = first + Math.floor(point * (end - 1 - first) / (HASHED_POINTS - 1));
    const samples = await withPages(() =>
      track.samples.readSamplesUncached(index, Math.min(end, index + ROWS_PER_POINT))
    );
    hash.update(serializeRows(samples));
    const [offset, size] = [samples.offsets[0]!, samples.sizes[0]!];
    hash.update(await readBytes(source, offset, Math.min(MAX_BYTES_PER_POINT, size)));
  }
}

function serializeRows(
  { offsets, sizes, durations, compositionOffsets, flags }: Samples,
): Uint8Array {
  const w = new ByteWriter(24 * sizes.length);
  for (let i = 0; i < sizes.length; i++) {
    w.u64(offsets[i]!);
    w.u32(sizes[i]!);
    w.u32(durations[i]!);
    w.i32(compositionOffsets[i]!);
    w.u32(flags[i]!);
  }
  return w.finish();
}
