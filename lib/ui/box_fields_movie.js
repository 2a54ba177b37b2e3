/** Boxes of the movie and its tracks (ISO/IEC 14496-12 §4.3, §8.2 to §8.6). */

import { container, fullBox, table } from "./box_content.js";

/**
 * @typedef {import("./byte_reader.js").Cursor} Cursor
 * @typedef {import("./boxes.js").Content} Content
 * @typedef {import("./boxes.js").Field} Field
 */

/** Between 1904, where times of files begin, and 1970. In seconds. */
const EPOCH = 2_082_844_800;

/** @type {Record<string, import("./boxes.js").Kind>} */
export const MOVIE_BOXES = {
  ftyp: { name: "File Type", read: brands },
  styp: { name: "Segment Type", read: brands },
  moov: container("Movie"),
  trak: container("Track"),
  mdia: container("Media"),
  minf: container("Media Information"),
  dinf: container("Data Information"),
  stbl: container("Sample Table"),
  edts: container("Edits"),
  udta: { name: "User Data" },
  mdat: { name: "Media Data: the samples" },
  free: { name: "Free space" },
  skip: { name: "Free space" },
  nmhd: fullBox("Null Media Header", () => ({})),
  sthd: fullBox("Subtitle Media Header", () => ({})),

  meta: fullBox("Metadata", () => ({ holdsBoxes: true })),

  mvhd: fullBox("Movie Header", (c, { version }) => {
    const times = [date(c, version), date(c, version)];
    const timescale = c.u32();
    return {
      fields: [
        ["created", times[0] ?? ""],
        ["modified", times[1] ?? ""],
        ["timescale", timescale],
        ["duration", long(c, version)],
        ["rate", c.fixed()],
        ["volume", c.i16() / 256],
        ["next track ID", (c.skip(10 + 36 + 24), c.u32())],
      ],
    };
  }),

  tkhd: fullBox("Track Header", (c, { version }) => ({
    fields: [
      ["created", date(c, version)],
      ["modified", date(c, version)],
      ["track ID", c.u32()],
      ["duration", (c.skip(4), long(c, version))],
      ["layer", (c.skip(8), c.i16())],
      ["alternate group", c.i16()],
      ["volume", c.i16() / 256],
      ["matrix", (c.skip(2), matrix(c))],
      ["width", c.fixed()],
      ["height", c.fixed()],
    ],
  })),

  mdhd: fullBox("Media Header", (c, { version }) => ({
    fields: [
      ["created", date(c, version)],
      ["modified", date(c, version)],
      ["timescale", c.u32()],
      ["duration", long(c, version)],
      ["language", language(c.u16())],
    ],
  })),

  hdlr: fullBox("Handler", (c) => ({
    fields: [["handler", (c.skip(4), c.fourcc())], ["name", (c.skip(12), c.text())]],
  })),

  elng: fullBox("Extended Language", (c) => ({ fields: [["language", c.text()]] })),

  elst: fullBox("Edit List", (c, { version }) => {
    const count = c.u32();
    return {
      fields: [["entry count", count]],
      table: table(c, {
        columns: ["segment duration", "media time", "rate"],
        count,
        size: version === 1 ? 20 : 12,
        row: (c) => version === 1 ? [c.u64(), c.i64(), c.fixed()] : [c.u32(), c.i32(), c.fixed()],
      }),
    };
  }),

  vmhd: fullBox("Video Media Header", (c) => ({ fields: [["graphics mode", c.u16()]] })),
  smhd: fullBox("Sound Media Header", (c) => ({ fields: [["balance", c.i16() / 256]] })),

  dref: fullBox("Data Reference", (c) => ({
    fields: [["entry count", c.u32()]],
    holdsBoxes: true,
  })),

  "url ": fullBox("Data Entry URL", (c, { flags }) => ({
    fields: [["location", flags & 1 ? "in this file" : c.text()]],
  })),
};

/**
 * @param {Cursor} c
 * @returns {Content}
 */
function brands(c) {
  /** @type {Field[]} */
  const fields = [["major brand", c.fourcc()], ["minor version", c.u32()]];
  const compatible = [];
  while (c.left >= 4) compatible.push(c.fourcc());
  return { fields: [...fields, ["compatible brands", compatible.join(" ")]] };
}

/**
 * @param {Cursor} c
 * @param {number} version
 */
function long(c, version) {
  return version === 1 ? c.u64() : c.u32();
}

/**
 * @param {Cursor} c
 * @param {number} version
 */
function date(c, version) {
  const seconds = Number(long(c, version));
  const time = new Date((seconds - EPOCH) * 1000);
  return seconds === 0 || Number.isNaN(time.getTime()) ? seconds : time.toISOString();
}

/**
 * @param {Cursor} c
 */
function matrix(c) {
  return Array.from({ length: 9 }, (_, i) => c.i32() / (i % 3 === 2 ? 2 ** 30 : 65536)).join(" ");
}

/**
 * Three letters of five bits (§8.4.2.3).
 *
 * @param {number} code
 */
function language(code) {
  return [10, 5, 0].map((shift) => String.fromCharCode(0x60 + ((code >>> shift) & 31))).join("");
}
