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
  const [type, ...rest] = path;
  if (type === undefined) return [bytes];
  return listBoxes(bytes).filter((box) => box.type === type)
    .flatMap(({ body }) => findBoxes(body, ...rest));
}

/** A size of 0 reaches to the end, one of 1 follows the type in 64 bits. */
export function readHeader(
  view: DataView,
  at: number,
  end = view.byteLength,
): { type: string; headerSize: number; size: number } {
  const small = view.getUint32(at);
  const type = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
  if (small !== 1) return { type, headerSize: 8, size: small === 0 ? end - at : small };
  const size = at + 16 <= view.byteLength ? Number(view.getBigUint64(at + 8)) : 0;
  return { type, headerSize: 16, size };
}

/** Reads UTF-8 from an offset up to a NUL or the end. */
export function readText(bytes: Uint8Array, offset: number): string {
  const nul = bytes.indexOf(0, offset);
  return new TextDecoder().decode(bytes.subarray(offset, nul < 0 ? bytes.length : nul));
}
