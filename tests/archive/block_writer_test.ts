import { assertEquals, assertThrows } from "@std/assert";
import { type Block, BLOCK_FILE } from "../../lib/archive/block.ts";
import { BlockWriter, removeBlock } from "../../lib/archive/block_writer.ts";
import { NoSpaceError } from "../../lib/archive/file_system.ts";
import { listBlocks, recoverArchive } from "../../lib/archive/recovery.ts";
import { Killed, MemoryFileSystem } from "./memory_file_system.ts";
import { TRACKS } from "./recording.ts";

const BLOCK: Block = {
  broadcast: { number: 1, epoch: 1 },
  period: { id: 1, start: 1 },
  tracks: TRACKS.map(({ init, ...track }) => ({ ...track, first: 0, initBytes: init.length })),
  counts: { periods: 0, segments: {} },
};

const NEW = { number: 1, block: BLOCK, inits: TRACKS.map(({ init }) => init) };

Deno.test("BlockWriter.create() leaves nothing when the disk is full", () => {
  const whole = new MemoryFileSystem();
  BlockWriter.create(whole, NEW);
  const size = whole.paths().slice(1).reduce((sum, path) => sum + whole.bytes(path).length, 0);
  for (let capacity = 0; capacity < size; capacity++) {
    const files = new MemoryFileSystem({ capacity });
    assertThrows(() => BlockWriter.create(files, NEW), NoSpaceError);
    assertEquals(files.paths(), []);
  }
});

Deno.test("removeBlock() leaves no block without its files, wherever it is killed", () => {
  const whole = new MemoryFileSystem();
  BlockWriter.create(whole, NEW);
  for (let killAfter = 0; killAfter < 5; killAfter++) {
    const files = whole.clone({ killAfter });
    assertThrows(() => removeBlock(files, 1), Killed);
    const hasBlock = files.paths().includes(`00000001/${BLOCK_FILE}`);
    assertEquals(listBlocks(files), hasBlock ? [1] : []);
    assertEquals(files.paths().length, hasBlock ? 5 : 5 - killAfter);
    const restarted = files.restart();
    recoverArchive(restarted);
    assertEquals(restarted.paths().length, hasBlock ? 5 : 0);
  }
});
