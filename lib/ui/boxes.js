/**
 * The boxes of an init or a media segment (ISO/IEC 14496-12), as far as one wants to see them. Bytes that lie are told
 * as they are: a box that can't be read says so, and the ones after it are read all the same.
 */

import { BOXES } from "./box_fields.js";
import { Cursor } from "./byte_reader.js";

/**
 * What a box says under a name.
 *
 * @typedef {[name: string, value: string | number | bigint | boolean]} Field
 *
 * Rows of a box, each made when it is asked for.
 * @typedef {{ columns: string[], count: number, row: (i: number) => (string | number | bigint)[] }} Table
 *
 * What stands in a box before the boxes in it.
 * @typedef {{ fields?: Field[], table?: Table | undefined, holdsBoxes?: boolean }} Content
 *
 * @typedef {{
 *   name: string,
 *   read?: (cursor: Cursor, context: { parent: string, size: number }) => Content,
 * }} Kind
 *
 * @typedef {{
 *   type: string,
 *   name: string | undefined,
 *   offset: number,
 *   size: number,
 *   header: number,
 *   fields: Field[],
 *   table?: Table | undefined,
 *   boxes: Box[],
 *   problem?: string,
 * }} Box
 */

/** Deeper than any box lies. */
const DEEPEST = 16;

/** A tree that has more can't be looked at. */
const MOST_BOXES = 5000;

/**
 * Reads all boxes.
 *
 * @param {Uint8Array} bytes the start of a file, or all of it
 * @param {number} size of the file
 * @returns {{ boxes: Box[], problem?: string }}
 */
export function readBoxes(bytes, size = bytes.length) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const walk = { view, left: MOST_BOXES };
  return boxesIn(walk, { start: 0, end: size, depth: 0, parent: "" });
}

/**
 * @typedef {{ view: DataView, left: number }} Walk
 * @param {Walk} walk
 * @param {{ start: number, end: number, depth: number, parent: string }} range
 * @returns {{ boxes: Box[], problem?: string }}
 */
function boxesIn(walk, { start, end, depth, parent }) {
  /** @type {Box[]} */
  const boxes = [];
  while (start < end) {
    if (start + 8 > walk.view.byteLength) {
      const cut = start < walk.view.byteLength || end <= walk.view.byteLength;
      return cut ? { boxes, problem: `${end - start} bytes are no box` } : { boxes };
    }
    if (walk.left-- <= 0) return { boxes, problem: `More than ${MOST_BOXES} boxes` };
    const box = boxAt(walk, { start, end, depth, parent });
    boxes.push(box);
    start = box.offset + box.size;
    if (box.size < box.header) return { boxes };
  }
  return { boxes };
}

/**
 * @param {Walk} walk
 * @param {{ start: number, end: number, depth: number, parent: string }} range
 * @returns {Box}
 */
function boxAt(walk, { start, end, depth, parent }) {
  const { view } = walk;
  const available = Math.min(end, view.byteLength);
  const { type, size, header } = headerAt(new Cursor(view, start, available), end - start);
  const kind = BOXES.get(type);
  /** @type {Box} */
  const box = { type, name: kind?.name, offset: start, size, header, fields: [], boxes: [] };
  if (size < header) return { ...box, problem: `A size of ${size} is smaller than its header` };
  if (start + size > end) {
    return { ...box, problem: `Its ${size} bytes go beyond the end`, size: end - start };
  }
  if (depth > DEEPEST) return { ...box, problem: "Too deep to look into" };
  const cursor = new Cursor(view, start + header, Math.min(start + size, available));
  readContent(walk, box, { cursor, depth, parent, kind });
  return box;
}

/**
 * The header of a box (§4.2.2), with a 64-bit size or a UUID where there is one.
 *
 * @param {Cursor} cursor
 * @param {number} rest of the file or of the box around it, for a size of 0
 */
function headerAt(cursor, rest) {
  const start = cursor.at;
  let size = cursor.u32();
  let type = cursor.fourcc();
  if (size === 1 && cursor.left >= 8) size = Number(cursor.u64());
  else if (size === 0) size = rest;
  if (type === "uuid" && cursor.left >= 16) type = `uuid ${cursor.hex(16)}`;
  return { type, size, header: cursor.at - start };
}

/**
 * @param {Walk} walk
 * @param {Box} box that gets what is in it
 * @param {{ cursor: Cursor, depth: number, parent: string, kind: Kind | undefined }} at
 */
function readContent(walk, box, { cursor, depth, parent, kind }) {
  try {
    const content = kind?.read?.(cursor, { parent, size: box.size - box.header }) ??
      unknown(cursor, box, kind);
    box.fields = content.fields ?? [];
    box.table = content.table;
    if (!content.holdsBoxes) return;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    box.problem = error.message;
    return;
  }
  const inside = { start: cursor.at, end: box.offset + box.size, depth: depth + 1 };
  Object.assign(box, boxesIn(walk, { ...inside, parent: box.type }));
}

/**
 * @param {Cursor} cursor
 * @param {Box} box
 * @param {Kind | undefined} kind a box whose bytes are not worth a look has a kind
 * @returns {Content}
 */
function unknown(cursor, box, kind) {
  if (kind || cursor.left === 0) return {};
  return { fields: [["bytes", cursor.hex(Math.min(cursor.left, box.size - box.header))]] };
}
