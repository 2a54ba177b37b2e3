/** What was read back of segments: manifests are held against it. Only these numbers stay of a segment. */

import type { Description } from "../codecs/codec.ts";

/** A segment of pictures or sound. Times in the rendition's timescale. */
export interface SegmentMeasurements {
  /** Of the whole segment. */
  readonly bytes: number;
  /** From its start to the end of its first sample. */
  readonly firstEnd: number;
  /** Decode time of its first sample, and where its last one ends. */
  readonly start: number;
  readonly end: number;
  /** Earliest presentation time. */
  readonly earliest: number;
  /** Presentation time of its first sample. */
  readonly shown: number;
  /** Presentation time at which the last of its samples ends. */
  readonly shownEnd: number;
  /** A decoder can start with its first sample. */
  readonly sync: boolean;
  /** All that it shows can be decoded without the segment before it. */
  readonly independent: boolean;
}

/** What an init said. */
export interface InitMeasurements {
  /** Ticks a second. */
  readonly timescale: number;
  /** What its sample entry and the first sample report; undefined where they can't be read. */
  readonly description: Description | undefined;
}

/** A fragment of Smooth Streaming, in ticks of 100 ns: tfxd. */
export interface FragmentMeasurements {
  readonly time: number;
  readonly duration: number;
}

/** Of a rendition; what is not there could not be read. */
export interface RenditionMeasurements {
  init?: InitMeasurements;
  /** By index of the segment. */
  readonly cmaf: (SegmentMeasurements | undefined)[];
  /** Sizes of transport streams or packed audio, by index. In bytes. */
  readonly streams: (number | undefined)[];
  readonly fragments: (FragmentMeasurements | undefined)[];
}

export function createMeasurements(): RenditionMeasurements {
  return { cmaf: [], streams: [], fragments: [] };
}

/** Segments that can't be decoded without the one before; the first has none before it. */
export function findDependentSegments({ cmaf }: RenditionMeasurements): number[] {
  return [...cmaf.keys()].filter((index) => index > 0 && cmaf[index]?.independent === false);
}
