/** Samples of recorded segments, as tables and as bytes. */

import { MediaError } from "../errors.ts";
import type { Track } from "../mp4/movie.ts";
import { type SampleColumns, TrackTablesBuilder } from "../mp4/samples/track_tables.ts";
import type { ByteRange } from "../storage/read_plan.ts";
import type { Source } from "../storage/source.ts";
import { formatBlockName, getTrackFile } from "./block.ts";
import { BlockSource } from "./block_source.ts";
import type { ReadableArchive } from "./file_system.ts";
import type { RecordedSegment, RecordedTrack } from "./recorded_broadcasts.ts";
import { readStoredInit } from "./recovery.ts";
import { readArchivedInit, SegmentFragments } from "./segment_fragments.ts";
import { TrackFiles } from "./track_files.ts";

/** The files of a track, of which one at a time is open. Dispose of it to close that. */
export class RecordedSamples implements Disposable {
  readonly #opened: TrackFiles;
  readonly #track: RecordedTrack;
  readonly #fragments: SegmentFragments;
  readonly #source: BlockSource;

  /** @throws MediaError if its init segment is broken, and errors of the file system */
  constructor(files: ReadableArchive, track: RecordedTrack) {
    this.#track = track;
    const { name } = track.track;
    this.#opened = new TrackFiles(files, track.track);
    this.#source = new BlockSource(
      { name, synchronous: true },
      (block) => this.#opened.open(block),
    );
    const init = readArchivedInit(readStoredInit(files, track.block, track.track), name);
    this.#fragments = new SegmentFragments(init, this.#source);
  }

  /** Without samples. */
  get track(): Track {
    return this.#fragments.track;
  }

  /**
   * Reads the moofs of all segments.
   *
   * @throws MediaError with the file if they contradict the index
   */
  readTables(watch: (segment: number) => void = () => {}): SampleColumns {
    const builder = new TrackTablesBuilder();
    for (const [i, segment] of this.#track.segments.entries()) {
      watch(i);
      this.#inFile(segment, () => {
        const { table, samples } = this.#readSegment(segment);
        builder.add(table.decodeTime(0), samples);
      });
    }
    return builder.finish();
  }

  /** Returns where the samples of a segment are, in decode order; ranges that abut are one. */
  locate(segment: RecordedSegment): ByteRange[] {
    const { offsets, sizes } = this.#readSegment(segment).samples;
    const ranges: { source: Source; offset: number; size: number }[] = [];
    for (let i = 0; i < sizes.length; i++) {
      const last = ranges.at(-1);
      if (last && last.offset + last.size === offsets[i]) last.size += sizes[i]!;
      else ranges.push({ source: this.#source, offset: offsets[i]!, size: sizes[i]! });
    }
    return ranges;
  }

  [Symbol.dispose](): void {
    this.#opened.close();
  }

  #readSegment(segment: RecordedSegment) {
    const table = this.#fragments.read(segment);
    if (table.count !== segment.samples) {
      const why = `Cannot find the samples of segment ${segment.ordinal}: got ${table.count}`;
      throw new MediaError(`${why}, expected ${segment.samples}`);
    }
    return { table, samples: table.readSamples(0, table.count) };
  }

  #inFile<T>(segment: RecordedSegment, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      throw error.inFile(`${formatBlockName(segment.block)}/${getTrackFile(this.#track.track)}`);
    }
  }
}
