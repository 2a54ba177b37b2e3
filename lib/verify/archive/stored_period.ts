/** Opens a period of an archive as servers do, from its index records. */

import { formatBlockName, INDEX_FILE } from "../../archive/block.ts";
import { BlockSource } from "../../archive/block_source.ts";
import { type ArchivedRendition, ChannelHistory } from "../../archive/channel_history.ts";
import { type ReadableArchive, readWholeFile } from "../../archive/file_system.ts";
import { decodeRecords, type IndexRecord } from "../../archive/index_record.ts";
import {
  findFirstSample,
  MAX_SEGMENT_PROBE_SIZE,
  readInitTraits,
} from "../../archive/init_traits.ts";
import { PeriodPresentation, type RenditionMedia } from "../../archive/period_presentation.ts";
import { readBlock, readStoredInit } from "../../archive/recovery.ts";
import { locateSegment } from "../../archive/timeline_history.ts";
import { TrackFiles } from "../../archive/track_files.ts";
import { MediaError } from "../../errors.ts";
import { computeBroadcastVersion } from "../../library/channel_periods.ts";
import type { Broadcast } from "../../presentation/broadcast.ts";
import { DerivedValues } from "../../presentation/derived_values.ts";
import type { PeriodContents, TrackContents } from "./archive_contents.ts";

export interface StoredPeriod extends Disposable {
  /** Is over, and has only this period. */
  readonly broadcast: Broadcast;
}

export interface PeriodState {
  /** Target duration of the broadcast, in seconds. */
  readonly target: number;
  /** True if segments may be appended. */
  readonly isOpen: boolean;
}

/** @throws MediaError if it cannot be opened */
export function openStoredPeriod(
  files: ReadableArchive,
  { broadcast: { epoch }, blocks, tracks }: PeriodContents,
  { target, isOpen }: PeriodState,
): StoredPeriod {
  const period = readPeriod(files, blocks, tracks);
  const opened = period.renditions.map(({ track }) => new TrackFiles(files, track));
  const media = period.renditions.map((rendition, i) => {
    const init = readStoredInit(files, rendition.timeline.blocks[0]!.number, rendition.track);
    return openMedia(rendition, { init, track: opened[i]! });
  });
  const { number, start, renditions } = period;
  const presentation = new PeriodPresentation(period, media, { epoch, target }).build(
    period,
    isOpen,
  );
  return {
    broadcast: {
      version: computeBroadcastVersion(epoch),
      epoch,
      targetDuration: target,
      isLive: false,
      updatedAt: start,
      periods: [{
        number,
        start,
        isOver: true,
        presentation,
        derived: new DerivedValues(presentation),
        sequences: new Map(renditions.map(({ track, firstOrdinal, ...rendition }) => [track.name, {
          firstOrdinal,
          listedBandwidth: rendition.listedBandwidth ?? rendition.bandwidths.bandwidth,
          publisher: track.publisher,
        }])),
      }],
    },
    [Symbol.dispose]() {
      for (const files of opened) files.close();
    },
  };
}

/** Reads parameter sets that the init segment lacks in the last segment, as servers do. */
function openMedia(
  { track: { name }, timeline }: ArchivedRendition,
  { init, track }: { readonly init: Uint8Array; readonly track: TrackFiles },
): RenditionMedia {
  const source = new BlockSource({ name, synchronous: true }, (block) => track.open(block));
  if (!readInitTraits(init).needsSample) return { init, source };
  const { block, offset, bytes } = locateSegment(timeline, timeline.bytes.length - 1);
  const start = new Uint8Array(Math.min(bytes, MAX_SEGMENT_PROBE_SIZE));
  track.open(block).read(offset, start);
  return { init, source, firstSample: findFirstSample(start) };
}

/** Leaves out segments that were appended since the archive was read. */
function readPeriod(
  files: ReadableArchive,
  blocks: readonly number[],
  tracks: readonly TrackContents[],
) {
  const history = new ChannelHistory();
  const isKnown = (record: IndexRecord) =>
    record.kind !== "segment" || record.ordinal <= tracks[record.track]!.segments.at(-1)!.ordinal;
  for (const number of blocks) {
    history.addBlock(number, readBlock(files, number));
    const path = `${formatBlockName(number)}/${INDEX_FILE}`;
    history.addRecords(number, decodeRecords(readWholeFile(files, path)).filter(isKnown));
  }
  const period = history.snapshot()?.periods.at(-1);
  if (!period) throw new MediaError("Cannot find a segment of each track");
  return period;
}
