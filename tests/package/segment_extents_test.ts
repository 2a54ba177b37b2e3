import { assertEquals } from "@std/assert";
import { parseExtents, serializeExtents } from "../../lib/package/segment_extents.ts";

Deno.test("parseExtents() reads what serializeExtents() wrote, with gaps, overlaps and jumps back", () => {
  const extents = {
    starts: Float64Array.of(4096, 12288, 2 ** 40, 0),
    ends: Float64Array.of(16384, 20480, 2 ** 40 + 4096, 8192),
  };
  const bytes = [8192, 8193, 1, 4096];
  const serialized = serializeExtents(extents, bytes);
  assertEquals(serialized, { starts: [1, -1, 2 ** 28 - 5, -(2 ** 28) - 1], sizes: [1, -1, 0, 1] });
  assertEquals(parseExtents(serialized, bytes), extents);
});
