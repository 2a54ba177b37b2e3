/** A small recording, and what is in its archive. */

import type { ArchiveWriter, NewTrack } from "../../lib/archive/archive_writer.ts";
import {
  type BlockTrack,
  formatBlockName,
  getTrackFile,
  INDEX_FILE,
} from "../../lib/archive/block.ts";
import type { NewChunk } from "../../lib/archive/chunk.ts";
import { type ArchiveFileSystem, readWholeFile } from "../../lib/archive/file_system.ts";
import {
  decodeRecords,
  type IndexRecord,
  type SegmentRecord,
} from "../../lib/archive/index_record.ts";
import { listBlocks, readBlock } from "../../lib/archive/recovery.ts";
import { IS_NON_SYNC } from "../../lib/mp4/samples/sample_table.ts";

export const EPOCH = 1_796_000_000_123_456;

export function createTrack(name: string, type: "video" | "audio"): NewTrack {
  const init = new TextEncoder().encode(`init of ${name}`);
  return { name, type, timescale: 10, mediaTime: 0, stream: "feed", publisher: "main", init };
}

export const TRACKS = [createTrack("feed-video", "video"), createTrack("feed-audio", "audio")];

/** A chunk of samples of one second with bytes of their own, at a time in seconds. */
export function createChunk(
  track: number,
  second: number,
  { count = 1, startsSegment = true, arrival = EPOCH + second * 1e6, mark = 0 } = {},
): NewChunk {
  const samples = Uint8Array.from(
    { length: 4 * count },
    (_, i) => [track, second + (i >> 2), mark, 0xAA][i % 4]!,
  );
  const fill = (value: number) => new Uint32Array(count).fill(value);
  const flags = fill(IS_NON_SYNC);
  flags[0] = startsSegment ? 0 : IS_NON_SYNC;
  return {
    track,
    startsSegment,
    run: {
      descriptionIndex: 1,
      time: 10 * second,
      sizes: fill(4),
      durations: fill(10),
      compositionOffsets: fill(0),
      flags,
    },
    samples,
    arrival,
  };
}

/** Appends seconds of both tracks, with segments of two chunks of a second, and calls `done` after each. */
export function append(
  writer: ArchiveWriter,
  { from, end }: { from: number; end: number },
  done: (chunk: NewChunk) => void = () => {},
): void {
  for (let second = from; second < end; second++) {
    for (const track of TRACKS.keys()) {
      const chunk = createChunk(track, second, { startsSegment: (second - from) % 2 === 0 });
      writer.append(chunk);
      done(chunk);
    }
  }
}

export interface ReadBlock {
  readonly number: number;
  readonly records: readonly IndexRecord[];
}

export function readRecords(files: ArchiveFileSystem): ReadBlock[] {
  return listBlocks(files).map((number) => ({
    number,
    records: decodeRecords(readWholeFile(files, `${formatBlockName(number)}/${INDEX_FILE}`)),
  }));
}

/** Samples of all chunks: `<period>/<track>@<time> <hex>`. */
export function readSamples(
  files: ArchiveFileSystem,
  isWanted: (track: BlockTrack) => boolean = () => true,
): string[] {
  return readRecords(files).flatMap(({ number, records }) => {
    const block = readBlock(files, number);
    const media = block.tracks.map((track) =>
      readWholeFile(files, `${formatBlockName(number)}/${getTrackFile(track)}`)
    );
    const chunks = records.filter((record) => record.kind === "chunk");
    return chunks.filter(({ track }) => isWanted(block.tracks[track]!)).map((record) => {
      const { offset, bytes, headerBytes, track, decodeTime } = record;
      const samples = media[track]!.subarray(offset + headerBytes, offset + bytes);
      return `${block.period.id}/${track}@${decodeTime} ${samples.toHex()}`;
    });
  });
}

export function describeChunk(period: number, { track, run, samples }: NewChunk): string {
  return `${period}/${track}@${run.time} ${samples.toHex()}`;
}

export interface NumberedSegment extends Pick<SegmentRecord, "track" | "ordinal"> {
  readonly period: number;
}

/** Closed segments, by the running number of their period. */
export function readSegments(files: ArchiveFileSystem): NumberedSegment[] {
  return readRecords(files).flatMap(({ number, records }) => {
    const period = readBlock(files, number).period.id;
    return records.filter((record) => record.kind === "segment")
      .map(({ track, ordinal }) => ({ period, track, ordinal }));
  });
}

/** Numbers of counted periods with the ordinals of their first segments, by running number. */
export function readCounts(files: ArchiveFileSystem): Map<number, number[]> {
  const counts = new Map<number, number[]>();
  for (const { number, records } of readRecords(files)) {
    for (const record of records) {
      if (record.kind !== "period") continue;
      const { id } = readBlock(files, number).period;
      counts.set(id, [...counts.get(id) ?? [record.period], record.ordinal]);
    }
  }
  return counts;
}
