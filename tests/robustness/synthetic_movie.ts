/** Movies with arbitrary sample tables, and valid sample entries. */

import { box, concat, fullBox, moov, type Part, stsd, trak, u32, u64 } from "../mp4/movie_file.ts";
import { findBoxes } from "./boxes.ts";

export type Row = readonly number[];

export interface SyntheticTrack {
  /** File of testdata/ whose sample description is used. */
  like: string;
  /** Rows of stts. */
  durations?: readonly Row[];
  /** Rows of ctts. */
  compositionOffsets?: readonly Row[];
  syncs?: readonly number[];
  /** Constant size and count, or one size per sample. */
  sizes: { each: number; count: number } | readonly number[];
  /** Rows of stsc; defaults to one chunk. */
  chunks?: readonly Row[];
  /** Chunk offsets from the start of the media. */
  offsets?: readonly number[];
  timescale?: number;
  /** Durations in ms, and media times. */
  edits?: readonly [duration: number, mediaTime: number][];
  /** Number of copies of the sample entry. */
  entries?: number;
  /** Further sample entries. */
  moreEntries?: readonly Uint8Array[];
}

/** Builds a file. The media comes first, so that its offset is known; its bytes are 0. */
export function syntheticMovie(
  tracks: readonly SyntheticTrack[],
  mediaSize = 1000,
  more: Part = [],
): Uint8Array {
  const media = box("mdat", new Uint8Array(mediaSize));
  return concat(media, moov(tracks.map(track), more));
}

/** Offset of the media. */
const MEDIA_START = 8;

function track(tables: SyntheticTrack, index: number): Uint8Array {
  const { like, timescale = 1000, edits = [] } = tables;
  const sizes = "each" in tables.sizes
    ? u32(tables.sizes.each, tables.sizes.count)
    : u32(0, tables.sizes.length, ...tables.sizes);
  const count = "each" in tables.sizes ? tables.sizes.count : tables.sizes.length;
  return trak({
    id: index + 1,
    handler: /aac|opus/.test(like) ? "soun" : "vide",
    timescale,
    edits: edits.length === 0 ? [] : editList(edits),
    tables: [
      sampleDescriptions(tables),
      rows("stts", tables.durations ?? [[count, 1000]]),
      tables.compositionOffsets ? rows("ctts", tables.compositionOffsets) : [],
      tables.syncs ? fullBox("stss", 0, 0, u32(tables.syncs.length, ...tables.syncs)) : [],
      fullBox("stsz", 0, 0, sizes),
      rows("stsc", tables.chunks ?? (count ? [[1, count, 1]] : [])),
      rows("stco", (tables.offsets ?? (count ? [0] : [])).map((offset) => [MEDIA_START + offset])),
    ],
  });
}

function editList(edits: readonly [duration: number, mediaTime: number][]): Uint8Array {
  const rows = edits.map(([duration, time]) => [u64(duration), u64(time), u32(65536)]);
  return fullBox("elst", 1, 0, u32(edits.length), rows);
}

function rows(type: string, rows: readonly Row[]): Uint8Array {
  return fullBox(type, 0, 0, u32(rows.length), u32(...rows.flat()));
}

/** Builds an stsd with copies of the first sample entry of a file of testdata/. */
export function sampleDescriptions({ like, entries = 1, moreEntries = [] }: Pick<
  SyntheticTrack,
  "like" | "entries" | "moreEntries"
>): Uint8Array {
  const bytes = Deno.readFileSync(new URL(`../../testdata/${like}`, import.meta.url));
  const { offset, size } = findBoxes(bytes).find(({ type }) => type === "stsd")!;
  const entry = bytes.subarray(offset + 16, offset + size);
  return stsd(...Array(entries).fill(entry), ...moreEntries);
}
