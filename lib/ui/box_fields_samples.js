/** Sample entries, codec configurations, sample tables and protection. */

import { defineContainer, defineFullBox, readTable, toHex } from "./box_content.js";

/**
 * @typedef {import("./data_view_reader.js").DataViewReader} DataViewReader
 * @typedef {import("./boxes.js").BoxField} BoxField
 * @typedef {import("./boxes.js").BoxDefinition} BoxDefinition
 */

const VIDEO_SAMPLE_ENTRIES = [
  "avc1",
  "avc3",
  "hvc1",
  "hev1",
  "av01",
  "vp08",
  "vp09",
  "dvh1",
  "dvhe",
  "dva1",
  "dvav",
  "dav1",
]
  .concat(["vvc1", "vvi1", "jpeg", "mp4v", "encv"]);
const AUDIO_SAMPLE_ENTRIES = ["mp4a", "ac-3", "ec-3", "Opus", "fLaC", ".mp3", "enca"]
  .concat(["ipcm", "fpcm", "ac-4", "dtsc", "dtsh", "dtsl", "dtse", "dtsx", "mhm1", "mha1", "iamf"]);

/** @type {Record<string, BoxDefinition>} */
export const SAMPLE_BOXES = {
  stsd: defineFullBox("Sample Description", (c) => ({
    fields: [["entry count", c.u32()]],
    hasChildren: true,
  })),
  ...Object.fromEntries(
    VIDEO_SAMPLE_ENTRIES.map((
      type,
    ) => [type, { name: "Visual Sample Entry", read: readVisualSampleEntry }]),
  ),
  ...Object.fromEntries(
    AUDIO_SAMPLE_ENTRIES.map((
      type,
    ) => [type, { name: "Audio Sample Entry", read: readAudioSampleEntry }]),
  ),
  ...defineTables(),
  ...defineConfigurations(),

  pasp: { name: "Pixel Aspect Ratio", read: (c) => ({ fields: [["ratio", readRatio(c)]] }) },
  btrt: {
    name: "Bit Rate",
    read: (c) => ({
      fields: [["buffer size", c.u32()], ["peak bitrate", c.u32()], ["average bitrate", c.u32()]],
    }),
  },
  colr: { name: "Colour Information", read: readColor },

  sinf: defineContainer("Protection Scheme"),
  schi: defineContainer("Scheme Information"),
  frma: { name: "Original Format", read: (c) => ({ fields: [["format", c.fourcc()]] }) },
  schm: defineFullBox("Scheme Type", (c) => ({
    fields: [["scheme", c.fourcc()], ["version", toHex(c.u32(), 8)]],
  })),
  tenc: defineFullBox("Track Encryption", (c, { version }) => ({
    fields: [
      ["crypt:skip blocks", (c.skip(1), version > 0 ? formatPattern(c.u8()) : (c.skip(1), "none"))],
      ["is protected", c.u8()],
      ["IV size", c.u8()],
      ["key ID", c.hex(16)],
    ],
  })),
  pssh: defineFullBox(
    "Protection System Specific Header",
    (c) => ({ fields: [["system ID", c.hex(16)]] }),
  ),
  senc: defineFullBox("Sample Encryption", (c) => ({ fields: [["sample count", c.u32()]] })),
};

/**
 * ISO/IEC 14496-12 §8.6, §8.7.
 *
 * @returns {Record<string, BoxDefinition>}
 */
function defineTables() {
  const readPair = (/** @type {DataViewReader} */ c) => [c.u32(), c.u32()];
  const readOne = (/** @type {DataViewReader} */ c) => [c.u32()];
  return {
    stts: defineTable("Decoding Time to Sample", ["sample count", "sample delta"], 8, readPair),
    ctts: defineTable(
      "Composition Time to Sample",
      ["sample count", "offset"],
      8,
      (c) => [c.u32(), c.i32()],
    ),
    stsc: defineTable(
      "Sample to Chunk",
      ["first chunk", "samples per chunk", "sample description index"],
      12,
      (c) => [
        ...readPair(c),
        c.u32(),
      ],
    ),
    stss: defineTable("Sync Sample", ["sample"], 4, readOne),
    stco: defineTable("Chunk Offset", ["offset"], 4, readOne),
    co64: defineTable("Chunk Offset, 64-bit", ["offset"], 8, (c) => [c.u64()]),
    stsz: defineFullBox("Sample Size", (c) => {
      const [size, count] = [c.u32(), c.u32()];
      return {
        fields: [["sample size", size], ["sample count", count]],
        table: size ? undefined : readTable(c, { columns: ["size"], count, size: 4, row: readOne }),
      };
    }),
  };
}

/**
 * @param {string} name
 * @param {string[]} columns
 * @param {number} size
 * @param {(c: DataViewReader) => (number | bigint)[]} row
 */
function defineTable(name, columns, size, row) {
  return defineFullBox(name, (c) => {
    const count = c.u32();
    return { fields: [["entry count", count]], table: readTable(c, { columns, count, size, row }) };
  });
}

/** @returns {Record<string, BoxDefinition>} */
function defineConfigurations() {
  return {
    avcC: {
      name: "AVC Configuration",
      read: (c) => ({
        fields: [
          ["profile", (c.skip(1), c.u8())],
          ["compatibility", toHex(c.u8(), 2)],
          ["level", c.u8() / 10],
          ["NAL unit length size", (c.u8() & 3) + 1],
          ["parameter sets", c.hex()],
        ],
      }),
    },
    hvcC: {
      name: "HEVC Configuration",
      read: (c) => ({
        fields: [
          ["profile", (c.skip(1), c.u8() & 31)],
          ["level", (c.skip(4 + 6), c.u8() / 30)],
          ["parameter sets", (c.skip(10), c.hex())],
        ],
      }),
    },
    esds: defineFullBox(
      "Elementary Stream Descriptor",
      (c) => ({ fields: [["descriptor", c.hex()]] }),
    ),
    dOps: {
      name: "Opus Configuration",
      read: (c) => ({
        fields: [
          ["channels", (c.skip(1), c.u8())],
          ["pre-skip", c.u16()],
          ["input sample rate", c.u32()],
        ],
      }),
    },
  };
}

/**
 * VisualSampleEntry (14496-12 §12.1.3).
 *
 * @param {DataViewReader} c
 */
function readVisualSampleEntry(c) {
  c.skip(6 + 2 + 16);
  const [width, height] = [c.u16(), c.u16()];
  c.skip(14);
  const name = new TextDecoder().decode(c.bytes(32).slice(1)).replace(/\0.*$/, "");
  c.skip(4);
  /** @type {BoxField[]} */
  const fields = [["width", width], ["height", height], ["compressor", name]];
  return { fields, hasChildren: true };
}

/**
 * AudioSampleEntry (14496-12 §12.2.3), including QuickTime's longer versions 1 and 2.
 *
 * @param {DataViewReader} c
 */
function readAudioSampleEntry(c) {
  c.skip(6 + 2);
  const version = c.u16();
  c.skip(6);
  /** @type {BoxField[]} */
  const fields = [["channels", c.u16()], ["bits per sample", c.u16()]];
  c.skip(4);
  fields.push(["sample rate", c.u32() / 65536]);
  if (version === 1) c.skip(16);
  if (version === 2) c.skip(36);
  return { fields, hasChildren: true };
}

/** @param {DataViewReader} c */
function readColor(c) {
  const type = c.fourcc();
  /** @type {BoxField[]} */
  const fields = [["type", type]];
  if (type !== "nclx" && type !== "nclc") return { fields };
  fields.push(["primaries", c.u16()], ["transfer", c.u16()], ["matrix", c.u16()]);
  return { fields };
}

/** @param {DataViewReader} c */
function readRatio(c) {
  return `${c.u32()}:${c.u32()}`;
}

/** @param {number} blocks */
function formatPattern(blocks) {
  return `${blocks >>> 4}:${blocks & 15}`;
}
