/**
 * The boxes of an init or a media segment (ISO/IEC 14496-12), as far as one wants to see them. Bytes that lie are told
 * as they are: a box that can't be read says so, and the ones after it are read all the same.
 */

import { BOX_DEFINITIONS } from "./box_fields.js";
import { DataViewReader } from "./data_view_reader.js";

/**
 * What a box says under a name.
 *
 * @typedef {[name: string, value: string | number | bigint | boolean]} BoxField
 *
 * Rows of a box, each made when it is asked for.
 * @typedef {{ columns: string[], count: number, row: (i: number) => (string | number | bigint)[] }} BoxTable
 *
 * What stands in a box before the boxes in it.
 * @typedef {{ fields?: BoxField[], table?: BoxTable | undefined, hasChildren?: boolean }} BoxContent
 *
 * @typedef {{
 *   name: string,
 *   read?: (cursor: DataViewReader, context: { parent: string, size: number }) => BoxContent,
 * }} BoxDefinition
 *
 * @typedef {{
 *   type: string,
 *   name: string | undefined,
 *   offset: number,
 *   size: number,
 *   header: number,
 *   fields: BoxField[],
 *   table?: BoxTable | undefined,
 *   boxes: BoxNode[],
 *   problem?: string,
 * }} BoxNode
 */

/** Deeper than any box lies. */
const MAX_DEPTH = 16;

/** A tree that has more can't be looked at. */
const MAX_BOXES = 5000;

/**
 * Reads all boxes.
 *
 * @param {Uint8Array} bytes the start of a file, or all of it
 * @param {number} size of the file
 * @returns {{ boxes: BoxNode[], problem?: string }}
 */
export function parseBoxes(bytes, size = bytes.length) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const walk = { view, left: MAX_BOXES };
  return parseRange(walk, { start: 0, end: size, depth: 0, parent: "" });
}

/**
 * @typedef {{ view: DataView, left: number }} ParserState
 * @param {ParserState} walk
 * @param {{ start: number, end: number, depth: number, parent: string }} range
 * @returns {{ boxes: BoxNode[], problem?: string }}
 */
function parseRange(walk, { start, end, depth, parent }) {
  /** @type {BoxNode[]} */
  const boxes = [];
  while (start < end) {
    if (start + 8 > walk.view.byteLength) {
      const cut = start < walk.view.byteLength || end <= walk.view.byteLength;
      return cut ? { boxes, problem: `${end - start} bytes are no box` } : { boxes };
    }
    if (walk.left-- <= 0) return { boxes, problem: `More than ${MAX_BOXES} boxes` };
    const box = parseBox(walk, { start, end, depth, parent });
    boxes.push(box);
    start = box.offset + box.size;
    if (box.size < box.header) return { boxes };
  }
  return { boxes };
}

/**
 * @param {ParserState} walk
 * @param {{ start: number, end: number, depth: number, parent: string }} range
 * @returns {BoxNode}
 */
function parseBox(walk, { start, end, depth, parent }) {
  const { view } = walk;
  const available = Math.min(end, view.byteLength);
  const { type, size, header } = parseHeader(
    new DataViewReader(view, start, available),
    end - start,
  );
  const kind = BOX_DEFINITIONS.get(type);
  /** @type {BoxNode} */
  const box = { type, name: kind?.name, offset: start, size, header, fields: [], boxes: [] };
  if (size < header) return { ...box, problem: `A size of ${size} is smaller than its header` };
  if (start + size > end) {
    return { ...box, problem: `Its ${size} bytes go beyond the end`, size: end - start };
  }
  if (depth > MAX_DEPTH) return { ...box, problem: "Too deep to look into" };
  const cursor = new DataViewReader(view, start + header, Math.min(start + size, available));
  parseContent(walk, box, { cursor, depth, parent, kind });
  return box;
}

/**
 * The header of a box (§4.2.2), with a 64-bit size or a UUID where there is one.
 *
 * @param {DataViewReader} cursor
 * @param {number} rest of the file or of the box around it, for a size of 0
 */
function parseHeader(cursor, rest) {
  const start = cursor.position;
  let size = cursor.u32();
  let type = cursor.fourcc();
  if (size === 1 && cursor.left >= 8) size = Number(cursor.u64());
  else if (size === 0) size = rest;
  if (type === "uuid" && cursor.left >= 16) type = `uuid ${cursor.hex(16)}`;
  return { type, size, header: cursor.position - start };
}

/**
 * @param {ParserState} walk
 * @param {BoxNode} box that gets what is in it
 * @param {{ cursor: DataViewReader, depth: number, parent: string, kind: BoxDefinition | undefined }} at
 */
function parseContent(walk, box, { cursor, depth, parent, kind }) {
  try {
    const content = kind?.read?.(cursor, { parent, size: box.size - box.header }) ??
      readUnknown(cursor, box, kind);
    box.fields = content.fields ?? [];
    box.table = content.table;
    if (!content.hasChildren) return;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    box.problem = error.message;
    return;
  }
  const inside = { start: cursor.position, end: box.offset + box.size, depth: depth + 1 };
  Object.assign(box, parseRange(walk, { ...inside, parent: box.type }));
}

/**
 * @param {DataViewReader} cursor
 * @param {BoxNode} box
 * @param {BoxDefinition | undefined} kind a box whose bytes are not worth a look has a kind
 * @returns {BoxContent}
 */
function readUnknown(cursor, box, kind) {
  if (kind || cursor.left === 0) return {};
  return { fields: [["bytes", cursor.hex(Math.min(cursor.left, box.size - box.header))]] };
}
