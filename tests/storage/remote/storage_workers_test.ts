/** Workers that read remote files of another thread, and end at any moment. */

import { assert, assertEquals } from "@std/assert";
import {
  allocatePages,
  BLOCK_BYTES as BLOCK,
  SharedPages,
} from "../../../lib/storage/remote/shared_pages.ts";
import type { StorageThread } from "../../../lib/storage/remote/storage_thread.ts";
import type { ReadingWorkerEvent } from "./reading_worker.ts";
import { createContent, RemoteSetup } from "./remote_setup.ts";

const SIZE = 24 * BLOCK + 5;

/** As `--source-cache 1M`: a third of the file. */
const PAGES = 8;

const CLIENTS = 24;

/** Workers that are killed: `KILLED_AT_ONCE` run at a time. */
const KILLED = 100;
const KILLED_AT_ONCE = 5;

interface Reader {
  readonly reading: Promise<void>;
  readonly done: Promise<number>;
  end(): void;
}

function startReader(
  thread: StorageThread,
  pages: SharedPages,
  { seed, reads, clients = CLIENTS }: { seed: number; reads: number; clients?: number },
): Reader {
  const worker = new Worker(new URL("./reading_worker.ts", import.meta.url), { type: "module" });
  const { port1, port2 } = new MessageChannel();
  const served = thread.serve(port1);
  const [reading, done] = [Promise.withResolvers<void>(), Promise.withResolvers<number>()];
  worker.onmessage = ({ data }: MessageEvent<ReadingWorkerEvent>) => {
    if (data.kind === "reading") reading.resolve();
    else done.resolve(data.wrong);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    done.reject(new Error(event.message));
    reading.reject(new Error(event.message));
  };
  const command = { port: port2, pages: pages.buffer, size: SIZE, clients, reads, seed };
  worker.postMessage(command, [port2]);
  return {
    reading: reading.promise,
    done: done.promise,
    end: () => {
      worker.terminate();
      served[Symbol.dispose]();
    },
  };
}

Deno.test("StorageThread serves the right bytes to 24 clients under constant eviction, and after 100 workers were killed", async () => {
  using setup = new RemoteSetup();
  setup.origin.write("a.mp4", createContent(SIZE));
  const pages = new SharedPages(allocatePages(PAGES * BLOCK));
  const thread = setup.createThread(pages);
  const reader = startReader(thread, pages, { seed: 7, reads: 100 });
  await reader.reading;
  const killInTurns = async (first: number) => {
    for (let seed = first; seed <= KILLED; seed += KILLED_AT_ONCE) {
      const killed = startReader(thread, pages, { seed, reads: Infinity, clients: 2 });
      await killed.reading;
      killed.end();
    }
  };
  await Promise.all(Array.from({ length: KILLED_AT_ONCE }, (_, i) => killInTurns(i + 1)));
  assertEquals(await reader.done, 0);
  reader.end();
  const requests = setup.origin.count("read");
  const last = startReader(thread, pages, { seed: 9, reads: 10 }); // the cache still takes and evicts
  assertEquals(await last.done, 0);
  last.end();
  assert(setup.origin.count("read") > requests + SIZE / BLOCK);
  assert(thread.cachedBytes > BLOCK && thread.cachedBytes <= PAGES * BLOCK);
});
