import type { ByteReader, ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { inBox, readBoxes, readVersion } from "./box.ts";
import { decodeLanguage, encodeLanguage } from "./language_code.ts";
import { readStbl, stbl, type StblBoxes } from "./samples/stbl.ts";
import type { TrackTables } from "./samples/track_tables.ts";
import { readHandlerName } from "./user_data.ts";

const VERSION_AND_FLAGS_SIZE = 4;

/** Media of a track of an init segment. */
export interface InitMedia {
  /** `text`: WebVTT (nmhd); `subtitle`: XML (sthd). */
  readonly type: "video" | "audio" | "text" | "subtitle";
  readonly timescale: number;
  readonly language: string;
  /** BCP 47 (elng); "" if mdhd is sufficient, which has ISO 639-2 only. */
  readonly extendedLanguage: string;
  readonly entries: readonly Uint8Array[];
  /** True if fragments contain samples that are not sync samples. */
  readonly hasNonSyncSamples?: boolean;
  /** roll_distance of all samples, which fragments then assign to a group. */
  readonly rollDistance?: number | undefined;
  /** Samples of a movie without fragments. */
  readonly tables?: TrackTables | undefined;
}

export interface Media {
  mdhd?: { timescale: number; language: string };
  handler: { type: string; name: string };
  extendedLanguage: string;
  tables: StblBoxes;
}

/** Media (14496-12 §8.4.1). */
export function mdia(w: ByteWriter, media: InitMedia): void {
  w.box("mdia", () => {
    mdhd(w, media);
    hdlr(w, media.type);
    if (media.extendedLanguage) elng(w, media.extendedLanguage);
    minf(w, media);
  });
}

/** Media (14496-12 §8.4.1). minf needs the handler, which may follow it. */
export function readMdia(r: ByteReader, media: Media): void {
  let minf: ByteReader | undefined;
  readBoxes(r, {
    mdhd: (r) => media.mdhd = readMdhd(r),
    hdlr: (r) => media.handler = readHdlr(r),
    elng: (r) => media.extendedLanguage = readElng(r),
    minf: (r) => minf ??= r,
  });
  if (!minf) return;
  const boxes = minf;
  inBox("minf", () => {
    readBoxes(boxes, { stbl: (r) => readStbl(r, media.handler.type, media.tables) });
  });
}

/** Media Header (14496-12 §8.4.2). */
function mdhd(w: ByteWriter, { timescale, language, tables }: InitMedia): void {
  const version = tables ? 1 : 0;
  w.fullBox("mdhd", version, 0, () => {
    w.skip(version === 1 ? 16 : 8);
    w.u32(timescale);
    if (tables) w.u64(tables.mediaDuration);
    else w.u32(0);
    w.u16(encodeLanguage(language));
    w.skip(2);
  });
}

/** Media Header (14496-12 §8.4.2). */
export function readMdhd(r: ByteReader): { timescale: number; language: string } {
  const { version } = readVersion(r, 1);
  r.skip(version === 1 ? 16 : 8);
  const timescale = r.u32();
  if (timescale === 0) throw new MediaError("Cannot read a timescale of 0");
  r.skip(version === 1 ? 8 : 4);
  return { timescale, language: decodeLanguage(r.u16()) };
}

const HANDLERS: Record<InitMedia["type"], readonly [type: string, name: string]> = {
  video: ["vide", "Video"],
  audio: ["soun", "Sound"],
  text: ["text", "Text"],
  subtitle: ["subt", "Subtitles"],
};

/** Handler Reference (14496-12 §8.4.3). */
function hdlr(w: ByteWriter, type: InitMedia["type"]): void {
  const [handler, name] = HANDLERS[type];
  w.fullBox("hdlr", 0, 0, () => {
    w.skip(4);
    w.ascii(handler);
    w.skip(12);
    w.cstring(name);
  });
}

/** Handler Reference (14496-12 §8.4.3). */
export function readHdlr(r: ByteReader): { type: string; name: string } {
  r.skip(8); // version, flags, QuickTime component type
  return { type: r.ascii(4), name: readHandlerName(r) };
}

/** Extended Language (14496-12 §8.4.6). */
function elng(w: ByteWriter, language: string): void {
  w.fullBox("elng", 0, 0, () => w.cstring(language));
}

/** Extended Language (14496-12 §8.4.6). Some writers leave out version and flags, which are 0. */
export function readElng(r: ByteReader): string {
  if (r.bytes[0] === 0) r.skip(Math.min(VERSION_AND_FLAGS_SIZE, r.left));
  return r.cstring();
}

/** Media Information (14496-12 §8.4.4). */
function minf(w: ByteWriter, media: InitMedia): void {
  w.box("minf", () => {
    writeMediaHeader(w, media.type);
    w.box("dinf", () => {
      w.fullBox("dref", 0, 0, () => {
        w.u32(1);
        w.fullBox("url ", 0, 1, () => {}); // self-contained
      });
    });
    stbl(w, media);
  });
}

/** Writes vmhd, smhd, nmhd or sthd (14496-12 §12.1.2, §12.2.2, §8.4.5.2, §12.6.2). */
function writeMediaHeader(w: ByteWriter, type: InitMedia["type"]): void {
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
