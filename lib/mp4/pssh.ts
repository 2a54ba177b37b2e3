import type { ByteReader, ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readVersion } from "./box.ts";

/** Contents of a Protection System Specific Header. UUIDs have 16 bytes in the order of their text. */
export interface ProtectionSystemHeader {
  readonly systemId: Uint8Array;
  /** KIDs that the data applies to; absent in version 0. */
  readonly kids?: readonly Uint8Array[];
  readonly data: Uint8Array;
}

const UUID_SIZE = 16;

/** Protection System Specific Header (23001-7 §8.1): version 1 if there are KIDs. */
export function pssh(w: ByteWriter, { systemId, kids, data }: ProtectionSystemHeader): void {
  w.fullBox("pssh", kids ? 1 : 0, 0, () => {
    w.bytes(systemId);
    if (kids) w.u32(kids.length);
    for (const kid of kids ?? []) w.bytes(kid);
    w.u32(data.length);
    w.bytes(data);
  });
}

/**
 * Protection System Specific Header (23001-7 §8.1).
 *
 * @throws MediaError if the box has fewer bytes than it declares, or more
 */
export function readPssh(r: ByteReader): ProtectionSystemHeader {
  const { version } = readVersion(r, 1);
  const systemId = r.take(UUID_SIZE).bytes;
  const kids = version === 1 ? readKids(r) : undefined;
  const data = r.take(r.u32()).bytes;
  if (r.left > 0) throw new MediaError(`Cannot read ${r.left} bytes after the data`);
  return { systemId, ...kids && { kids }, data };
}

function readKids(r: ByteReader): Uint8Array[] {
  const count = r.u32();
  if (count > r.left / UUID_SIZE) {
    throw new MediaError(`Cannot read ${count} KIDs where ${r.left} bytes are left`);
  }
  return Array.from({ length: count }, () => r.take(UUID_SIZE).bytes);
}
