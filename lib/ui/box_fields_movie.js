/** Movie and tracks (ISO/IEC 14496-12 §4.3, §8.2 to §8.6). */

import { defineContainer, defineFullBox, readTable } from "./box_content.js";

/**
 * @typedef {import("./data_view_reader.js").DataViewReader} DataViewReader
 * @typedef {import("./boxes.js").BoxContent} BoxContent
 * @typedef {import("./boxes.js").BoxField} BoxField
 */

const SECONDS_1904_TO_1970 = 2_082_844_800;

/** @type {Record<string, import("./boxes.js").BoxDefinition>} */
export const MOVIE_BOXES = {
  ftyp: { name: "File Type", read: readBrands },
  styp: { name: "Segment Type", read: readBrands },
  moov: defineContainer("Movie"),
  trak: defineContainer("Track"),
  mdia: defineContainer("Media"),
  minf: defineContainer("Media Information"),
  dinf: defineContainer("Data Information"),
  stbl: defineContainer("Sample Table"),
  edts: defineContainer("Edit"),
  udta: { name: "User Data" },
  mdat: { name: "Media Data" },
  free: { name: "Free Space" },
  skip: { name: "Free Space" },
  nmhd: defineFullBox("Null Media Header", () => ({})),
  sthd: defineFullBox("Subtitle Media Header", () => ({})),

  meta: defineFullBox("Metadata", () => ({ hasChildren: true })),

  mvhd: defineFullBox("Movie Header", (c, { version }) => {
    const times = [readDate(c, version), readDate(c, version)];
    const timescale = c.u32();
    return {
      fields: [
        ["created", times[0] ?? ""],
        ["modified", times[1] ?? ""],
        ["timescale", timescale],
        ["duration", readU32OrU64(c, version)],
        ["rate", c.fixed()],
        ["volume", c.i16() / 256],
        ["next track ID", (c.skip(10 + 36 + 24), c.u32())],
      ],
    };
  }),

  tkhd: defineFullBox("Track Header", (c, { version }) => ({
    fields: [
      ["created", readDate(c, version)],
      ["modified", readDate(c, version)],
      ["track ID", c.u32()],
      ["duration", (c.skip(4), readU32OrU64(c, version))],
      ["layer", (c.skip(8), c.i16())],
      ["alternate group", c.i16()],
      ["volume", c.i16() / 256],
      ["matrix", (c.skip(2), readMatrix(c))],
      ["width", c.fixed()],
      ["height", c.fixed()],
    ],
  })),

  mdhd: defineFullBox("Media Header", (c, { version }) => ({
    fields: [
      ["created", readDate(c, version)],
      ["modified", readDate(c, version)],
      ["timescale", c.u32()],
      ["duration", readU32OrU64(c, version)],
      ["language", decodeLanguage(c.u16())],
    ],
  })),

  hdlr: defineFullBox("Handler Reference", (c) => ({
    fields: [["handler", (c.skip(4), c.fourcc())], ["name", (c.skip(12), c.text())]],
  })),

  elng: defineFullBox("Extended Language", (c) => ({ fields: [["language", c.text()]] })),

  elst: defineFullBox("Edit List", (c, { version }) => {
    const count = c.u32();
    return {
      fields: [["entry count", count]],
      table: readTable(c, {
        columns: ["segment duration", "media time", "rate"],
        count,
        size: version === 1 ? 20 : 12,
        row: (c) => version === 1 ? [c.u64(), c.i64(), c.fixed()] : [c.u32(), c.i32(), c.fixed()],
      }),
    };
  }),

  vmhd: defineFullBox("Video Media Header", (c) => ({ fields: [["graphics mode", c.u16()]] })),
  smhd: defineFullBox("Sound Media Header", (c) => ({ fields: [["balance", c.i16() / 256]] })),

  dref: defineFullBox("Data Reference", (c) => ({
    fields: [["entry count", c.u32()]],
    hasChildren: true,
  })),

  "url ": defineFullBox("Data Entry URL", (c, { flags }) => ({
    fields: [["location", flags & 1 ? "in this file" : c.text()]],
  })),
};

/**
 * @param {DataViewReader} c
 * @returns {BoxContent}
 */
function readBrands(c) {
  /** @type {BoxField[]} */
  const fields = [["major brand", c.fourcc()], ["minor version", c.u32()]];
  const compatible = [];
  while (c.left >= 4) compatible.push(c.fourcc());
  return { fields: [...fields, ["compatible brands", compatible.join(" ")]] };
}

/**
 * @param {DataViewReader} c
 * @param {number} version
 */
function readU32OrU64(c, version) {
  return version === 1 ? c.u64() : c.u32();
}

/**
 * @param {DataViewReader} c
 * @param {number} version
 */
function readDate(c, version) {
  const seconds = Number(readU32OrU64(c, version));
  const time = new Date((seconds - SECONDS_1904_TO_1970) * 1000);
  return seconds === 0 || Number.isNaN(time.getTime()) ? seconds : time.toISOString();
}

/** @param {DataViewReader} c */
function readMatrix(c) {
  return Array.from({ length: 9 }, (_, i) => c.i32() / (i % 3 === 2 ? 2 ** 30 : 65536)).join(" ");
}

/**
 * ISO 639-2, packed (§8.4.2.3).
 *
 * @param {number} code
 */
function decodeLanguage(code) {
  return [10, 5, 0].map((shift) => String.fromCharCode(0x60 + ((code >>> shift) & 31))).join("");
}
