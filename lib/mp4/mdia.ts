/** Writers of an init segment: ftyp, and a moov with one track and no samples. */

import type { ByteWriter } from "../bytes.ts";
import { writeBrands } from "./moof.ts";

export interface InitTrack {
  readonly id: number;
  /** `text`: WebVTT (nmhd); `subtitle`: XML (sthd). */
  readonly type: "video" | "audio" | "text" | "subtitle";
  readonly timescale: number;
  readonly language: string;
  /** BCP 47 (elng); "" if mdhd is sufficient. */
  readonly extendedLanguage: string;
  readonly mediaTime: number;
  /** Before rotation, in square pixels; 0 unless video. */
  readonly width: number;
  readonly height: number;
  readonly rotation: 0 | 90 | 180 | 270;
  readonly entries: readonly Uint8Array[];
}

/** Fixed-point 1 as 16.16 and as 2.30 (14496-12 §6.2.2). */
const ONE = 0x10000;
const ONE_2_30 = 0x40000000;

/** File Type (14496-12 §4.3). */
export function ftyp(w: ByteWriter, brands: readonly string[]): void {
  w.box("ftyp", () => writeBrands(w, brands));
}

/** Movie (14496-12 §8.2.1). */
export function moov(w: ByteWriter, track: InitTrack): void {
  w.box("moov", () => {
    mvhd(w, track);
    w.box("trak", () => {
      tkhd(w, track);
      if (track.mediaTime > 0) w.box("edts", () => elst(w, track.mediaTime));
      w.box("mdia", () => mdia(w, track));
    });
    w.box("mvex", () => trex(w, track.id));
  });
}

/** Movie Header (14496-12 §8.2.2). */
function mvhd(w: ByteWriter, { id, timescale }: InitTrack): void {
  w.fullBox("mvhd", 0, 0, () => {
    w.skip(8); // creation and modification time: constant for equal bytes
    w.u32(timescale);
    w.u32(0);
    w.u32(ONE);
    w.u16(0x100);
    w.skip(10);
    writeMatrix(w, [ONE, 0, 0, ONE, 0, 0]);
    w.skip(24);
    w.u32(id + 1); // next_track_ID
  });
}

/** Track Header (14496-12 §8.3.2). */
function tkhd(w: ByteWriter, { id, type, width, height, rotation }: InitTrack): void {
  w.fullBox("tkhd", 0, 0x3, () => { // enabled, in movie
    w.skip(8);
    w.u32(id);
    w.skip(4 + 4 + 8);
    w.skip(2 + 2);
    w.u16(type === "audio" ? 0x100 : 0);
    w.skip(2);
    writeMatrix(w, getMatrixValues(rotation, width, height));
    w.u32(width * ONE);
    w.u32(height * ONE);
  });
}

/** Returns a, b, c, d, x, y of the matrix (14496-12 §8.3.2). x and y move the image to the origin. */
function getMatrixValues(rotation: InitTrack["rotation"], width: number, height: number): number[] {
  switch (rotation) {
    case 0:
      return [ONE, 0, 0, ONE, 0, 0];
    case 90:
      return [0, ONE, -ONE, 0, height * ONE, 0];
    case 180:
      return [-ONE, 0, 0, -ONE, width * ONE, height * ONE];
    case 270:
      return [0, -ONE, ONE, 0, 0, width * ONE];
  }
}

function writeMatrix(w: ByteWriter, [a, b, c, d, x, y]: number[]): void {
  for (const value of [a!, b!, 0, c!, d!, 0, x!, y!, ONE_2_30]) w.i32(value);
}

/** Edit List (14496-12 §8.6.6) with one edit, to the end. */
function elst(w: ByteWriter, mediaTime: number): void {
  const version = mediaTime < 2 ** 31 ? 0 : 1;
  w.fullBox("elst", version, 0, () => {
    w.u32(1);
    if (version) w.skip(8);
    else w.skip(4);
    if (version) w.u64(mediaTime);
    else w.u32(mediaTime);
    w.u32(ONE);
  });
}

const HANDLERS: Record<InitTrack["type"], readonly [type: string, name: string]> = {
  video: ["vide", "Video"],
  audio: ["soun", "Sound"],
  text: ["text", "Text"],
  subtitle: ["subt", "Subtitles"],
};

/** Media (14496-12 §8.4.1). */
function mdia(w: ByteWriter, track: InitTrack): void {
  w.fullBox("mdhd", 0, 0, () => {
    w.skip(8);
    w.u32(track.timescale);
    w.u32(0);
    w.u16(packLanguage(track.language));
    w.skip(2);
  });
  const [handler, name] = HANDLERS[track.type];
  w.fullBox("hdlr", 0, 0, () => {
    w.skip(4);
    w.ascii(handler);
    w.skip(12);
    w.cstring(name);
  });
  if (track.extendedLanguage) w.fullBox("elng", 0, 0, () => w.cstring(track.extendedLanguage));
  w.box("minf", () => minf(w, track));
}

/** Packs 5 bits per letter (14496-12 §8.4.2). */
function packLanguage(language: string): number {
  return [...language].reduce((packed, letter) => packed * 32 + letter.charCodeAt(0) - 0x60, 0);
}

/** Media Information (14496-12 §8.4.4). */
function minf(w: ByteWriter, { type, entries }: InitTrack): void {
  writeMediaHeader(w, type);
  w.box("dinf", () => {
    w.fullBox("dref", 0, 0, () => {
      w.u32(1);
      w.fullBox("url ", 0, 1, () => {}); // self-contained
    });
  });
  w.box("stbl", () => {
    w.fullBox("stsd", 0, 0, () => {
      w.u32(entries.length);
      for (const entry of entries) w.bytes(entry);
    });
    for (const type of ["stts", "stsc"]) w.fullBox(type, 0, 0, () => w.u32(0));
    w.fullBox("stsz", 0, 0, () => w.skip(8));
    w.fullBox("stco", 0, 0, () => w.u32(0));
  });
}

/** Writes vmhd, smhd, nmhd or sthd (14496-12 §12.1.2, §12.2.2, §8.4.5.2, §12.6.2). */
function writeMediaHeader(w: ByteWriter, type: InitTrack["type"]): void {
  switch (type) {
    case "video":
      return w.fullBox("vmhd", 0, 1, () => w.skip(8));
    case "audio":
      return w.fullBox("smhd", 0, 0, () => w.skip(4));
    case "text":
      return w.fullBox("nmhd", 0, 0, () => {});
    case "subtitle":
      return w.fullBox("sthd", 0, 0, () => {});
  }
}

/** Track Extends (14496-12 §8.8.3). */
function trex(w: ByteWriter, trackId: number): void {
  w.fullBox("trex", 0, 0, () => {
    w.u32(trackId);
    w.u32(1); // default_sample_description_index
    w.skip(12);
  });
}
