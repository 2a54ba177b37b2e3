import type { Matrix } from "./matrix.ts";
import type { SampleEntry } from "./sample_entry.ts";
import type { SampleTable } from "./samples/sample_table.ts";
import type { Kind, MovieChapter } from "./user_data.ts";

export interface Movie {
  readonly timescale: number;
  readonly tracks: readonly Track[];
  /** Chapters that udta lists (chpl), in no certain order; those in a track are samples of it. */
  readonly chapters: readonly MovieChapter[];
  /** Sentences about defects that do not prevent playback. */
  readonly warnings: readonly string[];
  readonly residentBytes: number;
  /** Ends the opening, which retains all pages of the sample tables of a source that is not synchronous. */
  releasePages(): void;
}

export interface Track {
  readonly id: number;
  /** handler_type: `vide`, `soun`, `text`, `sbtl`, `subt`, … */
  readonly handler: string;
  readonly timescale: number;
  /** BCP 47 (elng), else ISO 639-2 (mdhd), else "und". */
  readonly language: string;
  /** From udta, else from hdlr, where it may be a muxer's default; "" if absent. */
  readonly name?: string;
  readonly kinds?: readonly Kind[];
  /** track_enabled (tkhd); of alternative tracks, players present an enabled one. */
  readonly isEnabled?: boolean;
  /** Transformation of decoded images to presented ones: of the track, then of the movie. */
  readonly matrix: Matrix;
  /** In pixels (tkhd); absent or 0 × 0 if not visual. */
  readonly geometry?: TrackGeometry;
  /** QuickTime media characteristics, such as `public.easy-to-read`. */
  readonly characteristics?: readonly string[];
  readonly chapterTrackIds?: readonly number[];
  readonly edits: readonly Edit[];
  /** roll_distance of all samples (14496-12 §10.1); negative. */
  readonly rollDistance?: number;
  /** True if fragments declare the size of all samples once. */
  readonly hasEqualSizes?: boolean;
  /** roll_distance of the sample group `prol`; negative. */
  readonly preRollDistance?: number;
  /** How many packets of audio a decoder needs before an edit; by default 1. */
  readonly primingPackets?: number;
  /** Entries of stsd, indexed by the description of a sample. */
  readonly entries: readonly SampleEntry[];
  readonly samples: SampleTable;
  /** True if moof boxes add samples. */
  readonly hasFragments?: boolean;
}

export interface TrackGeometry {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Entry of an edit list (14496-12 §8.6.6). */
export interface Edit {
  /** In the movie's timescale; 0 in the last edit of a fragmented movie: to the end. */
  readonly duration: number;
  /** In the track's timescale; -1: empty edit. */
  readonly mediaTime: number;
  readonly rate: number;
}
