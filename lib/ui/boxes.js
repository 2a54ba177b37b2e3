/** Box parser for display (ISO/IEC 14496-12). A box that cannot be read carries a `problem`; parsing continues after it. */

import { BOX_DEFINITIONS } from "./box_fields.js";
import { DataViewReader } from "./data_view_reader.js";

/**
 * @typedef {[name: string, value: string | number | bigint | boolean]} BoxField
 *
 * Rows are read on demand.
 * @typedef {{ columns: string[], count: number, row: (i: number) => (string | number | bigint)[] }} BoxTable
 *
 * @typedef {{ fields?: BoxField[], table?: BoxTable | undefined, hasChildren?: boolean }} BoxContent
 *
 * @typedef {{
 *   name: string,
 *   read?: (reader: DataViewReader, context: { parent: string, size: number }) => BoxContent,
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

const MAX_DEPTH = 16;

const MAX_BOXES = 5000;

/**
 * Parses the start of a segment of `size` bytes.
 *
 * @param {Uint8Array} bytes
 * @param {number} size
 * @returns {{ boxes: BoxNode[], problem?: string }}
 */
export function parseBoxes(bytes, size = bytes.length) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const state = { view, left: MAX_BOXES };
  return parseRange(state, { start: 0, end: size, depth: 0, parent: "" });
}

/**
 * @typedef {{ view: DataView, left: number }} ParserState
 * @param {ParserState} state
 * @param {{ start: number, end: number, depth: number, parent: string }} range
 * @returns {{ boxes: BoxNode[], problem?: string }}
 */
function parseRange(state, { start, end, depth, parent }) {
  /** @type {BoxNode[]} */
  const boxes = [];
  while (start < end) {
    if (start + 8 > state.view.byteLength) {
      const incomplete = start < state.view.byteLength || end <= state.view.byteLength;
      return incomplete ? { boxes, problem: `${end - start} bytes do not form a box` } : { boxes };
    }
    if (state.left-- <= 0) return { boxes, problem: `More than ${MAX_BOXES} boxes` };
    const box = parseBox(state, { start, end, depth, parent });
    boxes.push(box);
    start = box.offset + box.size;
    if (box.size < box.header) return { boxes };
  }
  return { boxes };
}

/**
 * @param {ParserState} state
 * @param {{ start: number, end: number, depth: number, parent: string }} range
 * @returns {BoxNode}
 */
function parseBox(state, { start, end, depth, parent }) {
  const { view } = state;
  const available = Math.min(end, view.byteLength);
  const { type, size, header } = parseHeader(
    new DataViewReader(view, start, available),
    end - start,
  );
  const definition = BOX_DEFINITIONS.get(type);
  /** @type {BoxNode} */
  const box = { type, name: definition?.name, offset: start, size, header, fields: [], boxes: [] };
  if (size < header) return { ...box, problem: `Size ${size} is smaller than the header` };
  if (start + size > end) {
    return {
      ...box,
      problem: `Size ${size} extends beyond the end of the parent`,
      size: end - start,
    };
  }
  if (depth > MAX_DEPTH) return { ...box, problem: "Nested too deeply" };
  const reader = new DataViewReader(view, start + header, Math.min(start + size, available));
  parseContent(state, box, { reader, depth, parent, definition });
  return box;
}

/**
 * Box header (§4.2.2). `rest` is the size of a box that extends to the end of its parent.
 *
 * @param {DataViewReader} reader
 * @param {number} rest
 */
function parseHeader(reader, rest) {
  const start = reader.position;
  let size = reader.u32();
  let type = reader.fourcc();
  if (size === 1 && reader.left >= 8) size = Number(reader.u64());
  else if (size === 0) size = rest;
  if (type === "uuid" && reader.left >= 16) type = `uuid ${reader.hex(16)}`;
  return { type, size, header: reader.position - start };
}

/**
 * @param {ParserState} state
 * @param {BoxNode} box
 * @param {{ reader: DataViewReader, depth: number, parent: string, definition: BoxDefinition | undefined }} at
 */
function parseContent(state, box, { reader, depth, parent, definition }) {
  try {
    const content = definition?.read?.(reader, { parent, size: box.size - box.header }) ??
      readUnknown(reader, box, definition);
    box.fields = content.fields ?? [];
    box.table = content.table;
    if (!content.hasChildren) return;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    box.problem = error.message;
    return;
  }
  const range = { start: reader.position, end: box.offset + box.size, depth: depth + 1 };
  Object.assign(box, parseRange(state, { ...range, parent: box.type }));
}

/**
 * @param {DataViewReader} reader
 * @param {BoxNode} box
 * @param {BoxDefinition | undefined} definition defined for boxes whose bytes are not worth showing
 * @returns {BoxContent}
 */
function readUnknown(reader, box, definition) {
  if (definition || reader.left === 0) return {};
  return { fields: [["bytes", reader.hex(Math.min(reader.left, box.size - box.header))]] };
}
