/** Builds MP4 files with one subtitle track, progressive or fragmented. */

import {
  ascii,
  box,
  concat,
  EMPTY_TABLES,
  fullBox,
  moov,
  type Part,
  stbl,
  stsd,
  table,
  trak,
  u16,
  u32,
  u64,
  u8,
} from "./mp4/movie_file.ts";

export interface MovieSample {
  /** In milliseconds. */
  readonly duration: number;
  readonly bytes: Uint8Array;
}

export interface SubtitleMovie {
  /** Handler type: `text`, `sbtl`, `subt`. */
  readonly handler: string;
  /** One sample entry or several; samples use the first. */
  readonly entry: Uint8Array | readonly Uint8Array[];
  readonly samples: readonly MovieSample[];
  /** Indices of sync samples; all are without it. Of progressive movies only. */
  readonly syncs?: readonly number[];
  /** Content of edts. */
  readonly edits?: Part;
  /** Packed language of mdhd. */
  readonly language?: number;
  /** Content of udta. */
  readonly userData?: Part;
}

const FTYP = box("ftyp", ascii("isom"), u32(0), ascii("isom"));

/** Builds a file with one chunk per sample after moov. */
export function buildProgressiveMovie(movie: SubtitleMovie): Uint8Array<ArrayBuffer> {
  const { samples } = movie;
  const build = (first: number) => {
    let at = first;
    const offsets = samples.map(({ bytes }) => [(at += bytes.length) - bytes.length]);
    return [
      FTYP,
      moov(track(movie, {
        stts: table("stts", ...samples.map(({ duration }) => [1, duration])),
        stsz: fullBox(
          "stsz",
          0,
          0,
          u32(0, samples.length),
          samples.map(({ bytes }) => u32(bytes.length)),
        ),
        stsc: table("stsc", [1, 1, 1]),
        stco: table("stco", ...offsets),
        ...movie.syncs && { stss: table("stss", ...movie.syncs.map((index) => [index + 1])) },
      })),
    ];
  };
  const mediaStart = concat(...build(0)).length + 8;
  return concat(...build(mediaStart), box("mdat", samples.map(({ bytes }) => bytes))) as Uint8Array<
    ArrayBuffer
  >;
}

/** Builds a file with one fragment per sample. */
export function buildFragmentedMovie(movie: SubtitleMovie): Uint8Array<ArrayBuffer> {
  let time = 0;
  const fragments = movie.samples.map(({ duration, bytes }, i) => {
    const start = time;
    time += duration;
    const moof = (offset: number) =>
      box(
        "moof",
        fullBox("mfhd", 0, 0, u32(i + 1)),
        box(
          "traf",
          fullBox("tfhd", 0, 0x20000, u32(1)),
          fullBox("tfdt", 1, 0, u64(start)),
          fullBox("trun", 0, 0x301, u32(1, offset, duration, bytes.length)),
        ),
      );
    return [moof(moof(0).length + 8), box("mdat", bytes)];
  });
  const mvex = box("mvex", fullBox("trex", 0, 0, u32(1, 1, 0, 0, 0)));
  return concat(FTYP, moov(track(movie, EMPTY_TABLES), mvex), fragments) as Uint8Array<ArrayBuffer>;
}

function track(
  { handler, entry, edits, language, userData }: SubtitleMovie,
  tables: Record<string, Part>,
): Part {
  const whole = trak({
    handler,
    ...edits === undefined ? {} : { edits },
    ...language === undefined ? {} : { language },
    tables: stbl({ stsd: stsd(...[entry].flat()), ...tables }),
  });
  return userData === undefined ? whole : box("trak", whole.subarray(8), box("udta", userData));
}

/** Packs a three-letter language code for mdhd. */
export function packLanguage(language: string): number {
  return [...language].reduce((sum, letter) => sum * 32 + letter.charCodeAt(0) - 0x60, 0);
}

const ENTRY = [u32(0), u16(0, 1)]; // reserved, data_reference_index

export function wvttEntry(configuration = "WEBVTT"): Uint8Array {
  return box("wvtt", ENTRY, box("vttC", ascii(configuration)));
}

/** Builds a VTTCueBox. */
export function vttc(
  text: string,
  { id = "", settings = "", source }: { id?: string; settings?: string; source?: number } = {},
): Uint8Array {
  return box(
    "vttc",
    source === undefined ? [] : box("vsid", u32(source)),
    id ? box("iden", ascii(id)) : [],
    settings ? box("sttg", ascii(settings)) : [],
    box("payl", ascii(text)),
  );
}

export const VTTE = box("vtte");

export function stppEntry(mime = ""): Uint8Array {
  const strings = ascii("http://www.w3.org/ns/ttml\0\0\0");
  return box("stpp", ENTRY, strings, mime ? fullBox("mime", 0, 0, ascii(`${mime}\0`)) : []);
}

/** Builds a tx3g sample entry; `across` and `down` are its justification. */
export function tx3gEntry(
  { flags = 0, across = 1, down = 255, color = 0xFFFFFFFF, rect = [0, 0, 0, 0] }: {
    flags?: number;
    across?: number;
    down?: number;
    color?: number;
    rect?: number[];
  } = {},
): Uint8Array {
  const style = [u16(0, 0, 1), u8(0, 18), u32(color)];
  const fonts = box("ftab", u16(1, 1), u8(5), ascii("Serif"));
  return box("tx3g", ENTRY, u32(flags), u8(across, down), u32(0), u16(...rect), style, fonts);
}

/** Builds a tx3g sample with modifier boxes. */
export function tx3gSample(text: string, ...modifiers: Part[]): Uint8Array {
  const bytes = ascii(text);
  return concat(u16(bytes.length), bytes, modifiers);
}

/** Builds a style box. */
export function styl(
  ...records: [start: number, end: number, face: number, color: number][]
): Uint8Array {
  const rows = records.map((
    [start, end, face, color],
  ) => [u16(start, end, 1), u8(face, 18), u32(color)]);
  return box("styl", u16(records.length), rows);
}
