/** Titles of any length at the price of their sample tables: real boxes, and a media part that is a hole. */

import { ByteWriter } from "../../lib/bytes.ts";

export interface Title {
  readonly seconds: number;
  /** In bit/s. */
  readonly video: number;
  readonly audio: number;
}

const FRAME_RATE = 25;
/** In seconds: key frames are this far apart, and a chunk of each track holds as much. */
const GOP = 2;
/** Ticks a second of the video track: 3600 a frame. */
const VIDEO_SCALE = 90000;
const SAMPLE_RATE = 48000;
const AAC_FRAME = 1024;

/** Baseline, 320 × 180: bytes that x264 wrote. */
const AVCC = "0142c00cffe100196742c00cd901419f9f011000000300100000030320f142a48001000568cb83cb20";
/** AAC-LC, 48 kHz, stereo (14496-1 §7.2.6.5). */
const ESDS = "0319000200" + "04114015" + "00".repeat(11) + "05021190" + "060102";

/** Sizes and places of one track's samples. */
interface Layout {
  readonly sizes: Uint32Array;
  /** Samples and place of each chunk. */
  readonly chunks: { count: number; offset: number }[];
}

/** Writes a progressive MP4 of one H.264 and one AAC track, `moov` in front. */
export async function writeTitle(path: string, title: Title): Promise<void> {
  const draft = layTracks(title, 0);
  const start = moov(title, draft.tracks).length + 32 + 16; // ftyp and the header of mdat
  const { tracks, end } = layTracks(title, start);
  const w = new ByteWriter();
  w.box("ftyp", () => {
    w.ascii("isom");
    w.u32(512);
    w.ascii("isomiso2avc1mp41");
  });
  w.bytes(moov(title, tracks));
  w.u32(1); // a 64-bit size follows
  w.ascii("mdat");
  w.u64(end - start + 16);
  using file = await Deno.open(path, { create: true, write: true, truncate: true });
  await file.write(w.finish());
  await file.truncate(end);
  await markKeyFrames(file, tracks[0]);
}

/** The packager looks at the first bytes of the samples that start segments: an IDR slice each. */
async function markKeyFrames(file: Deno.FsFile, { sizes, chunks }: Layout): Promise<void> {
  const nal = new ByteWriter(5);
  for (let i = 0; i < chunks.length; i += 4) { // segments of 8 s
    nal.length = 0;
    nal.u32(sizes[i * GOP * FRAME_RATE]! - 4);
    nal.u8(0x65);
    await file.seek(chunks[i]!.offset, Deno.SeekMode.Start);
    await file.write(nal.finish());
  }
}

function layTracks(title: Title, start: number): { tracks: [Layout, Layout]; end: number } {
  const frames = title.seconds * FRAME_RATE;
  const video = varying(frames, title.video / 8 / FRAME_RATE, GOP * FRAME_RATE);
  const packets = Math.floor(title.seconds * SAMPLE_RATE / AAC_FRAME);
  const audio = varying(packets, title.audio / 8 * AAC_FRAME / SAMPLE_RATE, 0);
  const tracks: [Layout, Layout] = [{ sizes: video, chunks: [] }, { sizes: audio, chunks: [] }];
  const done = [0, 0];
  let end = start;
  for (let second = GOP; second <= title.seconds; second += GOP) {
    const upTo = [second * FRAME_RATE, Math.floor(second * SAMPLE_RATE / AAC_FRAME)];
    tracks.forEach(({ sizes, chunks }, i) => {
      chunks.push({ count: upTo[i]! - done[i]!, offset: end });
      for (; done[i]! < upTo[i]!; done[i]!++) end += sizes[done[i]!]!;
    });
  }
  return { tracks, end };
}

/** Sizes about `mean` bytes, no two neighbours alike; those that start a GOP are five times as large. */
function varying(count: number, mean: number, gop: number): Uint32Array {
  const plain = gop ? mean * gop / (gop + 4) : mean;
  return Uint32Array.from({ length: count }, (_, i) => {
    const size = plain * (0.75 + 0.5 * ((i * 7919) % 97) / 96);
    return Math.round(gop && i % gop === 0 ? 5 * size : size);
  });
}

function moov(title: Title, [video, audio]: [Layout, Layout]): Uint8Array {
  const w = new ByteWriter(1 << 20);
  w.box("moov", () => {
    w.fullBox("mvhd", 0, 0, () => {
      w.skip(8);
      w.u32(1000);
      w.u32(title.seconds * 1000);
      w.u32(0x00010000);
      w.u32(0x01000000);
      w.skip(8);
      matrix(w);
      w.skip(24);
      w.u32(3);
    });
    trak(w, { title, layout: video, id: 1, handler: "vide", scale: VIDEO_SCALE, tick: 3600 });
    trak(w, { title, layout: audio, id: 2, handler: "soun", scale: SAMPLE_RATE, tick: AAC_FRAME });
  });
  return w.finish();
}

interface Trak {
  readonly title: Title;
  readonly layout: Layout;
  readonly id: number;
  readonly handler: "vide" | "soun";
  readonly scale: number;
  /** Duration of every sample. */
  readonly tick: number;
}

function trak(w: ByteWriter, { title, layout, id, handler, scale, tick }: Trak): void {
  const isVideo = handler === "vide";
  w.box("trak", () => {
    w.fullBox("tkhd", 0, 3, () => {
      w.skip(8);
      w.u32(id);
      w.skip(4);
      w.u32(title.seconds * 1000);
      w.skip(12);
      w.u32(isVideo ? 0 : 0x01000000);
      matrix(w);
      w.u32(isVideo ? 320 * 65536 : 0);
      w.u32(isVideo ? 180 * 65536 : 0);
    });
    w.box("mdia", () => {
      w.fullBox("mdhd", 1, 0, () => {
        w.skip(16);
        w.u32(scale);
        w.u64(layout.sizes.length * tick);
        w.u32(0x15c70000); // eng
      });
      w.fullBox("hdlr", 0, 0, () => {
        w.skip(4);
        w.ascii(handler);
        w.skip(13);
      });
      w.box("minf", () => {
        w.box("stbl", () => {
          w.fullBox("stsd", 0, 0, () => {
            w.u32(1);
            if (isVideo) avc1(w);
            else mp4a(w);
          });
          sampleTables(w, layout, { tick, gop: isVideo ? GOP * FRAME_RATE : 0 });
        });
      });
    });
  });
}

function sampleTables(w: ByteWriter, layout: Layout, { tick, gop }: { tick: number; gop: number }) {
  const { sizes, chunks } = layout;
  w.fullBox("stts", 0, 0, () => [1, sizes.length, tick].forEach((value) => w.u32(value)));
  if (gop) {
    w.fullBox("stss", 0, 0, () => {
      w.u32(Math.ceil(sizes.length / gop));
      for (let i = 0; i < sizes.length; i += gop) w.u32(i + 1);
    });
  }
  w.fullBox("stsz", 0, 0, () => {
    w.u32(0);
    w.u32(sizes.length);
    for (const size of sizes) w.u32(size);
  });
  const runs = chunks.flatMap(({ count }, i) =>
    count === chunks[i - 1]?.count ? [] : [{ count, i }]
  );
  w.fullBox("stsc", 0, 0, () => {
    w.u32(runs.length);
    for (const { count, i } of runs) [i + 1, count, 1].forEach((value) => w.u32(value));
  });
  w.fullBox("co64", 0, 0, () => {
    w.u32(chunks.length);
    for (const { offset } of chunks) w.u64(offset);
  });
}

function avc1(w: ByteWriter): void {
  w.box("avc1", () => {
    w.skip(7);
    w.u8(1); // data_reference_index
    w.skip(16);
    w.u16(320);
    w.u16(180);
    w.u32(0x00480000);
    w.u32(0x00480000);
    w.skip(4);
    w.u16(1);
    w.skip(32);
    w.u16(24);
    w.u16(0xffff);
    w.box("avcC", () => w.bytes(Uint8Array.fromHex(AVCC)));
  });
}

function mp4a(w: ByteWriter): void {
  w.box("mp4a", () => {
    w.skip(7);
    w.u8(1);
    w.skip(8);
    w.u16(2);
    w.u16(16);
    w.skip(4);
    w.u32(SAMPLE_RATE * 65536);
    w.fullBox("esds", 0, 0, () => w.bytes(Uint8Array.fromHex(ESDS)));
  });
}

/** Unity (14496-12 §6.2.2). */
function matrix(w: ByteWriter): void {
  [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].forEach((value) => w.u32(value));
}
