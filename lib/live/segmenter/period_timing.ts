/** Times of a track in its period, in its timescale. */
export interface PeriodTiming {
  readonly timescale: number;
  /** Decode time of the first sample, on the publisher's timeline. */
  readonly decodeOrigin: number;
  /** Added to decode time and composition offset: the presentation time in the period. */
  readonly presentationShift: number;
  /** M. */
  readonly mediaTime: number;
}

/** Where a track's times in a period come from. With it, the archive can be continued to the tick. */
export interface TrackOrigin {
  /** Decode time of the encoder that is 0 in the period, in ticks. */
  readonly decodeOrigin: bigint;
  /** Added to the encoder's decode time and composition offset: the presentation time in the period. */
  readonly presentationShift: bigint;
  /** M, in ticks. */
  readonly mediaTime: number;
}
