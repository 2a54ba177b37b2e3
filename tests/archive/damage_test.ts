/** Damaged archives and channel files, seeded: an error of its own kind or a result, never another exception. */

import { crc32 } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { formatBlock, parseBlock } from "../../lib/archive/block.ts";
import { ChannelHistory } from "../../lib/archive/channel_history.ts";
import {
  decodeClosedRecords,
  decodeRecords,
  encodeRecords,
  INDEX_RECORD_SIZE,
} from "../../lib/archive/index_record.ts";
import { readBlock, recoverArchive } from "../../lib/archive/recovery.ts";
import { removeExpiredBlocks } from "../../lib/archive/retention.ts";
import { MediaError } from "../../lib/errors.ts";
import { parseChannelFile } from "../../lib/package/channel_file.ts";
import { damageJson } from "../robustness/json_damage.ts";
import { Prng } from "../robustness/prng.ts";
import { MemoryFileSystem } from "./memory_file_system.ts";
import { append, EPOCH, readRecords, TRACKS } from "./recording.ts";

const CASES = 20_000;

/** Returns undefined after a MediaError. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    assert(error instanceof MediaError, String(error));
    assert(!error.message.includes("\n"));
    return undefined;
  }
}

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

Deno.test("decodeRecords() and ChannelHistory survive damaged records", () => {
  const [{ records }] = readRecords(ARCHIVE) as [ReturnType<typeof readRecords>[0]];
  const block = readBlock(ARCHIVE, 1);
  const bytes = encodeRecords(records);
  for (let seed = 0; seed < CASES; seed++) {
    const damaged = damageRecords(bytes, new Prng(String(seed)));
    for (const decode of [decodeRecords, decodeClosedRecords]) {
      const history = new ChannelHistory();
      history.addBlock(1, block);
      history.addRecords(1, decode(damaged));
      history.slide(2);
      history.snapshot();
      assert(history.residentBytes < 10_000);
    }
  }
});

Deno.test("recoverArchive() and removeExpiredBlocks() survive damaged archives, and an archive stays usable", () => {
  for (let seed = 0; seed < CASES / 20; seed++) {
    const prng = new Prng(String(seed));
    const files = ARCHIVE.clone();
    files.damage("00000001/index", (bytes) => damageRecords(bytes, prng));
    if (prng.below(2)) {
      files.damage("00000001/feed-video.mp4", (bytes) => bytes.slice(0, prng.below(bytes.length)));
    }
    recoverArchive(files);
    const writer = ArchiveWriter.open(files);
    if (writer.last!.progress.isBroadcastOver) continue;
    writer.continuePeriod();
    append(writer, { from: 100, end: 102 });
    writer.endPeriod();
    assertEquals(removeExpiredBlocks(files, { keep: "all", window: 1 }), []);
    removeExpiredBlocks(files, { keep: "window", window: 1 });
  }
});

const BLOCK = JSON.parse(formatBlock(readBlock(ARCHIVE, 1)));

const CHANNEL = {
  ams: 1,
  live: {
    label: "News",
    keep: 7200,
    publishers: [{ name: "main", key: `sha256:${"0".repeat(64)}` }],
    tracks: { a: { language: "fr", captions: [{ channel: "CC1", language: "en" }] } },
  },
};

const DOCUMENTS = [["parseBlock", BLOCK, parseBlock], [
  "parseChannelFile",
  CHANNEL,
  parseChannelFile,
]] as const;

for (const [name, document, parse] of DOCUMENTS) {
  Deno.test(`${name}() survives damaged documents`, () => {
    let parsed = 0;
    for (let seed = 0; seed < CASES; seed++) {
      const text = JSON.stringify(damageJson(document, new Prng(String(seed))));
      if (attempt(() => parse(text)) !== undefined) parsed++;
    }
    assert(parsed < CASES);
  });
}
