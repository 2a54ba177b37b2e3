/** Boxes of a movie without fragments, for round_trips.ts. */

import type { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { IDENTITY } from "../../lib/mp4/matrix.ts";
import { readMdhd } from "../../lib/mp4/mdia.ts";
import { moov, readMvhd } from "../../lib/mp4/moov.ts";
import { readSbgp } from "../../lib/mp4/sample_groups.ts";
import { readCo64 } from "../../lib/mp4/samples/chunk_offsets.ts";
import { readStsc } from "../../lib/mp4/samples/chunks.ts";
import { readStsz } from "../../lib/mp4/samples/sample_sizes.ts";
import { readSdtp } from "../../lib/mp4/samples/sdtp.ts";
import { readStss } from "../../lib/mp4/samples/sync_samples.ts";
import type { TrackTables } from "../../lib/mp4/samples/track_tables.ts";
import { readElst, readTkhd } from "../../lib/mp4/trak.ts";
import { INIT_VIDEO, u32 } from "./movie_file.ts";

const TABLES: TrackTables = {
  durations: Uint32Array.of(5, 40),
  compositionOffsets: Uint32Array.of(1, 40, 4, 80),
  syncs: Uint32Array.of(0, 3),
  dependencies: Uint8Array.of(0x20, 0x18, 0x10, 0x20, 0x10),
  sizes: Uint32Array.of(9, 2, 3, 8, 4),
  chunks: { counts: Uint32Array.of(1, 2, 2), offsets: Float64Array.of(2 ** 33, 20, 30) },
  edits: [{ duration: 2 ** 33, mediaTime: -1 }, { duration: 200, mediaTime: 40 }],
  mediaDuration: 2 ** 34,
  movieDuration: 2 ** 35,
};

function write(tables: Partial<TrackTables> = {}): (w: ByteWriter) => void {
  const track = { ...INIT_VIDEO, id: 7, entries: [], rollDistance: -4 };
  return (w) => moov(w, { ...track, tables: { ...TABLES, ...tables } });
}

const SHORT_EDITS = [{ duration: 2 ** 32 - 1, mediaTime: -1 }, { duration: 200, mediaTime: 40 }];

const STBL = "moov/trak/mdia/minf/stbl";

const readRest = (r: ByteReader) => r.rest().bytes;

export const TABLE_TRIPS = [
  {
    path: "moov/mvhd",
    write: write(),
    read: readMvhd,
    expected: { timescale: 90000, matrix: IDENTITY },
  },
  {
    path: "moov/mvhd",
    write: write(),
    read: (r: ByteReader) => (r.skip(24), r.u64()),
    expected: 2 ** 35,
  },
  {
    path: "moov/trak/tkhd",
    write: write(),
    read: readTkhd,
    expected: {
      id: 7,
      isEnabled: true,
      matrix: IDENTITY,
      geometry: { x: 0, y: 0, width: 320, height: 180 },
    },
  },
  {
    path: "moov/trak/edts/elst",
    write: write(),
    read: readElst,
    expected: TABLES.edits.map((edit) => ({ ...edit, rate: 1 })),
  },
  {
    path: "moov/trak/edts/elst",
    write: write({ edits: SHORT_EDITS }),
    read: readElst,
    expected: SHORT_EDITS.map((edit) => ({ ...edit, rate: 1 })),
  },
  {
    path: "moov/trak/mdia/mdhd",
    write: write(),
    read: readMdhd,
    expected: { timescale: 90000, language: "fra" },
  },
  {
    path: "moov/trak/mdia/mdhd",
    write: write(),
    read: (r: ByteReader) => (r.skip(24), r.u64()),
    expected: 2 ** 34,
  },
  { path: `${STBL}/stts`, write: write(), read: readRest, expected: u32(0, 1, 5, 40) },
  { path: `${STBL}/ctts`, write: write(), read: readRest, expected: u32(0, 2, 1, 40, 4, 80) },
  { path: `${STBL}/stss`, write: write(), read: readStss, expected: u32(1, 4) },
  { path: `${STBL}/sdtp`, write: write(), read: readSdtp, expected: TABLES.dependencies },
  { path: `${STBL}/stsc`, write: write(), read: readStsc, expected: u32(1, 1, 1, 2, 2, 1) },
  {
    path: `${STBL}/stsz`,
    write: write(),
    read: readStsz,
    expected: { count: 5, constant: 0, bits: 32, bytes: u32(9, 2, 3, 8, 4) },
  },
  {
    path: `${STBL}/stsz`,
    write: write({ sizes: Uint32Array.of(6, 6, 6) }),
    read: readStsz,
    expected: { count: 3, constant: 6, bits: 0, bytes: new Uint8Array() },
  },
  {
    path: `${STBL}/co64`,
    write: write(),
    read: readCo64,
    expected: { count: 3, rowSize: 8, bytes: u32(2, 0, 0, 20, 0, 30) },
  },
  { path: `${STBL}/sbgp`, write: write(), read: readSbgp, expected: 5 },
];
