/** What names the exact bytes of a presentation in its URLs: the same files give the same on every machine, always. */

import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { ByteWriter } from "../bytes.ts";
import type { Samples } from "../mp4/samples/sample_table.ts";
import { readBytes } from "../storage/source.ts";
import type { MediaRendition, Rendition, StppTrack } from "./presentation.ts";

/** Raised when AMS wraps the same samples in other bytes, so that no cache mixes the two. */
export const REVISION = 1;

/** The same of what it writes cues as. */
const TEXT_REVISION = 2;

/** Evenly spaced places at which a sample table, and the media behind it, are looked at. */
const PLACES = 16;

/** Samples of the table that are looked at in each place. */
const ROWS = 8;

/** Bytes of the media that are looked at in each place: two files of constant bitrate can have the same `moov`. */
const SLICE = 64;

/**
 * Reads at most 16 slices of 64 bytes of each rendition, however long it is.
 *
 * @param renditions everything of them but bandwidths must be there
 * @throws MediaError of the source
 */
export async function computeContentVersion(
  renditions: readonly Rendition[],
  segmentDuration: number,
): Promise<string> {
  const hash = createHash("sha256");
  hashValues(hash, REVISION, segmentDuration, renditions.length);
  for (const rendition of renditions) {
    const { name, type, language, label = "", role = "" } = rendition;
    hashValues(hash, name, type, language, ...label || role ? [label, role] : []); // they part streams of Smooth Streaming
    if (rendition.type === "text") {
      hashValues(hash, TEXT_REVISION);
      hash.update(rendition.webvttBytes);
    }
    const samples = rendition.type === "text" ? rendition.stpp : rendition;
    if (samples) await media(hash, samples);
  }
  return `v${hash.digest("hex").slice(0, 12)}`;
}

/** Adds values, parted so that no two lists of them run together into the same text. */
function hashValues(hash: Hash, ...values: (string | number)[]): void {
  hash.update(`${JSON.stringify(values)}\n`);
}

async function media(
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
  hashValues(hash, track.samples.count, track.samples.decodeTime(track.samples.count), first, end);
  for (const { bytes } of track.entries) hash.update(bytes);
  for (const column of [timeline.times, timeline.samples]) {
    hash.update(new Uint8Array(column.buffer)); // little-endian wherever Deno runs
  }
  for (let place = 0; place < PLACES; place++) {
    const index = first + Math.floor(place * (end - 1 - first) / (PLACES - 1));
    const samples = track.samples.readSamplesUncached(index, Math.min(end, index + ROWS));
    hash.update(rows(samples));
    const [offset, size] = [samples.offsets[0]!, samples.sizes[0]!];
    hash.update(await readBytes(source, offset, Math.min(SLICE, size)));
  }
}

/** Rows of a sample table as bytes: the same in whatever boxes the file says them. */
function rows({ offsets, sizes, durations, compositionOffsets, flags }: Samples): Uint8Array {
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
