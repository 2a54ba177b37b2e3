import { ByteWriter } from "../bytes.ts";
import type { Source } from "../storage/source.ts";

const SAMPLES = 60_000;

/** Baseline profile, 320 × 180, by x264. */
const AVCC = Uint8Array.fromHex(
  "0142c00cffe100196742c00cd901419f9f011000000300100000030320f142a48001000568cb83cb20",
);

/** Samples are zeros. The tables are so large that they are read as needed. */
export function createWarmUpMovie(): Source {
  const w = new ByteWriter(2 ** 20);
  w.box("moov", () => {
    w.fullBox("mvhd", 0, 0, () => writeWords(w, 0, 0, 1000, 0));
    w.box("trak", () => {
      w.fullBox("tkhd", 0, 3, () => {
        writeWords(w, 0, 0, 1);
        w.skip(17 * 4);
      });
      w.box("mdia", () => {
        w.fullBox("mdhd", 0, 0, () => writeWords(w, 0, 0, 12800, 0, 0x55c40000));
        w.fullBox("hdlr", 0, 0, () => {
          w.u32(0);
          w.ascii("vide");
        });
        w.box("minf", () => w.box("stbl", () => writeSampleTables(w)));
      });
    });
  });
  const moov = w.finish();
  return {
    name: "movie.mp4",
    size: moov.length + SAMPLES * 1000,
    synchronous: true,
    read(offset, into) {
      into.fill(0);
      into.set(moov.subarray(offset, offset + into.length));
    },
    close() {},
  };
}

function writeWords(w: ByteWriter, ...values: number[]): void {
  for (const value of values) w.u32(value);
}

/** Like ffmpeg for B-frames and interleaved audio. */
function writeSampleTables(w: ByteWriter): void {
  w.fullBox("stsd", 0, 0, () => {
    w.u32(1);
    w.box("avc1", () => {
      writeWords(w, 0, 1, 0, 0, 0, 0, 320 * 65536 + 180);
      w.skip(50);
      w.box("avcC", () => w.bytes(AVCC));
    });
  });
  writeTable(w, "stts", 10, (run) => writeWords(w, SAMPLES / 10, 512 + run % 2));
  writeTable(w, "ctts", SAMPLES, (i) => writeWords(w, 1, 512 * (i % 4)));
  writeTable(w, "stss", SAMPLES / 50, (i) => writeWords(w, 50 * i + 1));
  w.fullBox("stsz", 0, 0, () => {
    writeWords(w, 0, SAMPLES);
    for (let i = 0; i < SAMPLES; i++) w.u32(100 + i % 900);
  });
  writeTable(w, "stsc", SAMPLES / 2, (i) => writeWords(w, 2 * i + 1, 1, 1));
  writeTable(w, "stco", SAMPLES, (i) => writeWords(w, i * 1000));
}

function writeTable(w: ByteWriter, type: string, rows: number, row: (i: number) => void): void {
  w.fullBox(type, 0, 0, () => {
    w.u32(rows);
    for (let i = 0; i < rows; i++) row(i);
  });
}
