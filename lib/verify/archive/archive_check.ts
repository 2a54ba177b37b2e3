/** Compares the files of an archive with each other: `block.json`, index, and what the tracks contain. */

import {
  type Block,
  BLOCK_FILE,
  type BlockTrack,
  formatBlockName,
  getTrackFile,
  INDEX_FILE,
  parseBlockName,
} from "../../archive/block.ts";
import {
  type ReadableArchive,
  type ReadableArchiveFile,
  readAt,
  readWholeFile,
} from "../../archive/file_system.ts";
import { readBlock } from "../../archive/recovery.ts";
import { createTally, type Tally, tryRead } from "../build.ts";
import { NO_DEFAULTS, readInit } from "../checks/init.ts";
import type { Findings, Report } from "../findings.ts";
import { type IndexEntry, readArchiveIndex } from "../readers/archive_index.ts";
import type { ArchiveContents } from "./archive_contents.ts";
import { ChannelCheck } from "./channel_check.ts";
import { ChunkCheck, type ChunkInit } from "./chunk_check.ts";
import { checkStoredInit } from "./stored_init.ts";

/** Two blocks may be open: a track lags behind. */
const MAX_OPEN = 2;

export interface CheckedArchive {
  readonly contents: ArchiveContents;
  /** One for each rendition. */
  readonly tallies: readonly Tally[];
}

export interface FileCheckInputs {
  readonly findings: Findings;
  readonly watch: (block: number) => void;
}

/** Reads all of an archive, in memory of one chunk and 100 bytes a segment. @throws errors of the file system */
export function checkArchive(
  files: ReadableArchive,
  { findings, watch }: FileCheckInputs,
): CheckedArchive {
  const check = new ArchiveCheck(files, findings);
  const numbers = check.listBlocks();
  for (const [i, number] of numbers.entries()) {
    watch(number);
    check.addBlock(number, numbers.length - i <= MAX_OPEN);
  }
  return check.finish();
}

class ArchiveCheck {
  readonly #files: ReadableArchive;
  readonly #findings: Findings;
  readonly #channel: ChannelCheck;
  readonly #tallies = new Map<string, Tally>();
  /** Checks of the tracks of the current period. */
  #chunks: ChunkCheck[] = [];

  constructor(files: ReadableArchive, findings: Findings) {
    this.#files = files;
    this.#findings = findings;
    this.#channel = new ChannelCheck((block, rendition) => this.#reportAt(block, rendition));
  }

  /** Lists complete blocks. The newest may be about to be written, and the oldest about to be removed. */
  listBlocks(): number[] {
    const numbers = this.#files.list("").flatMap((name) => parseBlockName(name) ?? [])
      .sort((a, b) => a - b);
    const isComplete = (number: number) =>
      this.#files.list(formatBlockName(number)).includes(BLOCK_FILE);
    const complete = numbers.filter(isComplete);
    for (const number of numbers) {
      const isBetween = number > complete[0]! && number < complete.at(-1)!;
      if (isBetween && !complete.includes(number)) {
        this.#reportAt(number)("block", `${BLOCK_FILE} is missing`);
      }
    }
    return complete;
  }

  addBlock(number: number, mayBeOpen: boolean): void {
    const report = this.#reportAt(number);
    const block = tryRead(() => readBlock(this.#files, number), report, "block");
    if (!block) return this.#channel.skipBlock();
    const path = `${formatBlockName(number)}/${INDEX_FILE}`;
    const read = () => readArchiveIndex(readWholeFile(this.#files, path));
    const index = tryRead(read, report, "record") ?? { entries: [], restBytes: 0 };
    const isNew = this.#channel.addBlock(number, block);
    if (isNew) this.#chunks = block.tracks.map(() => new ChunkCheck());
    const entries = checkEntries(index.entries, report);
    const isClosed = entries.some(({ kind }) => kind === "block");
    if (!isClosed && !mayBeOpen) report("record", "the block is not closed");
    if (index.restBytes > 0 && !mayBeOpen) {
      report("record", `${index.restBytes} bytes follow the last record`);
    }
    this.#checkTracks({ number, block, entries, isClosed });
    this.#channel.addEntries(number, entries, { mayBeOpen });
  }

  finish(): CheckedArchive {
    return { contents: this.#channel.finish(), tallies: [...this.#tallies.values()] };
  }

  #checkTracks({ number, block, entries, isClosed }: BlockEntries): void {
    for (const [i, track] of block.tracks.entries()) {
      const own = entries.filter(({ kind, track }) => kind === "chunk" && track === i);
      const path = `${formatBlockName(number)}/${getTrackFile(track)}`;
      const report = this.#reportAt(number, track.name);
      const file = tryRead(() => this.#files.open(path), report, "file size");
      if (!file) continue;
      try {
        this.#checkTrack(file, { number, track, index: i, chunks: own, isClosed });
      } finally {
        file.close();
      }
    }
  }

  #checkTrack(
    file: ReadableArchiveFile,
    { number, track, index, chunks, isClosed }: TrackEntries,
  ): void {
    const report = this.#reportAt(number, track.name);
    const bytes = readAt(file, 0, track.initBytes);
    this.#channel.addInit(index, bytes, report);
    const init = tryRead(() => toChunkInit(bytes), report, "init");
    if (init) checkStoredInit(bytes, track, report);
    const tally = this.#getTally(track.name);
    let end = track.initBytes;
    for (const chunk of chunks) {
      end = chunk.offset + chunk.bytes;
      if (init) {
        const chunkBytes = readAt(file, chunk.offset, chunk.bytes);
        this.#chunks[index]?.check(chunkBytes, chunk, init, report);
      }
      tally.samples += chunk.samples;
      tally.bytes += chunk.bytes;
      if (chunk.startsSegment) tally.segments++;
    }
    const size = file.size();
    if (isClosed && size > end) {
      report("file size", `the file has ${size} bytes, expected ${end}`);
    }
  }

  #getTally(rendition: string): Tally {
    const known = this.#tallies.get(rendition);
    if (known) return known;
    const tally = createTally({ format: "archive", rendition });
    this.#tallies.set(rendition, tally);
    return tally;
  }

  #reportAt(block: number, rendition = ""): Report {
    return this.#findings.at({ format: "archive", rendition, block });
  }
}

interface BlockEntries {
  readonly number: number;
  readonly block: Block;
  readonly entries: readonly IndexEntry[];
  readonly isClosed: boolean;
}

interface TrackEntries {
  readonly number: number;
  readonly track: BlockTrack;
  readonly index: number;
  readonly chunks: readonly IndexEntry[];
  readonly isClosed: boolean;
}

/** Returns the records up to the first that is broken, as readers do. */
function checkEntries(entries: readonly IndexEntry[], report: Report): readonly IndexEntry[] {
  const broken = entries.findIndex(({ hasSum, kind }) => !hasSum || kind === undefined);
  if (broken < 0) return entries;
  const { number, hasSum } = entries[broken]!;
  if (!hasSum) report("checksum", `record ${number} has a wrong CRC-32`);
  else report("record", `record ${number} is of an unknown kind`);
  return entries.slice(0, broken);
}

function toChunkInit(bytes: Uint8Array): ChunkInit {
  const { moov } = readInit(bytes);
  const [track] = moov.tracks;
  return {
    trackId: track?.id ?? 0,
    mediaTime: track?.edits[0]?.mediaTime ?? 0,
    defaults: moov.trexes.get(track?.id ?? 0) ?? NO_DEFAULTS,
    rollDistance: track?.rollDistance,
    entries: track?.entries.length ?? 0,
  };
}
