/** Workers that read remote files of another thread, and end at any moment. */

import { assertEquals } from "@std/assert";
import {
  allocatePages,
  BLOCK_BYTES as BLOCK,
  SharedPages,
} from "../../../lib/storage/remote/shared_pages.ts";
import type { StorageThread } from "../../../lib/storage/remote/storage_thread.ts";
import type { ReadingWorkerEvent } from "./reading_worker.ts";
import { createContent, RemoteSetup } from "./remote_setup.ts";

const SIZE = 24 * BLOCK + 5;

const KILLED = 4;

interface Reader {
  readonly reading: Promise<void>;
  readonly done: Promise<number>;
  end(): void;
}

function startReader(
  thread: StorageThread,
  pages: SharedPages,
  seed: number,
  reads: number,
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
  worker.postMessage({ port: port2, pages: pages.buffer, size: SIZE, reads, seed }, [port2]);
  return {
    reading: reading.promise,
    done: done.promise,
    end: () => {
      worker.terminate();
      served[Symbol.dispose]();
    },
  };
}

Deno.test("StorageThread serves the right bytes under constant eviction, whenever other workers are killed", async () => {
  using setup = new RemoteSetup();
  setup.origin.write("a.mp4", createContent(SIZE));
  const pages = new SharedPages(allocatePages(8 * BLOCK)); // a third of the file
  const thread = setup.createThread(pages);
  const reader = startReader(thread, pages, 7, 150);
  await reader.reading;
  for (let seed = 1; seed <= KILLED; seed++) {
    const killed = startReader(thread, pages, seed, Infinity);
    await killed.reading;
    killed.end();
  }
  assertEquals(await reader.done, 0);
  reader.end();
  const last = startReader(thread, pages, 9, 50); // the cache still takes and evicts
  assertEquals(await last.done, 0);
  last.end();
  assertEquals(thread.cachedBytes <= 8 * BLOCK, true);
});
