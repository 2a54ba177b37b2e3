/** Locates the boxes of a file, and replaces them. */

export interface BoxLocation {
  readonly type: string;
  /** Offset of the header in the file. */
  readonly offset: number;
  readonly size: number;
  /** Enclosing boxes, the outermost first. */
  readonly parents: readonly BoxLocation[];
}

/** Bytes between the header and the first child. */
const CONTAINERS: Record<string, number> = {
  ...{ moov: 0, trak: 0, edts: 0, mdia: 0, minf: 0, stbl: 0, mvex: 0, moof: 0, traf: 0, dinf: 0 },
  ...{ stsd: 8, avc1: 78, hvc1: 78, hev1: 78, av01: 78, vp09: 78, mp4v: 78, mp4a: 28, Opus: 28 },
};

/** Deeper boxes are not searched. */
const MAX_DEPTH = 50;

/** All boxes of a file, each before its children. */
export function findBoxes(bytes: Uint8Array): BoxLocation[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boxes: BoxLocation[] = [];
  const walk = (start: number, end: number, parents: readonly BoxLocation[]) => {
    for (let offset = start; offset + 8 <= end;) {
      const large = view.getUint32(offset) === 1 && offset + 16 <= end;
      const size = large ? view.getUint32(offset + 12) : view.getUint32(offset);
      if (size < 8 || offset + size > end) return;
      const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
      const location = { type, offset, size, parents };
      boxes.push(location);
      const fieldSize = Object.hasOwn(CONTAINERS, type) ? CONTAINERS[type] : undefined;
      if (fieldSize !== undefined && parents.length < MAX_DEPTH) {
        walk(offset + 8 + fieldSize, offset + size, [...parents, location]);
      }
      offset += size;
    }
  };
  walk(0, bytes.length, []);
  return boxes;
}

/** Replaces a box, and corrects the sizes of its parents. */
export function replaceBox(
  bytes: Uint8Array,
  { offset, size, parents }: BoxLocation,
  replacement: Uint8Array,
): Uint8Array {
  const result = new Uint8Array(bytes.length - size + replacement.length);
  result.set(bytes.subarray(0, offset));
  result.set(replacement, offset);
  result.set(bytes.subarray(offset + size), offset + replacement.length);
  const view = new DataView(result.buffer);
  for (const parent of parents) {
    view.setUint32(parent.offset, parent.size - size + replacement.length);
  }
  return result;
}
