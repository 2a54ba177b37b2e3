/** Sample tables: stbl and what is in it, held against each other and against the file (14496-12 §8.5). */

import type { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { inBox, readBoxes, readVersion } from "./box.ts";
import { type ChunkOffsets, Chunks, readCo64, readStco, readStsc } from "./chunks.ts";
import { ProgressiveTable } from "./progressive_table.ts";
import { RunLengths } from "./run_lengths.ts";
import { readStsd, type SampleEntry } from "./sample_entry.ts";
import { readStsz, readStz2, SampleSizes, takeTable } from "./sample_sizes.ts";
import type { SampleTable } from "./sample_table.ts";
import { readStss, type SyncSamples } from "./sync_samples.ts";

/** What a track's tables are held against, and where what is odd is said. */
export interface FileContext {
  /** In bytes. */
  readonly size: number;
  readonly name: string;
  readonly warnings: string[];
}

/** How often each byte of a file may be part of a sample, on average: tracks may share their samples. */
const MOST_SHARED = 4;

/**
 * Tables that name the same bytes again and again make any amount of work of a small file.
 *
 * @param bytes of all samples together
 * @throws MediaError when that is far more than the file has
 */
export function checkClaimed(bytes: number, file: FileContext): void {
  if (bytes <= MOST_SHARED * file.size) return;
  throw new MediaError(`Cannot find ${bytes} bytes of samples in a file of ${file.size}`);
}

/** Boxes of stbl, as they come. */
export interface SampleTables {
  entries: SampleEntry[];
  /** Rows of 8 bytes: a count and a duration, a count and an offset. */
  stts?: Uint8Array;
  ctts?: Uint8Array;
  stss?: SyncSamples;
  sdtp?: Uint8Array;
  sizes?: SampleSizes;
  /** Rows of 12 bytes: first chunk, samples a chunk, description. */
  stsc?: Uint8Array;
  offsets?: ChunkOffsets;
}

/** Sample Table (14496-12 §8.5.1). In minf. */
export function readStbl(r: ByteReader, handler: string, tables: SampleTables): void {
  readBoxes(r, {
    stsd: (r) => tables.entries = readStsd(r, handler),
    stts: (r) => tables.stts = readRuns(r, 0),
    ctts: (r) => tables.ctts = readRuns(r, 1),
    stss: (r) => tables.stss = readStss(r),
    sdtp: (r) => tables.sdtp = readSdtp(r),
    stsz: (r) => tables.sizes = readStsz(r),
    stz2: (r) => tables.sizes = readStz2(r),
    stsc: (r) => tables.stsc = readStsc(r),
    stco: (r) => tables.offsets = readStco(r),
    co64: (r) => tables.offsets = readCo64(r),
  });
}

/** Rows of Decoding Time To Sample or Composition Offset (14496-12 §8.6.1). In stbl. */
function readRuns(r: ByteReader, highestVersion: number): Uint8Array {
  readVersion(r, highestVersion);
  return takeTable(r, r.u32(), 8);
}

/** Sample Dependency Type (14496-12 §8.6.4): a byte a sample. In stbl. */
function readSdtp(r: ByteReader): Uint8Array {
  readVersion(r, 0);
  return r.rest().bytes;
}

/** Path from trak to the tables. */
const STBL = "mdia/minf/stbl";

/**
 * The samples of a track, out of its tables.
 *
 * @throws MediaError with the path from trak on when a table is missing or contradicts another, or when the
 * samples can't be in a file of this size
 */
export function tableOf(tables: SampleTables, trackId: number, file: FileContext): SampleTable {
  const { ctts, stss, sdtp } = tables;
  const sizes = inBox(`${STBL}/stsz`, () => sizesOf(tables, file));
  const stts = inBox(`${STBL}/stts`, () => durationsOf(tables, sizes.count));
  const chunks = inBox(`${STBL}/stsc`, () => chunksOf(tables, sizes.count));
  inBox(`${STBL}/stss`, () => stss?.check(sizes.count));
  inBox(`${STBL}/stco`, () => checkLastSample(chunks, sizes, file));
  if (stts.missing > 0) {
    file.warnings.push(
      `Track ${trackId} lacks the durations of ${stts.missing} of its ${sizes.count} samples: ` +
        "they last as long as those before",
    );
  }
  const { size: fileSize, name: fileName } = file;
  return new ProgressiveTable({ sizes, stts, ctts, stss, sdtp, chunks, fileSize, fileName });
}

const NOTHING = new Uint8Array();

/** A fragmented movie may leave stsz out, as it has nothing to say there. */
function sizesOf({ sizes, stts }: SampleTables, file: FileContext): SampleSizes {
  if (!sizes && stts?.length) throw new MediaError("Cannot find this box");
  if (!sizes) return new SampleSizes(0, 0, 32, NOTHING);
  if (sizes.constant * sizes.count > file.size) {
    const samples = `${sizes.count} samples of ${sizes.constant} bytes`;
    throw new MediaError(`Cannot find ${samples} in a file of ${file.size}`);
  }
  return sizes;
}

/** ffmpeg, too, goes on with the last duration where stts covers fewer samples than there are. */
function durationsOf({ stts }: SampleTables, count: number): RunLengths {
  if (count > 0 && !stts?.length) {
    throw new MediaError(`Cannot find the durations of ${count} samples`);
  }
  const runs = new RunLengths(stts ?? NOTHING, count);
  if (!Number.isSafeInteger(runs.sum)) {
    throw new MediaError(`Cannot count to ${runs.sum}, where the samples end: over 2^53`);
  }
  return runs;
}

function chunksOf({ stsc, offsets, entries }: SampleTables, count: number): Chunks {
  const nowhere = { count: 0, at: () => 0 };
  return new Chunks(stsc ?? NOTHING, offsets ?? nowhere, count, entries.length);
}

/** Cheap, and finds the files that were cut off; the other samples are checked as they are asked for. */
function checkLastSample(chunks: Chunks, sizes: SampleSizes, file: FileContext): void {
  if (sizes.count === 0) return;
  const { chunk, first } = chunks.chunkOf(sizes.count - 1);
  const end = chunks.offsets.at(chunk) + sizes.sum(first, sizes.count);
  if (end > file.size) {
    throw new MediaError(`Cannot read samples up to byte ${end}: the file ends at ${file.size}`);
  }
}
