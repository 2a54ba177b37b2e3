/** Movie fragments (ISO/IEC 14496-12 §8.8, §8.16) and related top-level boxes. */

import {
  defineContainer,
  defineFullBox,
  formatSampleFlags,
  readTable,
  toHex,
} from "./box_content.js";

/**
 * By flag (§8.8.7).
 *
 * @type {[flag: number, name: string, read: (cursor: import("./data_view_reader.js").DataViewReader) => import("./boxes.js").BoxField[1]][]}
 */
const TFHD_FIELDS = [
  [0x1, "base data offset", (c) => c.u64()],
  [0x2, "sample description index", (c) => c.u32()],
  [0x8, "default sample duration", (c) => c.u32()],
  [0x10, "default sample size", (c) => c.u32()],
  [0x20, "default sample flags", (c) => formatSampleFlags(c.u32())],
];

/**
 * By flag (§8.8.8).
 *
 * @type {[flag: number, name: string][]}
 */
const TRUN_COLUMNS = [[0x100, "duration"], [0x200, "size"], [0x400, "flags"], [
  0x800,
  "composition offset",
]];

/** @type {Record<string, import("./boxes.js").BoxDefinition>} */
export const FRAGMENT_BOXES = {
  moof: defineContainer("Movie Fragment"),
  traf: defineContainer("Track Fragment"),
  mvex: defineContainer("Movie Extends"),
  mfra: defineContainer("Movie Fragment Random Access"),

  mehd: defineFullBox("Movie Extends Header", (c, { version }) => ({
    fields: [["fragment duration", version === 1 ? c.u64() : c.u32()]],
  })),

  trex: defineFullBox("Track Extends", (c) => ({
    fields: [
      ["track ID", c.u32()],
      ["default sample description index", c.u32()],
      ["default sample duration", c.u32()],
      ["default sample size", c.u32()],
      ["default sample flags", formatSampleFlags(c.u32())],
    ],
  })),

  mfhd: defineFullBox("Movie Fragment Header", (c) => ({ fields: [["sequence number", c.u32()]] })),

  tfhd: defineFullBox("Track Fragment Header", (c, { flags }) => ({
    fields: [
      ["track ID", c.u32()],
      ...TFHD_FIELDS.filter(([flag]) => flags & flag)
        .map(([, name, read]) => /** @type {import("./boxes.js").BoxField} */ ([name, read(c)])),
      ...flags & 0x10000 ? [flag("duration is empty")] : [],
      ...flags & 0x20000 ? [flag("default base is moof")] : [],
    ],
  })),

  tfdt: defineFullBox("Track Fragment Decode Time", (c, { version }) => ({
    fields: [["base media decode time", version === 1 ? c.u64() : c.u32()]],
  })),

  trun: defineFullBox("Track Run", (c, { version, flags }) => {
    const columns = TRUN_COLUMNS.filter(([flag]) => flags & flag).map(([, name]) => name);
    const count = c.u32();
    return {
      fields: [
        ["sample count", count],
        ...flags & 0x1 ? [toField("data offset", c.i32())] : [],
        ...flags & 0x4 ? [toField("first sample flags", formatSampleFlags(c.u32()))] : [],
      ],
      table: columns.length === 0 ? undefined : readTable(c, {
        columns,
        count,
        size: 4 * columns.length,
        row: (c) =>
          columns.map((name) =>
            name === "flags"
              ? formatSampleFlags(c.u32())
              : name === "composition offset" && version > 0
              ? c.i32()
              : c.u32()
          ),
      }),
    };
  }),

  sidx: defineFullBox("Segment Index", (c, { version }) => {
    const u32OrU64 = () => version === 0 ? c.u32() : c.u64();
    /** @type {import("./boxes.js").BoxField[]} */
    const fields = [
      ["reference ID", c.u32()],
      ["timescale", c.u32()],
      ["earliest presentation time", u32OrU64()],
      ["first offset", u32OrU64()],
    ];
    c.skip(2);
    const row = (/** @type {import("./data_view_reader.js").DataViewReader} */ c) => {
      const [reference, duration, sap] = [c.u32(), c.u32(), c.u32()];
      const kind = reference >>> 31 ? "index" : "media";
      return [kind, reference & 0x7fffffff, duration, toHex(sap, 8)];
    };
    const columns = ["reference", "size", "duration", "SAP"];
    return { fields, table: readTable(c, { columns, count: c.u16(), size: 12, row }) };
  }),

  emsg: defineFullBox(
    "Event Message",
    (c, { version }) => ({ fields: readEventFields(c, version) }),
  ),

  prft: defineFullBox("Producer Reference Time", (c, { version }) => ({
    fields: [["track ID", c.u32()], ["NTP time", c.u64()], [
      "media time",
      version === 0 ? c.u32() : c.u64(),
    ]],
  })),

  "uuid 6d1d9b0542d544e680e2141daff757b2": defineFullBox("Smooth Streaming: time (tfxd)", (c) => ({
    fields: [["time", c.u64()], ["duration", c.u64()]],
  })),
  "uuid d4807ef2ca3946958e5426cb9e46a79f": { name: "Smooth Streaming: following fragments (tfrf)" },
};

/**
 * @param {string} name
 * @param {import("./boxes.js").BoxField[1]} value
 * @returns {import("./boxes.js").BoxField}
 */
function toField(name, value) {
  return [name, value];
}

/**
 * @param {string} name
 * @returns {import("./boxes.js").BoxField}
 */
function flag(name) {
  return [name, true];
}

/**
 * ISO/IEC 23009-1 §5.10.3.3.
 *
 * @param {import("./data_view_reader.js").DataViewReader} c
 * @param {number} version
 * @returns {import("./boxes.js").BoxField[]}
 */
function readEventFields(c, version) {
  if (version === 1) {
    const numbers = readEventNumbers(c, () => toField("presentation time", c.u64()));
    return [...numbers, ["scheme", c.text()], ["value", c.text()], ["message", c.hex()]];
  }
  const [scheme, value] = [c.text(), c.text()];
  const numbers = readEventNumbers(c, () => toField("presentation time delta", c.u32()));
  return [["scheme", scheme], ["value", value], ...numbers, ["message", c.hex()]];
}

/**
 * @param {import("./data_view_reader.js").DataViewReader} c
 * @param {() => import("./boxes.js").BoxField} time
 * @returns {import("./boxes.js").BoxField[]}
 */
function readEventNumbers(c, time) {
  return [["timescale", c.u32()], time(), ["duration", c.u32()], ["ID", c.u32()]];
}
