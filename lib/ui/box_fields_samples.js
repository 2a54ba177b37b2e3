/** Boxes that describe samples: their entries and codecs, their tables, and what protects them. */

import { container, fullBox, hexadecimal, table } from "./box_content.js";

/**
 * @typedef {import("./byte_reader.js").Cursor} Cursor
 * @typedef {import("./boxes.js").Field} Field
 * @typedef {import("./boxes.js").Kind} Kind
 */

const VIDEO = [
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
  .concat(["jpeg", "mp4v", "encv"]);
const AUDIO = ["mp4a", "ac-3", "ec-3", "Opus", "fLaC", ".mp3", "enca"];

/** @type {Record<string, Kind>} */
export const SAMPLE_BOXES = {
  stsd: fullBox("Sample Descriptions", (c) => ({
    fields: [["entry count", c.u32()]],
    holdsBoxes: true,
  })),
  ...Object.fromEntries(VIDEO.map((type) => [type, { name: "Visual Sample Entry", read: visual }])),
  ...Object.fromEntries(AUDIO.map((type) => [type, { name: "Audio Sample Entry", read: audio }])),
  ...tables(),
  ...configurations(),

  pasp: { name: "Pixel Aspect Ratio", read: (c) => ({ fields: [["ratio", ratio(c)]] }) },
  btrt: {
    name: "Bit Rate",
    read: (c) => ({
      fields: [["buffer size", c.u32()], ["peak bitrate", c.u32()], ["mean bitrate", c.u32()]],
    }),
  },
  colr: { name: "Colour", read: colour },

  sinf: container("Protection Scheme"),
  schi: container("Scheme Information"),
  frma: { name: "Original Format", read: (c) => ({ fields: [["format", c.fourcc()]] }) },
  schm: fullBox("Scheme Type", (c) => ({
    fields: [["scheme", c.fourcc()], ["version", hexadecimal(c.u32(), 8)]],
  })),
  tenc: fullBox("Track Encryption", (c, { version }) => ({
    fields: [
      ["crypt:skip blocks", (c.skip(1), version > 0 ? pattern(c.u8()) : (c.skip(1), "none"))],
      ["is protected", c.u8()],
      ["IV size", c.u8()],
      ["key ID", c.hex(16)],
    ],
  })),
  pssh: fullBox("Protection System", (c) => ({ fields: [["system ID", c.hex(16)]] })),
  senc: fullBox("Sample Encryption", (c) => ({ fields: [["sample count", c.u32()]] })),
};

/**
 * Tables of samples (14496-12 §8.6, §8.7).
 *
 * @returns {Record<string, Kind>}
 */
function tables() {
  const pair = (/** @type {Cursor} */ c) => [c.u32(), c.u32()];
  const one = (/** @type {Cursor} */ c) => [c.u32()];
  return {
    stts: rows("Decoding Times", ["sample count", "sample delta"], 8, pair),
    ctts: rows("Composition Offsets", ["sample count", "offset"], 8, (c) => [c.u32(), c.i32()]),
    stsc: rows("Samples to Chunks", ["first chunk", "samples", "entry"], 12, (c) => [
      ...pair(c),
      c.u32(),
    ]),
    stss: rows("Sync Samples", ["sample"], 4, one),
    stco: rows("Chunk Offsets", ["offset"], 4, one),
    co64: rows("Chunk Offsets, 64 bits", ["offset"], 8, (c) => [c.u64()]),
    stsz: fullBox("Sample Sizes", (c) => {
      const [size, count] = [c.u32(), c.u32()];
      return {
        fields: [["sample size", size], ["sample count", count]],
        table: size ? undefined : table(c, { columns: ["size"], count, size: 4, row: one }),
      };
    }),
  };
}

/**
 * @param {string} name
 * @param {string[]} columns
 * @param {number} size of a row, in bytes
 * @param {(c: Cursor) => (number | bigint)[]} row
 */
function rows(name, columns, size, row) {
  return fullBox(name, (c) => {
    const count = c.u32();
    return { fields: [["entry count", count]], table: table(c, { columns, count, size, row }) };
  });
}

/**
 * What decoders are set up with.
 *
 * @returns {Record<string, Kind>}
 */
function configurations() {
  return {
    avcC: {
      name: "H.264 Configuration",
      read: (c) => ({
        fields: [
          ["profile", (c.skip(1), c.u8())],
          ["compatibility", hexadecimal(c.u8(), 2)],
          ["level", c.u8() / 10],
          ["bytes of NAL unit lengths", (c.u8() & 3) + 1],
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
    esds: fullBox("Elementary Stream Descriptor", (c) => ({ fields: [["descriptor", c.hex()]] })),
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
 * @param {Cursor} c
 */
function visual(c) {
  c.skip(6 + 2 + 16);
  const [width, height] = [c.u16(), c.u16()];
  c.skip(14);
  const name = new TextDecoder().decode(c.bytes(32).slice(1)).replace(/\0.*$/, "");
  c.skip(4);
  /** @type {Field[]} */
  const fields = [["width", width], ["height", height], ["compressor", name]];
  return { fields, holdsBoxes: true };
}

/**
 * AudioSampleEntry (14496-12 §12.2.3), and QuickTime's longer versions of it.
 *
 * @param {Cursor} c
 */
function audio(c) {
  c.skip(6 + 2);
  const version = c.u16();
  c.skip(6);
  /** @type {Field[]} */
  const fields = [["channels", c.u16()], ["bits a sample", c.u16()]];
  c.skip(4);
  fields.push(["sample rate", c.u32() / 65536]);
  if (version === 1) c.skip(16);
  if (version === 2) c.skip(36);
  return { fields, holdsBoxes: true };
}

/**
 * @param {Cursor} c
 */
function colour(c) {
  const type = c.fourcc();
  /** @type {Field[]} */
  const fields = [["type", type]];
  if (type !== "nclx" && type !== "nclc") return { fields };
  fields.push(["primaries", c.u16()], ["transfer", c.u16()], ["matrix", c.u16()]);
  return { fields };
}

/**
 * @param {Cursor} c
 */
function ratio(c) {
  return `${c.u32()}:${c.u32()}`;
}

/**
 * @param {number} blocks
 */
function pattern(blocks) {
  return `${blocks >>> 4}:${blocks & 15}`;
}
