/** Finds boxes by name (14496-12 §4.2), independently of what the product reads of them. */

export interface FoundBox {
  readonly type: string;
  readonly body: Uint8Array;
}

export function viewBytes({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Lists the boxes from an offset on, up to the first whose size is invalid. */
export function listBoxes(bytes: Uint8Array, offset = 0): FoundBox[] {
  const view = viewBytes(bytes);
  const found: FoundBox[] = [];
  for (let at = offset; at + 8 <= bytes.length;) {
    const { type, headerSize, size } = readHeader(view, at);
    if (size < headerSize || at + size > bytes.length) break;
    found.push({ type, body: bytes.subarray(at + headerSize, at + size) });
    at += size;
  }
  return found;
}

/** Returns the bodies of all boxes at a path. */
export function findBoxes(bytes: Uint8Array, ...path: readonly string[]): Uint8Array[] {
  let found = [bytes];
  for (const name of path) {
    found = found.flatMap((body) => listBoxes(body)).filter(({ type }) => type === name).map((
      { body },
    ) => body);
  }
  return found;
}

/** Returns the bytes in `[start, end)` as characters of their values: a type of four, a language of three. */
export function readCharacters(bytes: Uint8Array, start: number, end: number): string {
  return Array.from(bytes.subarray(start, end), (byte) => String.fromCharCode(byte)).join("");
}

/** A size of 0 reaches to the end, one of 1 follows the type in 64 bits. */
export function readHeader(
  view: DataView,
  at: number,
  end = view.byteLength,
): { type: string; headerSize: number; size: number } {
  const small = view.getUint32(at);
  const type = readCharacters(new Uint8Array(view.buffer, view.byteOffset), at + 4, at + 8);
  if (small !== 1) return { type, headerSize: 8, size: small === 0 ? end - at : small };
  const size = at + 16 <= view.byteLength ? Number(view.getBigUint64(at + 8)) : 0;
  return { type, headerSize: 16, size };
}

/** Reads UTF-8 from an offset up to a NUL or the end. */
export function readText(bytes: Uint8Array, offset: number): string {
  const nul = bytes.indexOf(0, offset);
  return new TextDecoder().decode(bytes.subarray(offset, nul < 0 ? bytes.length : nul));
}
