/** Threads with files of their own in one directory, as of several processes. */

import { assert, assertEquals } from "@std/assert";
import { DiskBlocks, MIN_DISK_BYTES } from "../../../lib/storage/remote/disk_blocks.ts";
import { SYSTEM_DISK } from "../../../lib/storage/remote/disk_files.ts";
import { LocalFiles } from "../../test_files.ts";
import { createBlock } from "./disk_block.ts";
import type { DiskWorkerEvent } from "./disk_worker.ts";

const BLOCKS = 400;

/** Two in each of 256 directories. */
const MAX_FILES = 512;

function start(directory: string, first: number, end: number) {
  const worker = new Worker(new URL("./disk_worker.ts", import.meta.url), { type: "module" });
  const [writing, done] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<DiskWorkerEvent & { kind: "done" }>(),
  ];
  worker.onmessage = ({ data }: MessageEvent<DiskWorkerEvent>) => {
    if (data.kind === "writing") writing.resolve();
    else done.resolve(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    done.reject(new Error(event.message));
    writing.reject(new Error(event.message));
  };
  worker.postMessage({ directory, maxBytes: MIN_DISK_BYTES, first, end });
  return { worker, writing: writing.promise, done: done.promise };
}

Deno.test("DiskBlocks of several threads share a directory, of which some are killed while they write", async () => {
  using files = new LocalFiles();
  const directory = `${files.root}/cache`;
  const first = start(directory, 0, BLOCKS);
  const second = start(directory, 0, BLOCKS);
  const killed = start(directory, BLOCKS, 2 * BLOCKS);
  await killed.writing;
  killed.worker.terminate();
  for (const { worker, done } of [first, second]) {
    const { wrong, found } = await done;
    assertEquals(wrong, 0);
    assert(found > 0);
    worker.terminate();
  }
  const stored = [...Deno.readDirSync(directory)].flatMap((
    { name },
  ) => [...Deno.readDirSync(`${directory}/${name}`)]);
  assert(stored.length > MAX_FILES / 8 && stored.length <= 1.1 * MAX_FILES, `${stored.length}`);
  const warn = (message: string) => assertEquals(message, "");
  const blocks = new DiskBlocks({
    directory,
    maxBytes: MIN_DISK_BYTES,
    files: SYSTEM_DISK,
    warn,
  });
  for (let number = 0; number < 2 * BLOCKS; number++) {
    const bytes = await blocks.get(`${number}`);
    assertEquals(bytes ?? createBlock(number), createBlock(number));
  }
});
