import { assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { digestContent } from "../../lib/storage/content_digest.ts";
import { MemoryStorage } from "../memory_storage.ts";

for (const size of [0, 1, 2 ** 20, 2 ** 20 + 1, 3 * 2 ** 20 - 1]) {
  Deno.test(`digestContent() digests ${size} bytes, in chunks of a megabyte`, async () => {
    const storage = new MemoryStorage();
    const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251);
    storage.write("a", bytes);
    const source = await storage.open("a", "a");
    const expected = createHash("sha256").update(bytes).digest("hex");
    assertEquals(await digestContent(source), `sha256:${expected}`);
    const reads = storage.requests.filter(({ kind }) => kind === "read");
    assertEquals(reads.every(({ size }) => size <= 2 ** 20), true);
    assertEquals(storage.bytesRead, size);
  });
}
