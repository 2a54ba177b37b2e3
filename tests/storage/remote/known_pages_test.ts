import { assertEquals } from "@std/assert";
import { KnownPages } from "../../../lib/storage/remote/known_pages.ts";
import {
  allocatePages,
  BLOCK_BYTES as BLOCK,
  SharedPages,
} from "../../../lib/storage/remote/shared_pages.ts";
import { createContent } from "./remote_setup.ts";

const CONTENT = createContent(2 * BLOCK + 10);

function setUp() {
  const pages = new SharedPages(allocatePages(4 * BLOCK));
  const known = new KnownPages(pages.buffer);
  const fill = (page: number, block: number) => {
    const content = CONTENT.subarray(BLOCK * block, BLOCK * (block + 1));
    return { block, ...pages.fill(page, content) };
  };
  return { pages, known, fill };
}

function copy(known: KnownPages, key: string, start: number, end: number) {
  const into = new Uint8Array(end - start);
  return known.copy(key, start, into) ? into : undefined;
}

Deno.test("KnownPages.copy() copies across pages", () => {
  const { known, fill } = setUp();
  [[2, 0], [0, 1], [3, 2]].forEach(([page, block]) => known.add("a", fill(page!, block!)));
  for (const [start, end] of [[0, 5], [BLOCK - 2, BLOCK + 2], [1, 2 * BLOCK + 10]]) {
    assertEquals(copy(known, "a", start!, end!), CONTENT.slice(start, end));
  }
  assertEquals(copy(known, "a", 2 * BLOCK, 2 * BLOCK + 11), undefined); // more than is filled
  assertEquals(copy(known, "b", 0, 5), undefined);
  assertEquals(known.capacity, 4 * BLOCK);
});

Deno.test("KnownPages.copy() refuses blocks that are not known, and pages with other content", () => {
  const { known, fill } = setUp();
  known.add("a", fill(0, 0));
  assertEquals(copy(known, "a", BLOCK - 1, BLOCK + 1), undefined);
  fill(0, 1);
  assertEquals([copy(known, "a", 0, 1), known.has("a", [[0, 1]])], [undefined, false]);
});

Deno.test("KnownPages.add() replaces what is known of a page, and of a block", () => {
  const { known, fill } = setUp();
  known.add("a", fill(0, 0));
  known.add("b", fill(0, 1));
  assertEquals([copy(known, "a", 0, 1), copy(known, "b", BLOCK, BLOCK + 1)], [
    undefined,
    CONTENT.slice(BLOCK, BLOCK + 1),
  ]);
  known.add("b", fill(1, 1)); // the block has moved
  known.add("c", fill(0, 0));
  assertEquals(copy(known, "b", BLOCK, BLOCK + 1), CONTENT.slice(BLOCK, BLOCK + 1));
});

Deno.test("KnownPages.has() returns whether all of ranges is there", () => {
  const { known, fill } = setUp();
  known.add("a", fill(0, 0));
  known.add("a", fill(1, 2));
  assertEquals(known.has("a", [[5, 9], [2 * BLOCK, 2 * BLOCK + 10]]), true);
  for (const [start, end] of [[0, BLOCK + 1], [2 * BLOCK, 2 * BLOCK + 11]] as const) {
    assertEquals(known.has("a", [[5, 9], [start, end]]), false);
  }
});
