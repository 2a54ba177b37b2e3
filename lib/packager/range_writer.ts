/** Writes a new file of a header and byte ranges, in memory of a constant size. */

import type { ByteRange } from "../storage/read_plan.ts";
import { OutputError } from "./atomic_write.ts";

const BUFFER_SIZE = 2 ** 20;

/**
 * Resolves when the file will survive a power failure.
 *
 * @param ranges of synchronous sources
 * @throws OutputError; MediaError of a source
 */
export async function writeRanges(
  path: string,
  { name, header, ranges, signal }: {
    /** For messages. */
    readonly name: string;
    readonly header: Uint8Array;
    readonly ranges: Iterable<ByteRange>;
    /** Ends the writing. */
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const buffer = new Uint8Array(BUFFER_SIZE);
  let filled = 0;
  using file = await wrap(name, () => Deno.open(path, { write: true, createNew: true }));
  await wrap(name, () => writeAll(file, header));
  for (const { source, offset, size } of ranges) {
    for (let done = 0; done < size;) {
      const count = Math.min(size - done, buffer.length - filled);
      source.read(offset + done, buffer.subarray(filled, filled + count));
      done += count;
      filled += count;
      if (filled < buffer.length) continue;
      if (signal?.aborted) throw new OutputError(name, "it was interrupted");
      await wrap(name, () => writeAll(file, buffer));
      filled = 0;
    }
  }
  await wrap(name, async () => {
    await writeAll(file, buffer.subarray(0, filled));
    await file.sync();
  });
  if (signal?.aborted) throw new OutputError(name, "it was interrupted");
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

async function wrap<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new OutputError(name, error);
  }
}
