import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { OutputError } from "../../lib/packager/atomic_write.ts";
import { writeRanges } from "../../lib/packager/range_writer.ts";
import type { Source } from "../../lib/storage/source.ts";

const MEDIA = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 2654435761) >>> 24);

const source: Source = {
  name: "media",
  size: MEDIA.length,
  synchronous: true,
  read(offset, into) {
    if (offset + into.length > MEDIA.length) throw new MediaError("Cannot read", "MEDIA_READ");
    into.set(MEDIA.subarray(offset, offset + into.length));
  },
  close() {},
};

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await work(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const header = new Uint8Array([1, 2, 3]);

Deno.test("writeRanges() writes a header and ranges, smaller and larger than its buffer", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "a.mp4");
    const spans = [[5, 10], [2_999_990, 3_000_000], [0, 2_500_001], [7, 8], [100, 1_048_676]];
    const ranges = spans.map(([from, to]) => ({ source, offset: from!, size: to! - from! }));
    await writeRanges(path, { name: "a.mp4", header, ranges });
    const expected = spans.map(([from, to]) => MEDIA.subarray(from, to));
    const bytes = await Deno.readFile(path);
    assertEquals(bytes.length, 3 + expected.reduce((sum, { length }) => sum + length, 0));
    let at = 3;
    for (const part of expected) {
      assertEquals(bytes.subarray(at, at + part.length).toHex() === part.toHex(), true);
      at += part.length;
    }
  });
});

Deno.test("writeRanges() fails for a file that exists, and for a source that fails", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "a.mp4");
    const broken = [{ source, offset: 2_999_999, size: 2 }];
    const write = (name: string, ranges = broken) => writeRanges(path, { name, header, ranges });
    await assertRejects(() => write("a.mp4"), MediaError, "Cannot read");
    await assertRejects(() => write("a.mp4", []), OutputError, "Cannot write 'a.mp4': ");
  });
});
