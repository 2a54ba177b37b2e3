/** What is known of a remote file, as bytes that are kept on disk. The origin is always asked whether it still holds. */

import type { RemoteFile } from "./range_reader.ts";

export function toFileRecord({ size, etag, modifiedAtMs }: RemoteFile): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ size, etag, modifiedAtMs }));
}

/** What a header can have. */
const ETAG = /^"[\x21\x23-\x7e\x80-\xff]*"$/;

/** Returns undefined for a record of another format. */
export function readFileRecord(path: string, record: Uint8Array): RemoteFile | undefined {
  const { size, etag, modifiedAtMs } = parse(new TextDecoder().decode(record));
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return undefined;
  if (typeof etag !== "string" || !ETAG.test(etag)) return undefined;
  return {
    path,
    size,
    etag,
    modifiedAtMs: typeof modifiedAtMs === "number" ? modifiedAtMs : undefined,
  };
}

function parse(text: string): { size?: unknown; etag?: unknown; modifiedAtMs?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
