import { createHash } from "node:crypto";
import { WorkPauses } from "../work_pauses.ts";
import type { Source } from "./source.ts";

const CHUNK_BYTES = 2 ** 20;

/**
 * Returns `sha256:` and the digest of all bytes in hexadecimal.
 *
 * @throws MediaError of the source
 */
export async function digestContent(source: Source): Promise<string> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, source.size));
  const pauses = new WorkPauses();
  for (let at = 0; at < source.size; at += buffer.length) {
    await pauses.check();
    const chunk = buffer.subarray(0, source.size - at);
    await source.read(at, chunk);
    hash.update(chunk);
  }
  return `sha256:${hash.digest("hex")}`;
}
