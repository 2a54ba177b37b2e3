import type { SampleEntry } from "./sample_entry.ts";
import type { SampleTable } from "./samples/sample_table.ts";
import type { Kind } from "./user_data.ts";

/** Movie of a progressive, fragmented or hybrid MP4 file. */
export interface Movie {
  /** Ticks per second of edit durations (mvhd). */
  readonly timescale: number;
  /** In file order; includes tracks without samples. */
  readonly tracks: readonly Track[];
  /** One sentence per defect of the file that does not prevent playback. */
  readonly warnings: readonly string[];
  readonly residentBytes: number;
  /**
   * Loads the tables that are still in the file if its source is no longer synchronous. Returns undefined if nothing
   * has to be loaded.
   *
   * @throws MediaError of the source
   */
  loadTables(): Promise<void> | undefined;
}

export interface Track {
  readonly id: number;
  /** handler_type of hdlr: `vide`, `soun`, `text`, `sbtl`, `subt`, … */
  readonly handler: string;
  /** Ticks per second of the track's times (mdhd). */
  readonly timescale: number;
  /** BCP 47 tag of elng, else ISO 639-2 code of mdhd, else "und". */
  readonly language: string;
  /** Name from udta, else from hdlr, where it may be a muxer's default; "" if absent. */
  readonly name?: string;
  /** kind boxes of udta. */
  readonly kinds?: readonly Kind[];
  /** Clockwise rotation for display, in degrees (matrix of tkhd). */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Position and size in the presentation, in pixels (tkhd); absent or 0 × 0 if not visual. */
  readonly geometry?: TrackGeometry;
  /** QuickTime media characteristics (tagc in udta), such as `public.accessibility.describes-video`. */
  readonly characteristics?: readonly string[];
  /** track_IDs of the chapter tracks (chap in tref). */
  readonly chapters?: readonly number[];
  /** Entries of elst in order; empty without an edit list. */
  readonly edits: readonly Edit[];
  /** Entries of stsd in order, indexed by the description of a sample. */
  readonly entries: readonly SampleEntry[];
  readonly samples: SampleTable;
}

export interface TrackGeometry {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One entry of an edit list (14496-12 §8.6.6). */
export interface Edit {
  /** In the movie's timescale; 0 in the last edit of a fragmented movie: to the end of the track. */
  readonly duration: number;
  /** In the track's timescale; -1: empty edit. */
  readonly mediaTime: number;
  /** 1: normal speed; 0: dwell. */
  readonly rate: number;
}
