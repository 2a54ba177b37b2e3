/** A track of a period that is written, which enters the next block with a segment of its own. */

import { type ClosingOptions, endSegment, getSegmentEnd } from "./block_progress.ts";
import type { BlockWriter } from "./block_writer.ts";
import type { InitTraits } from "./init_traits.ts";

export interface OpenTrack extends InitTraits {
  readonly mediaTime: number;
  readonly timescale: number;
  writer: BlockWriter;
  /** The block with the segment before the first one in `writer`, until that segment is closed. */
  previous?: BlockWriter | undefined;
}

/** Continues in the newest block with the next segment. */
export function moveTrack(track: OpenTrack, index: number, newest: BlockWriter): void {
  const { open, listed } = track.writer.progress.tracks[index]!;
  newest.progress.tracks[index]!.listed = listed;
  if (open) track.previous = track.writer;
  track.writer = newest;
}

/** Closes the last segment of a track in the older block when the start of the next one is known. */
export function closePreviousSegment(
  track: OpenTrack,
  index: number,
  { all = false, isOpenComplete = all }: Omit<ClosingOptions, "mediaTime">,
): void {
  const { previous, writer, mediaTime } = track;
  if (!previous) return;
  const { open, decodeEnd = 0 } = writer.progress.tracks[index]!;
  if (!isOpenComplete && !(open && decodeEnd - mediaTime >= open.time)) return;
  const { open: ending, listed } = previous.progress.tracks[index]!;
  const record = endSegment(ending!, listed, open);
  previous.appendRecords([record]);
  writer.progress.tracks[index]!.listed = getSegmentEnd(record);
  track.previous = undefined;
}
