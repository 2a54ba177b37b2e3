/** What the container says: a movie, its tracks, their edits and samples. */

import type { SampleEntry } from "./sample_entry.ts";
import type { SampleTable } from "./samples/sample_table.ts";
import type { Kind } from "./user_data.ts";

/** A progressive and a fragmented MP4 give the same `Movie`, with the same `SampleTable`. */
export interface Movie {
  /** Ticks a second of edit durations (mvhd). */
  readonly timescale: number;
  /** In file order; those that hold no sample too. */
  readonly tracks: readonly Track[];
  /** What is odd in the file, a sentence each: a last fragment that is cut off, durations that are missing. */
  readonly warnings: readonly string[];
  /** Bytes of the file that are in memory. */
  readonly residentBytes: number;
  /**
   * Reads what was left in the file, where its source can't be read at once any more; undefined: there is nothing to wait
   * for.
   *
   * @throws MediaError of the source
   */
  loadTables(): Promise<void> | undefined;
}

export interface Track {
  readonly id: number;
  /** `vide`, `soun`, `text`, `sbtl`, `subt`, …: handler_type of hdlr. */
  readonly handler: string;
  /** Ticks a second of the track's own times (mdhd). */
  readonly timescale: number;
  /** BCP 47 from elng, else ISO 639-2 from mdhd; "und" where neither says. */
  readonly language: string;
  /** What the file calls it: udta's name, else hdlr's, which may well be the muxer's own; left out or "": nothing. */
  readonly name?: string;
  /** What the file says that it is for (kind in udta). */
  readonly kinds?: readonly Kind[];
  /** Clockwise degrees by which a player turns the picture: tkhd's matrix. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Where it lies in the movie's picture, in pixels (tkhd); 0 × 0, or left out, for what takes no room. */
  readonly geometry?: TrackGeometry;
  /** QuickTime's media characteristics (tagc in udta): `public.accessibility.describes-video`. */
  readonly characteristics?: readonly string[];
  /** track_IDs of the tracks that hold its chapters (chap in tref). */
  readonly chapters?: readonly number[];
  /** elst, in order; empty where there is none. */
  readonly edits: readonly Edit[];
  /** stsd, in order; a sample's description is an index into it. */
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
  /** In the movie's timescale; 0 in the last edit of a fragmented movie: to the end. */
  readonly duration: number;
  /** In the track's timescale; -1 for an empty edit. */
  readonly mediaTime: number;
  /** 1 for normal speed, 0 for a dwell. */
  readonly rate: number;
}
