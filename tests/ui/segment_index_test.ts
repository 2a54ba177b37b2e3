import { assertEquals } from "@std/assert";
import { iterateEmptyIndexes } from "../../lib/ui/segment_index.js";

/** An index whose iterator is null without segments, as in shaka-player. */
class SegmentIndex {
  #segments;

  constructor(segments: number[]) {
    this.#segments = segments;
  }

  [Symbol.iterator](): IterableIterator<number> {
    return this.#segments.length > 0
      ? this.#segments.values()
      : null as unknown as IterableIterator<number>;
  }
}

Deno.test("iterateEmptyIndexes() adds an iterator to an index without segments", () => {
  iterateEmptyIndexes(SegmentIndex);
  assertEquals([...new SegmentIndex([])], []);
  assertEquals([...new SegmentIndex([1, 2])], [1, 2]);
});
