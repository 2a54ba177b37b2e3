/**
 * Makes the first answers as fast as those that follow. V8 compiles what has run often: without this, the first manifest
 * of a title of hours takes three times as long, since its tables are passed by code that nobody has run yet.
 */

import { ByteWriter } from "../bytes.ts";
import { buildMpd } from "../dash/mpd.ts";
import { buildMediaPlaylist } from "../hls/media_playlist.ts";
import { buildSmoothManifest } from "../smooth/manifest.ts";
import { formatPackage, type Package, parsePackage } from "../package/package.ts";
import { openPackage } from "../presentation/open.ts";
import { toPackage } from "../presentation/to_package.ts";
import { planCmafSegment } from "../cmaf/segment.ts";
import type { Source } from "../storage/source.ts";

/** Of the film that is opened, as often as it takes: enough for its tables to be left in their file. */
const SAMPLES = 60_000;
const ROUNDS = 8;

/** The same with what a package says of its tables. */
const INDEXED_ROUNDS = 16;

/** Baseline, 320 × 180: as x264 writes it. */
const AVCC = Uint8Array.fromHex(
  "0142c00cffe100196742c00cd901419f9f011000000300100000030320f142a48001000568cb83cb20",
);

const PACKAGE: Package = {
  segmentDuration: 8,
  tracks: [{
    file: "film.mp4",
    track: 1,
    type: "video",
    language: "und",
    name: "video",
    openGop: false,
  }],
};

/** Takes some tenths of a second, a few milliseconds at a time: requests that come meanwhile are answered in between. */
export async function warmUp(): Promise<void> {
  const source = syntheticMovie();
  let pack = PACKAGE;
  for (let round = 0; round < ROUNDS + INDEXED_ROUNDS; round++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const presentation = await openPackage(pack, () => source);
    if (round >= ROUNDS) pack = parsePackage(formatPackage(toPackage(presentation)));
    for (const rendition of presentation.renditions.values()) {
      if (rendition.type === "text") continue;
      buildMediaPlaylist(presentation, rendition, "fmp4");
      for (let index = 0; index < 20; index++) planCmafSegment(rendition, index);
    }
    buildMpd(presentation);
    buildSmoothManifest(presentation);
  }
}

/** A file of a head alone: where its samples would be, there are zeros. */
export function syntheticMovie(): Source {
  const w = new ByteWriter(2 ** 20);
  w.box("moov", () => {
    w.fullBox("mvhd", 0, 0, () => words(w, 0, 0, 1000, 0));
    w.box("trak", () => {
      w.fullBox("tkhd", 0, 3, () => words(w, 0, 0, 1, ...Array(17).fill(0)));
      w.box("mdia", () => {
        w.fullBox("mdhd", 0, 0, () => words(w, 0, 0, 12800, 0, 0x55c40000));
        w.fullBox("hdlr", 0, 0, () => {
          w.u32(0);
          w.ascii("vide");
        });
        w.box("minf", () => w.box("stbl", () => sampleTables(w)));
      });
    });
  });
  const head = w.finish();
  return {
    name: "film.mp4",
    size: head.length + SAMPLES * 1000,
    synchronous: true,
    read(offset, into) {
      into.fill(0);
      into.set(head.subarray(offset, offset + into.length));
    },
    close() {},
  };
}

function words(w: ByteWriter, ...values: number[]): void {
  for (const value of values) w.u32(value);
}

/** As ffmpeg writes them: a run a sample for B-frames, a chunk a sample where sound lies between. */
function sampleTables(w: ByteWriter): void {
  w.fullBox("stsd", 0, 0, () => {
    w.u32(1);
    w.box("avc1", () => {
      words(w, 0, 1, 0, 0, 0, 0, 320 * 65536 + 180, ...Array(12).fill(0));
      w.u16(0);
      w.box("avcC", () => w.bytes(AVCC));
    });
  });
  table(w, "stts", 10, (run) => words(w, SAMPLES / 10, 512 + run % 2));
  table(w, "ctts", SAMPLES, (i) => words(w, 1, 512 * (i % 4)));
  table(w, "stss", SAMPLES / 50, (i) => words(w, 50 * i + 1));
  w.fullBox("stsz", 0, 0, () => {
    words(w, 0, SAMPLES);
    for (let i = 0; i < SAMPLES; i++) w.u32(100 + i % 900);
  });
  table(w, "stsc", SAMPLES / 2, (i) => words(w, 2 * i + 1, 1, 1));
  table(w, "stco", SAMPLES, (i) => words(w, i * 1000));
}

function table(w: ByteWriter, type: string, rows: number, row: (i: number) => void): void {
  w.fullBox(type, 0, 0, () => {
    w.u32(rows);
    for (let i = 0; i < rows; i++) row(i);
  });
}
