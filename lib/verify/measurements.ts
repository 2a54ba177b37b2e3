/** Values measured in segments, with which manifests are compared. Nothing else of a segment is retained. */

import type { Description } from "../codecs/codec.ts";

/** An audio or video segment. Times are in the rendition's timescale. */
export interface SegmentMeasurements {
  /** Size of the segment. */
  readonly bytes: number;
  /** End of the first sample, as an offset in the segment. */
  readonly firstSampleEnd: number;
  /** Decode time of the first sample. */
  readonly start: number;
  /** Decode time at which the last sample ends. */
  readonly end: number;
  readonly earliestPresentation: number;
  /** Presentation time of the first sample in decode order. */
  readonly firstPresentation: number;
  /** Latest end of a sample in presentation time. */
  readonly presentationEnd: number;
  /** The first sample is a sync sample. */
  readonly sync: boolean;
  /** All presented samples can be decoded without the previous segment. */
  readonly independent: boolean;
}

export interface InitMeasurements {
  readonly timescale: number;
  /** Derived from the sample entry and the first sample; undefined if they cannot be read. */
  readonly description: Description | undefined;
}

/** `tfxd` of a Smooth Streaming fragment, in units of 100 ns. */
export interface FragmentMeasurements {
  readonly time: number;
  readonly duration: number;
}

/** Measurements by segment index; undefined where a segment could not be read. */
export interface RenditionMeasurements {
  init?: InitMeasurements;
  readonly cmaf: (SegmentMeasurements | undefined)[];
  /** Sizes of MPEG-TS or packed audio segments in bytes. */
  readonly tsSizes: (number | undefined)[];
  readonly fragments: (FragmentMeasurements | undefined)[];
}

export function createMeasurements(): RenditionMeasurements {
  return { cmaf: [], tsSizes: [], fragments: [] };
}

/** Indexes of segments, except the first, that need the previous one for decoding. */
export function findDependentSegments({ cmaf }: RenditionMeasurements): number[] {
  return [...cmaf.keys()].filter((index) => index > 0 && cmaf[index]?.independent === false);
}
