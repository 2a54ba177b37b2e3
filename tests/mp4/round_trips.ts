/** Every box that lib/mp4 both writes and reads is written, read and compared. */

import { IDENTITY } from "../../lib/mp4/matrix.ts";
import type { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { readElng, readHdlr, readMdhd } from "../../lib/mp4/mdia.ts";
import { moof, readMfhd, readMoof, readTfdt, readTfhd, readTraf } from "../../lib/mp4/moof.ts";
import { moov, readMoov, readMvhd, readTrex } from "../../lib/mp4/moov.ts";
import { readSinf, readTenc, sinf } from "../../lib/mp4/protection.ts";
import { type ProtectionSystemHeader, pssh, readPssh } from "../../lib/mp4/pssh.ts";
import { readStsd } from "../../lib/mp4/sample_entry.ts";
import {
  readSaio,
  readSaiz,
  readSenc,
  type SampleEncryption,
} from "../../lib/mp4/sample_encryption.ts";
import { readStco } from "../../lib/mp4/samples/chunk_offsets.ts";
import { readStsc } from "../../lib/mp4/samples/chunks.ts";
import { readStsz } from "../../lib/mp4/samples/sample_sizes.ts";
import { readSbgp, readSgpd } from "../../lib/mp4/sample_groups.ts";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../lib/mp4/samples/sample_table.ts";
import { readSdtp } from "../../lib/mp4/samples/sdtp.ts";
import { readStbl, type StblBoxes } from "../../lib/mp4/samples/stbl.ts";
import { readStss } from "../../lib/mp4/samples/sync_samples.ts";
import { readTfxd, smoothMoof } from "../../lib/mp4/smooth_moof.ts";
import { type InitTrack, readElst, readTkhd, readTrak } from "../../lib/mp4/trak.ts";
import { readTrun } from "../../lib/mp4/trun.ts";
import { TABLE_TRIPS } from "./table_trips.ts";
import { box, INIT_VIDEO, u32, visualEntry } from "./movie_file.ts";

const ENTRY = visualEntry("avc1", box("avcC", u32(7)));

const VIDEO: InitTrack = { ...INIT_VIDEO, id: 7, entries: [ENTRY] };

const ROTATED: InitTrack = {
  ...VIDEO,
  id: 2 ** 32 - 2,
  timescale: 2 ** 32 - 1,
  extendedLanguage: "fr-CA",
  mediaTime: 1024,
  orientation: { rotation: 90, mirrored: false },
};

const SUBTITLES: InitTrack = {
  ...VIDEO,
  type: "subtitle",
  language: "und",
  extendedLanguage: "zh-Hant",
  mediaTime: 2 ** 40,
  width: 0,
  height: 0,
  entries: [ENTRY, visualEntry("hvc1")],
};

const RUN = {
  descriptionIndex: 1,
  time: 2 ** 40,
  sizes: Uint32Array.of(10, 20),
  durations: Uint32Array.of(5, 5),
  compositionOffsets: Uint32Array.of(0, 0),
  flags: Uint32Array.of(SYNC_FLAGS, SYNC_FLAGS),
};

/** No field is the same for all samples. */
const MIXED_RUN = {
  descriptionIndex: 2,
  time: 0,
  sizes: Uint32Array.of(1, 2, 2 ** 32 - 1),
  durations: Uint32Array.of(4, 5, 6),
  compositionOffsets: Uint32Array.of(7, 8, 9),
  flags: Uint32Array.of(SYNC_FLAGS, NON_SYNC_FLAGS, SYNC_FLAGS),
};

const ENCRYPTION: SampleEncryption = {
  ivSize: 8,
  ivs: Uint8Array.from({ length: 16 }, (_, i) => i),
  subsamples: [Uint32Array.of(2, 8), Uint32Array.of(4, 6, 1, 9)],
};

const SCHEME = {
  format: "avc1",
  scheme: "cenc",
  encryption: { kid: Uint8Array.from({ length: 16 }, (_, i) => i), ivSize: 8 },
} as const;

const writeSinf = (w: ByteWriter) => sinf(w, SCHEME);

const SYSTEM_HEADER: ProtectionSystemHeader = {
  systemId: new Uint8Array(16).fill(1),
  kids: [new Uint8Array(16).fill(2)],
  data: Uint8Array.of(3, 4),
};

const ROLLED_RUN = { ...RUN, hasPreRoll: true };

const ENCRYPTED_RUN = { ...RUN, encryption: ENCRYPTION };

const SMOOTH = {
  ...RUN,
  sequence: 9,
  trackId: 1,
  duration: 2 ** 33,
  compositionOffsets: Int32Array.of(0, -5),
  flags: Uint32Array.of(SYNC_FLAGS, NON_SYNC_FLAGS),
};

const CONTEXT = { size: 1000, name: "", warnings: [] };

const init = (track: InitTrack) => (w: ByteWriter) => moov(w, track);
const fragment = (...runs: (typeof RUN)[]) => (w: ByteWriter) =>
  moof(w, { sequence: 9, trackId: 1, runs });
const smooth = (w: ByteWriter) => smoothMoof(w, SMOOTH, 30);

export interface RoundTrip {
  readonly path: string;
  readonly write: (w: ByteWriter) => void;
  readonly read: (r: ByteReader) => unknown;
  readonly expected: unknown;
}

function trip(
  path: string,
  write: RoundTrip["write"],
  read: RoundTrip["read"],
  expected: unknown,
): RoundTrip {
  return { path, write, read, expected };
}

const TFHD = {
  trackId: 1,
  baseDataOffset: undefined,
  defaultBaseIsMoof: true,
  descriptionIndex: undefined,
  duration: 5,
  size: undefined,
  flags: SYNC_FLAGS,
};

const TRUN = {
  count: 2,
  dataOffset: 112,
  firstFlags: undefined,
  columns: 0x200,
  rows: u32(10, 20),
};

const TRAF = { tfhd: TFHD, time: 2 ** 40, truns: [TRUN] };

const MIXED_TFHD = { ...TFHD, descriptionIndex: 2, duration: undefined, flags: undefined };

const MIXED_TRUN = {
  count: 3,
  dataOffset: 156,
  firstFlags: undefined,
  columns: 0xf00,
  rows: u32(4, 1, SYNC_FLAGS, 7, 5, 2, NON_SYNC_FLAGS, 8, 6, 2 ** 32 - 1, SYNC_FLAGS, 9),
};

export const TRIPS: readonly RoundTrip[] = [
  trip("moov", init(VIDEO), (r) => {
    const { timescale, tracks, trexes } = readMoov(r, CONTEXT);
    return [timescale, tracks.map(({ id }) => id), [...trexes.keys()]];
  }, [90000, [7], [7]]),
  trip("moov/mvhd", init(VIDEO), readMvhd, { timescale: 90000, matrix: IDENTITY }),
  trip("moov/mvhd", init(ROTATED), readMvhd, { timescale: 2 ** 32 - 1, matrix: IDENTITY }),
  trip("moov/mvex/trex", init(ROTATED), readTrex, {
    trackId: 2 ** 32 - 2,
    descriptionIndex: 1,
    duration: 0,
    size: 0,
    flags: 0,
  }),
  trip("moov/trak", init(ROTATED), (r) => {
    const { id, handler, timescale, language, name, edits, entries, samples } = readTrak(
      r,
      CONTEXT,
    );
    const counts = [edits.length, entries.length, samples.count];
    return [id, handler, timescale, language, name, ...counts];
  }, [2 ** 32 - 2, "vide", 2 ** 32 - 1, "fr-CA", "Video", 1, 1, 0]),
  trip("moov/trak/tkhd", init(VIDEO), readTkhd, {
    id: 7,
    isEnabled: true,
    matrix: IDENTITY,
    geometry: { x: 0, y: 0, width: 320, height: 180 },
  }),
  trip("moov/trak/tkhd", init(ROTATED), readTkhd, {
    id: 2 ** 32 - 2,
    isEnabled: true,
    matrix: { a: 0, b: 1, c: -1, d: 0, x: 180, y: 0 },
    geometry: { x: 180, y: 0, width: 320, height: 180 },
  }),
  trip("moov/trak/edts/elst", init(ROTATED), readElst, [{ duration: 0, mediaTime: 1024, rate: 1 }]),
  trip("moov/trak/edts/elst", init(SUBTITLES), readElst, [
    { duration: 0, mediaTime: 2 ** 40, rate: 1 },
  ]),
  trip("moov/trak/mdia/mdhd", init(VIDEO), readMdhd, { timescale: 90000, language: "fra" }),
  trip("moov/trak/mdia/mdhd", init(SUBTITLES), readMdhd, { timescale: 90000, language: "und" }),
  trip("moov/trak/mdia/hdlr", init(VIDEO), readHdlr, { type: "vide", name: "Video" }),
  trip("moov/trak/mdia/hdlr", init(SUBTITLES), readHdlr, { type: "subt", name: "Subtitles" }),
  trip("moov/trak/mdia/elng", init(SUBTITLES), readElng, "zh-Hant"),
  trip("moov/trak/mdia/minf/stbl", init(VIDEO), (r) => {
    const tables: StblBoxes = { entries: [] };
    readStbl(r, "vide", tables);
    return { ...tables, entries: tables.entries.map(({ type }) => type) };
  }, {
    handler: "vide",
    entries: ["avc1"],
    stts: new Uint8Array(),
    stsc: new Uint8Array(),
    sizes: { count: 0, constant: 0, bits: 32, bytes: new Uint8Array() },
    offsets: { count: 0, rowSize: 4, bytes: new Uint8Array() },
  }),
  trip(
    "moov/trak/mdia/minf/stbl/stsd",
    init(SUBTITLES),
    (r) => readStsd(r, "vide").map(({ bytes }) => bytes),
    SUBTITLES.entries,
  ),
  trip("moov/trak/mdia/minf/stbl/stts", init(VIDEO), (r) => r.rest().bytes, u32(0, 0)),
  trip(
    "moov/trak/mdia/minf/stbl/stss",
    init({ ...VIDEO, hasNonSyncSamples: true }),
    readStss,
    new Uint8Array(),
  ),
  trip("moov/trak/mdia/minf/stbl/stsc", init(VIDEO), readStsc, new Uint8Array()),
  trip("moov/trak/mdia/minf/stbl/stsz", init(VIDEO), readStsz, {
    count: 0,
    constant: 0,
    bits: 32,
    bytes: new Uint8Array(),
  }),
  trip("moov/trak/mdia/minf/stbl/stco", init(VIDEO), readStco, {
    count: 0,
    rowSize: 4,
    bytes: new Uint8Array(),
  }),
  trip("moov/trak/mdia/minf/stbl/sgpd", init({ ...VIDEO, rollDistance: -4 }), readSgpd, {
    type: "roll",
    distance: -4,
  }),
  trip("moof", fragment(RUN), readMoof, [TRAF]),
  trip("moof/mfhd", fragment(RUN), readMfhd, 9),
  trip("moof/traf", fragment(RUN), readTraf, TRAF),
  trip("moof/traf/tfhd", fragment(MIXED_RUN), readTfhd, MIXED_TFHD),
  trip("moof/traf/tfdt", fragment(RUN), readTfdt, 2 ** 40),
  trip("moof/traf/trun", fragment(MIXED_RUN), readTrun, MIXED_TRUN),
  trip("moof/traf/sbgp", fragment(ROLLED_RUN), readSbgp, 2),
  trip("moof/traf/senc", fragment(ENCRYPTED_RUN), (r) => readSenc(r, 8), ENCRYPTION),
  trip("moof/traf/saiz", fragment(ENCRYPTED_RUN), readSaiz, {
    count: 2,
    defaultSize: 0,
    sizes: Uint8Array.of(16, 22),
  }),
  trip("moof/traf/saio", fragment(ENCRYPTED_RUN), readSaio, [159]),
  trip("moof/mfhd", smooth, readMfhd, 9),
  trip(
    "moof/traf/trun",
    smooth,
    (r) => readTrun(r).rows,
    [
      u32(5, 10, SYNC_FLAGS, 0, 5, 20, NON_SYNC_FLAGS, -5),
    ][0],
  ),
  trip("moof/traf/sdtp", smooth, readSdtp, Uint8Array.of(0x20, 0x10)),
  trip("sinf", writeSinf, readSinf, SCHEME),
  trip("sinf/frma", writeSinf, (r) => r.ascii(4), "avc1"),
  trip("sinf/schm", writeSinf, (r) => r.rest().bytes, u32(0, 0x63656E63, 0x10000)),
  trip("sinf/schi/tenc", writeSinf, readTenc, SCHEME.encryption),
  trip("pssh", (w) => pssh(w, SYSTEM_HEADER), readPssh, SYSTEM_HEADER),
  trip("moof/traf/uuid", smooth, readTfxd, { time: 2 ** 40, duration: 2 ** 33 }),
  ...TABLE_TRIPS,
];
