/** Tree of the boxes of a file, which can be changed and written. */

import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { readBoxHeader } from "../../lib/mp4/box.ts";

export interface Box {
  type: string;
  /** Content before the children; all content of a box without children. */
  body: Uint8Array;
  children: Box[];
  /** Offset of the box in the original file; -1 for a new box. */
  readonly start: number;
  /** Offset of its body in the original file. */
  readonly bodyStart: number;
  /** Writes its size with 64 bits. */
  large: boolean;
}

/** Bytes of fields before the children of a container. */
const CONTAINERS: Record<string, number> = {
  ...{ moov: 0, trak: 0, edts: 0, mdia: 0, minf: 0, stbl: 0, mvex: 0, moof: 0, traf: 0, mfra: 0 },
  ...{ stsd: 8, avc1: 78, avc3: 78, hvc1: 78, hev1: 78, mp4a: 28 },
};

export function createBox(type: string, body: Uint8Array, children: Box[] = []): Box {
  return { type, body, children, start: -1, bodyStart: -1, large: false };
}

export function readTree(bytes: Uint8Array): Box[] {
  return readChildren(new ByteReader(bytes), 0);
}

function readChildren(r: ByteReader, origin: number): Box[] {
  const boxes: Box[] = [];
  while (r.left >= 8) {
    const start = origin + r.position;
    const { type, size } = readBoxHeader(r);
    const bodyStart = origin + r.position;
    const body = r.take(size);
    const own = type === "mp4a" && body.bytes[9] ? size : CONTAINERS[type] ?? size; // QuickTime sound description
    const fields = body.take(own).bytes;
    const children = readChildren(body.rest(), bodyStart + own);
    boxes.push({ type, body: fields, children, start, bodyStart, large: bodyStart - start > 8 });
  }
  return boxes;
}

/** Finds all boxes of a path such as `moov/trak/mdia`. */
export function findAll(boxes: readonly Box[], path: string): Box[] {
  const [type, ...rest] = path.split("/");
  const found = boxes.filter((box) => box.type === type);
  if (rest.length === 0) return found;
  return found.flatMap((box) => findAll(box.children, rest.join("/")));
}

/** Finds the first box of a path. */
export function find(boxes: readonly Box[], path: string): Box {
  const [box] = findAll(boxes, path);
  if (!box) throw new Error(`Cannot find ${path}`);
  return box;
}

/** Replaces each box of a path; an empty list removes it. */
export function replaceBoxes(boxes: Box[], path: string, change: (box: Box) => Box[]): void {
  const at = path.lastIndexOf("/");
  const type = path.slice(at + 1);
  const lists = at < 0 ? [boxes] : findAll(boxes, path.slice(0, at)).map((box) => box.children);
  if (!lists.some((list) => list.some((box) => box.type === type))) {
    throw new Error(`Cannot find ${path}`);
  }
  for (const list of lists) {
    list.splice(0, list.length, ...list.flatMap((box) => box.type === type ? change(box) : [box]));
  }
}

/** Finds the first trak with a handler type such as `vide` or `soun`. */
export function findTrack(boxes: readonly Box[], handler: string): Box {
  const track = findAll(boxes, "moov/trak").find((trak) => {
    const r = new ByteReader(find(trak.children, "mdia/hdlr").body);
    r.skip(8);
    return r.ascii(4) === handler;
  });
  if (!track) throw new Error(`Cannot find a track of ${handler}`);
  return track;
}

/** Returns the bytes that `write` writes. */
export function buildBody(write: (w: ByteWriter) => void): Uint8Array {
  const w = new ByteWriter();
  write(w);
  return w.finish();
}

export function getSize(box: Box): number {
  return getHeaderSize(box) + box.body.length + sum(box.children.map(getSize));
}

export function getHeaderSize(box: Box): number {
  return box.large ? 16 : 8;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a + b, 0);
}

export function writeBoxes(w: ByteWriter, boxes: readonly Box[]): void {
  for (const box of boxes) {
    const size = getSize(box);
    w.u32(box.large ? 1 : size);
    w.ascii(box.type);
    if (box.large) w.u64(size);
    w.bytes(box.body);
    writeBoxes(w, box.children);
  }
}
