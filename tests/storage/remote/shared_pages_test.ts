import { assert, assertEquals } from "@std/assert";
import {
  allocatePages,
  BLOCK_BYTES,
  type PageRef,
  SharedPages,
} from "../../../lib/storage/remote/shared_pages.ts";
import type { PageReaderEvent } from "./page_reader.ts";

/** Each reader makes so many copies that are valid. */
const COPIES = 300;

function bytesOf(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}

function copy(pages: SharedPages, ref: PageRef, offset: number, length: number) {
  const into = new Uint8Array(length);
  return pages.copy(ref, offset, into) ? [...into] : undefined;
}

Deno.test("allocatePages() allocates the pages that fit, at least one", () => {
  for (
    const [bytes, count] of [[0, 1], [BLOCK_BYTES, 1], [3 * BLOCK_BYTES - 1, 2], [2 ** 28, 2048]]
  ) {
    const pages = new SharedPages(allocatePages(bytes!));
    assertEquals(pages.count, count);
    const last = pages.fill(pages.count - 1, bytesOf(BLOCK_BYTES, 7));
    assertEquals(copy(pages, last, BLOCK_BYTES - 2, 2), [7, 7]);
  }
});

Deno.test("SharedPages.copy() copies what fill() wrote, for others who share the buffer", () => {
  const pages = new SharedPages(allocatePages(2 * BLOCK_BYTES));
  const [first, second] = [pages.fill(0, bytesOf(10, 1)), pages.fill(1, bytesOf(BLOCK_BYTES, 2))];
  const other = new SharedPages(pages.buffer);
  assertEquals(copy(other, first, 8, 2), [1, 1]);
  assertEquals(copy(other, second, 0, 2), [2, 2]);
  assertEquals([first.size, second.size], [10, BLOCK_BYTES]);
});

Deno.test("SharedPages.copy() copies between addresses of any alignment", () => {
  const pages = new SharedPages(allocatePages(2 * BLOCK_BYTES));
  const content = Uint8Array.from({ length: BLOCK_BYTES }, (_, i) => i * 31 + (i >> 8));
  const ref = pages.fill(1, content);
  const buffer = new Uint8Array(BLOCK_BYTES + 16);
  for (const length of [1, 63, 64, 1000, BLOCK_BYTES - 16]) {
    for (let i = 0; i < 64; i++) {
      const [offset, at] = [i % 8, i >> 3];
      buffer.fill(0);
      assert(pages.copy(ref, offset, buffer.subarray(at, at + length)));
      assertEquals(
        [buffer[at - 1] ?? 0, buffer[at], buffer[at + length - 1], buffer[at + length]],
        [0, content[offset], content[offset + length - 1], 0],
      );
      const middle = length >> 1;
      assertEquals(buffer[at + middle], content[offset + middle]);
    }
  }
});

Deno.test("SharedPages.copy() refuses a page that was cleared or filled again", () => {
  const pages = new SharedPages(allocatePages(BLOCK_BYTES));
  const before = pages.fill(0, bytesOf(2, 1));
  pages.clear(0);
  assertEquals(copy(pages, before, 0, 2), undefined);
  pages.clear(0);
  const after = pages.fill(0, bytesOf(2, 2));
  assertEquals([copy(pages, before, 0, 2), copy(pages, after, 0, 2)], [undefined, [2, 2]]);
});

Deno.test("SharedPages.copy() refuses a page that is filled while it copies", () => {
  const pages = new SharedPages(allocatePages(BLOCK_BYTES));
  const ref = pages.fill(0, bytesOf(2, 1));
  const into = new class extends Uint8Array {
    override set(source: ArrayLike<number>): void {
      super.set(source);
      pages.fill(0, bytesOf(2, 2));
    }
  }(2);
  assertEquals(pages.copy(ref, 0, into), false);
});

Deno.test("SharedPages.append() adds bytes, and what readers know stays valid", () => {
  const pages = new SharedPages(allocatePages(BLOCK_BYTES));
  const head = pages.fill(0, bytesOf(2, 1));
  const all = pages.append(head, bytesOf(2, 2));
  assertEquals([all.size, copy(pages, head, 0, 2), copy(pages, all, 0, 4)], [
    4,
    [1, 1],
    [1, 1, 2, 2],
  ]);
});

Deno.test("SharedPages.takeUsed() returns whether a page was filled or copied since", () => {
  const pages = new SharedPages(allocatePages(BLOCK_BYTES));
  const ref = pages.fill(0, bytesOf(2, 1));
  assertEquals([pages.takeUsed(0), pages.takeUsed(0)], [true, false]);
  copy(pages, ref, 0, 1);
  assertEquals([pages.takeUsed(0), pages.takeUsed(0)], [true, false]);
});

/** Starts a worker that copies pages, and resolves with what it saw, or when it has begun if it is to be killed. */
function startReader(pages: SharedPages, refs: SharedArrayBuffer): {
  worker: Worker;
  begun: Promise<unknown>;
  done: Promise<PageReaderEvent>;
} {
  const worker = new Worker(new URL("./page_reader.ts", import.meta.url), { type: "module" });
  const [begun, done] = [Promise.withResolvers(), Promise.withResolvers<PageReaderEvent>()];
  worker.onmessage = ({ data }: MessageEvent<PageReaderEvent>) => {
    if (data.kind === "begun") begun.resolve(undefined);
    else done.resolve(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    done.reject(new Error(event.message));
    begun.reject(new Error(event.message));
  };
  worker.postMessage({ pages: pages.buffer, refs, copies: COPIES });
  return { worker, begun: begun.promise, done: done.promise };
}

Deno.test("SharedPages: readers in other threads get the bytes of the generation, or none, while pages are filled all the time", async () => {
  const pages = new SharedPages(allocatePages(2 * BLOCK_BYTES));
  const refs = new Int32Array(new SharedArrayBuffer(8)); // the generation of each page, published after it was filled
  let value = 0;
  const fill = () => {
    for (let page = 0; page < pages.count; page++) {
      const { generation } = pages.fill(page, bytesOf(BLOCK_BYTES, value++ % 251));
      Atomics.store(refs, page, generation);
    }
  };
  fill();
  const readers = [startReader(pages, refs.buffer)];
  const killed = startReader(pages, refs.buffer);
  await Promise.all([...readers, killed].map(({ begun }) => begun));
  killed.worker.terminate(); // in the middle of a copy, most likely
  let running = true;
  const results = Promise.all(readers.map(({ done }) => done)).finally(() => running = false);
  while (running) {
    for (let i = 0; i < 50; i++) fill();
    await new Promise((resolve) => setTimeout(resolve)); // lets messages in
  }
  for (const result of await results) {
    assert(result.kind === "done");
    assertEquals(result.torn, 0);
    assert(result.copied > 0, "some copies succeeded");
  }
  for (const { worker } of readers) worker.terminate();
  const after = pages.fill(0, bytesOf(4, 9)); // what was killed left nothing behind
  assertEquals(copy(pages, after, 0, 4), [9, 9, 9, 9]);
});
