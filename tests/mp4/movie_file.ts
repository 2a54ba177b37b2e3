/** Builds small files box by box. */

import { MoovBuffer } from "../../lib/mp4/samples/moov_buffer.ts";
import { PagedTable } from "../../lib/mp4/samples/paged_table.ts";
import type { InitTrack } from "../../lib/mp4/trak.ts";
import type { Source } from "../../lib/storage/source.ts";

export type Part = Uint8Array | readonly Part[];

export function concat(...parts: Part[]): Uint8Array {
  const flat = parts.flat(Infinity as 1) as Uint8Array[];
  const bytes = new Uint8Array(flat.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of flat) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Encodes big-endian numbers of `size` bytes. Negative numbers wrap. */
function numbers(size: number, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(size * values.length);
  values.forEach((value, i) => {
    let rest = BigInt(value);
    for (let at = size * (i + 1) - 1; at >= size * i; at--, rest >>= 8n) {
      bytes[at] = Number(rest & 255n);
    }
  });
  return bytes;
}

export const u8 = (...values: number[]) => numbers(1, values);
export const u16 = (...values: number[]) => numbers(2, values);
export const u32 = (...values: number[]) => numbers(4, values);
export const u64 = (...values: number[]) => numbers(8, values);
export const ascii = (text: string) => new TextEncoder().encode(text);

export function box(type: string, ...parts: Part[]): Uint8Array {
  const body = concat(...parts);
  return concat(u32(body.length + 8), ascii(type), body);
}

export function fullBox(
  type: string,
  version: number,
  flags: number,
  ...parts: Part[]
): Uint8Array {
  return box(type, u32(version * 2 ** 24 + flags), ...parts);
}

export interface TrackParts {
  id?: number;
  handler?: string;
  timescale?: number;
  /** Language field of mdhd. */
  language?: number;
  /** a, b, c, d of the matrix in tkhd, as 16.16. */
  matrix?: [number, number, number, number];
  /** Boxes in edts. */
  edits?: Part;
  /** Boxes in mdia after hdlr. */
  media?: Part;
  /** Boxes in stbl. */
  tables?: Part;
}

/** Builds a minimal track. */
export function trak(parts: TrackParts = {}): Uint8Array {
  const [a, b, c, d] = parts.matrix ?? [65536, 0, 0, 65536];
  const mdhd = [u32(0, 0, parts.timescale ?? 1000, 0), u16(parts.language ?? 0x55c4, 0)];
  return box(
    "trak",
    fullBox("tkhd", 0, 3, u32(0, 0, parts.id ?? 1, 0, 0), new Uint8Array(16), [
      u32(a, b, 0, c, d, 0, 0, 0, 0x40000000, 0, 0),
    ]),
    parts.edits ? box("edts", parts.edits) : [],
    box(
      "mdia",
      fullBox("mdhd", 0, 0, mdhd),
      fullBox("hdlr", 0, 0, u32(0), ascii(parts.handler ?? "vide"), new Uint8Array(13)),
      parts.media ?? [],
      box("minf", box("stbl", parts.tables ?? stbl())),
    ),
  );
}

/** Builds tables, by default of four samples of 10, 20, 30 and 40 bytes in one chunk. */
export function stbl(tables: Record<string, Part> = {}): Part {
  return Object.values({
    stsd: stsd(visualEntry()),
    stts: table("stts", [4, 100]),
    stsz: fullBox("stsz", 0, 0, u32(0, 4, 10, 20, 30, 40)),
    stsc: table("stsc", [1, 4, 1]),
    stco: table("stco", [0]),
    ...tables,
  });
}

/** Tables without samples, as fragmented movies have them. */
export const EMPTY_TABLES = {
  stts: table("stts"),
  stsz: fullBox("stsz", 0, 0, u32(0, 0)),
  stsc: table("stsc"),
  stco: table("stco"),
};

/** Builds a full box with a count and rows of 32-bit numbers. */
export function table(type: string, ...rows: number[][]): Uint8Array {
  return fullBox(type, 0, 0, u32(rows.length), rows.map((row) => u32(...row)));
}

export function stsd(...entries: Part[]): Uint8Array {
  return fullBox("stsd", 0, 0, u32(entries.length), entries);
}

export function visualEntry(type = "avc1", ...boxes: Part[]): Uint8Array {
  const size = u16(320, 180);
  return box(type, u16(0, 0, 0, 1), new Uint8Array(16), size, new Uint8Array(50), boxes);
}

export function moov(...parts: Part[]): Uint8Array {
  return box("moov", fullBox("mvhd", 0, 0, u32(0, 0, 1000, 0)), parts);
}

/** Creates a source in memory that records its reads. */
export function memorySource(bytes: Uint8Array, name = "film.mp4") {
  const reads: [offset: number, size: number][] = [];
  const source: Source = {
    name,
    size: bytes.length,
    synchronous: true,
    read(offset, into) {
      reads.push([offset, into.length]);
      into.set(bytes.subarray(offset, offset + into.length));
    },
    close() {},
  };
  return { source, reads };
}

/** Creates a table whose rows are still in a file, after 100 bytes: blocks of 4096 bytes split rows of 8. */
export function openTableInFile(rows: Uint8Array) {
  const file = concat([new Uint8Array(100), rows]);
  const { source, reads } = memorySource(file);
  const moov = new MoovBuffer(source, 0, new Uint8Array(file.length), { isComplete: false });
  moov.skipped.push([100, file.length]);
  return { table: new PagedTable(moov.bytes.subarray(100), moov), reads };
}

/** A track of video, to be written by `moov()`. */
export const INIT_VIDEO: InitTrack = {
  id: 1,
  type: "video",
  timescale: 90000,
  language: "fra",
  extendedLanguage: "",
  mediaTime: 0,
  width: 320,
  height: 180,
  rotation: 0,
  entries: [visualEntry()],
};
