/** Structures that many boxes share. */

import { DataViewReader } from "./data_view_reader.js";

/**
 * @typedef {import("./boxes.js").BoxContent} BoxContent
 * @typedef {import("./boxes.js").BoxField} BoxField
 * @typedef {import("./boxes.js").BoxDefinition} BoxDefinition
 * @typedef {import("./boxes.js").BoxTable} BoxTable
 */

/**
 * @param {string} name
 * @returns {BoxDefinition}
 */
export function defineContainer(name) {
  return { name, read: () => ({ hasChildren: true }) };
}

/**
 * FullBox (14496-12 §4.2.2). `read` starts after version and flags.
 *
 * @param {string} name
 * @param {(reader: DataViewReader, header: { version: number, flags: number }) => BoxContent} read
 * @returns {BoxDefinition}
 */
export function defineFullBox(name, read) {
  return {
    name,
    read(reader) {
      const version = reader.u8();
      const flags = reader.u24();
      const { fields = [], ...rest } = read(reader, { version, flags });
      /** @type {BoxField[]} */
      const header = [["version", version], ["flags", toHex(flags, 6)]];
      return { fields: [...header, ...fields], ...rest };
    },
  };
}

/**
 * Reads rows of `size` bytes, as many as the box has left.
 *
 * @param {DataViewReader} reader
 * @param {{
 *   columns: string[],
 *   count: number,
 *   size: number,
 *   row: (reader: DataViewReader, i: number) => (string | number | bigint)[],
 * }} rows
 * @returns {BoxTable}
 */
export function readTable(reader, { columns, count, size, row }) {
  const bytes = reader.bytes(Math.min(count * size, reader.left));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    columns,
    count: size > 0 ? Math.min(count, Math.floor(bytes.length / size)) : 0,
    row: (i) => row(new DataViewReader(view, i * size, (i + 1) * size), i),
  };
}

/**
 * @param {number} value
 * @param {number} digits
 */
export function toHex(value, digits) {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}

/**
 * Formats `0x01010000 (not sync, depends on others)` (14496-12 §8.8.3.1).
 *
 * @param {number} flags
 */
export function formatSampleFlags(flags) {
  const depends = (flags >>> 24) & 3;
  const meanings = [
    flags & 0x10000 ? "not sync" : "sync",
    depends === 2 ? "depends on none" : depends === 1 ? "depends on others" : "",
  ];
  return `${toHex(flags, 8)} (${meanings.filter(Boolean).join(", ")})`;
}
