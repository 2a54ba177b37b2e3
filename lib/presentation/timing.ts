/** Times of a rendition's samples, as players get them, out of the track's own times and its edit list. */
export interface Timing {
  /** Ticks a second: the track's, or a multiple of it. */
  readonly timescale: number;
  /** The samples that are kept: from `first` up to, not with, `end`. */
  readonly first: number;
  readonly end: number;
  /** media_time of the one edit in the init; 0: no edit. */
  readonly mediaTime: number;
  /** Decode time of a sample: 0 for `first`. */
  decodeTime(index: number): number;
  /** Presentation time of a sample; negative for audio priming. */
  presentationTime(index: number): number;
}
