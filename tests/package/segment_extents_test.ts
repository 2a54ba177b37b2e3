import { assertEquals } from "@std/assert";
import { parseExtents, serializeExtents } from "../../lib/package/segment_extents.ts";

Deno.test("parseExtents() reads what serializeExtents() wrote, with gaps, overlaps and jumps back", () => {
  const extents = {
    starts: Float64Array.of(4096, 12288, 2 ** 40, 0),
    ends: Float64Array.of(16384, 20480, 2 ** 40 + 4096, 8192),
  };
  const serialized = serializeExtents(extents);
  assertEquals(serialized, { starts: [1, -1, 2 ** 28 - 5, -(2 ** 28) - 1], sizes: [3, 2, 1, 2] });
  assertEquals(parseExtents(serialized), extents);
});
