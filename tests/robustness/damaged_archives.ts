/** Damaged archives and channel files: an error of its own kind or a result, never another exception. */

import { crc32 } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { formatBlock, parseBlock } from "../../lib/archive/block.ts";
import { ChannelHistory } from "../../lib/archive/channel_history.ts";
import {
  decodeRecords,
  encodeRecords,
  INDEX_RECORD_SIZE,
  scanRecords,
} from "../../lib/archive/index_record.ts";
import { readBlock, recoverArchive } from "../../lib/archive/recovery.ts";
import { removeExpiredBlocks } from "../../lib/archive/retention.ts";
import { MediaError } from "../../lib/errors.ts";
import { parseChannelFile } from "../../lib/package/channel_file.ts";
import { damageJson, type Json } from "./json_damage.ts";
import type { Prng } from "./prng.ts";
import { MemoryFileSystem } from "../archive/memory_file_system.ts";
import { append, EPOCH, readRecords, TRACKS } from "../archive/recording.ts";

function createArchive(): MemoryFileSystem {
  const files = new MemoryFileSystem();
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod({ epoch: EPOCH, start: EPOCH, tracks: TRACKS });
  append(writer, { from: 0, end: 5 });
  writer.fixTarget(2, EPOCH);
  return files;
}

const ARCHIVE = createArchive();

/** Changes a few bytes, and fixes the sums of most, so that they are read. */
function damageRecords(bytes: Uint8Array<ArrayBuffer>, prng: Prng): Uint8Array<ArrayBuffer> {
  const damaged = bytes.slice();
  for (let i = prng.below(4); i >= 0; i--) damaged[prng.below(damaged.length)] = prng.below(256);
  if (prng.below(4) === 0) return damaged.subarray(0, prng.below(damaged.length)).slice();
  const view = new DataView(damaged.buffer);
  for (let at = 0; at + INDEX_RECORD_SIZE <= damaged.length; at += INDEX_RECORD_SIZE) {
    const body = damaged.subarray(at, at + INDEX_RECORD_SIZE - 4);
    view.setUint32(at + INDEX_RECORD_SIZE - 4, crc32(body));
  }
  return damaged;
}

const RECORDS = readRecords(ARCHIVE)[0]!.records;

const FIRST_BLOCK = readBlock(ARCHIVE, 1);

/** Reads an index that is damaged, with and without its chunks. Returns false if records are missing. */
export function readDamagedRecords(prng: Prng): boolean {
  const damaged = damageRecords(encodeRecords(RECORDS), prng);
  for (const omitsChunks of [false, true]) {
    const history = new ChannelHistory();
    history.addBlock(1, FIRST_BLOCK);
    history.addRecords(1, scanRecords(damaged, { omitsChunks }).records);
    history.slide(2);
    history.snapshot();
    assert(history.residentBytes < 10_000);
  }
  return decodeRecords(damaged).length === RECORDS.length;
}

/** Recovers an archive that is damaged, and records on. Returns false if it has lost records. */
export function recoverDamagedArchive(prng: Prng): boolean {
  const files = ARCHIVE.clone();
  files.damage("00000001/index", (bytes) => damageRecords(bytes, prng));
  if (prng.below(2)) {
    files.damage("00000001/feed-video.mp4", (bytes) => bytes.slice(0, prng.below(bytes.length)));
  }
  recoverArchive(files);
  const isWhole = readRecords(files)[0]!.records.length >= RECORDS.length;
  const writer = ArchiveWriter.open(files);
  if (writer.last!.progress.isBroadcastOver) return isWhole;
  writer.continuePeriod();
  append(writer, { from: 100, end: 102 });
  writer.endPeriod();
  assertEquals(removeExpiredBlocks(files, { keep: "all", window: 1 }), []);
  removeExpiredBlocks(files, { keep: "window", window: 1 });
  return isWhole;
}

const BLOCK = JSON.parse(formatBlock(FIRST_BLOCK));

const CHANNEL = {
  ams: 1,
  live: {
    label: "News",
    keep: 7200,
    publishers: [{ name: "main", key: `sha256:${"0".repeat(64)}` }],
    tracks: { a: { language: "fr", captions: [{ channel: "CC1", language: "en" }] } },
  },
};

/** Parses a `block.json` that is damaged. Returns false if it is rejected. */
export function parseDamagedBlock(prng: Prng): boolean {
  return isParsed(parseBlock, damageJson(BLOCK, prng));
}

/** Parses a channel file that is damaged. Returns false if it is rejected. */
export function parseDamagedChannelFile(prng: Prng): boolean {
  return isParsed(parseChannelFile, damageJson(CHANNEL, prng));
}

function isParsed(parse: (text: string) => unknown, document: Json): boolean {
  try {
    parse(JSON.stringify(document));
    return true;
  } catch (error) {
    assert(error instanceof MediaError, String(error));
    assert(!error.message.includes("\n"));
    return false;
  }
}
