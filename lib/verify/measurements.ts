/** Values measured in segments, with which manifests are compared. */

import type { Description } from "../codecs/codec.ts";
import type { FrameRateMeter } from "./expected/frame_rate_meter.ts";
import type { SourceSignalling } from "./expected/signalling.ts";
import type { AudioDeclaration } from "./readers/aac_declaration.ts";

/** Times are in the rendition's timescale. */
export interface SegmentMeasurements {
  readonly bytes: number;
  /** Bytes that manifests may declare, if more: they estimate the boxes of encrypted video. */
  readonly maxBytes?: number;
  readonly decodeStart: number;
  readonly decodeEnd: number;
  readonly earliestPresentation: number;
  readonly firstSamplePresentation: number;
  readonly presentationEnd: number;
  readonly startsWithSync: boolean;
  /** All presented samples can be decoded without the previous segment. */
  readonly independent: boolean;
}

export interface InitMeasurements {
  readonly timescale: number;
  /** Undefined if the sample entry or the first sample cannot be read. */
  readonly description: Description | undefined;
}

/** Content of tfxd, in units of 100 ns. */
export interface FragmentMeasurements {
  readonly time: number;
  readonly duration: number;
}

export interface KeyFrameMeasurements {
  /** Presentation time, in the rendition's timescale. */
  readonly time: number;
  /** Undefined if it could not be built. */
  readonly bytes: number | undefined;
}

/** By segment index; undefined where a segment could not be read. */
export interface RenditionMeasurements {
  init?: InitMeasurements;
  /** Undefined for subtitles, and if the file cannot be read. */
  signalling?: SourceSignalling | undefined;
  /** True for encrypted video, of which manifests estimate the bandwidth. */
  isEstimated?: boolean;
  /** KID in the init segment, in hexadecimal digits; undefined if samples are not encrypted. */
  kid?: string;
  /** What must be declared of audio. */
  audio?: AudioDeclaration | undefined;
  /** Set for video and images. */
  frameRate?: FrameRateMeter;
  readonly cmaf: (SegmentMeasurements | undefined)[];
  /** MPEG-TS or packed audio, in bytes. */
  readonly tsSizes: (number | undefined)[];
  readonly fragments: (FragmentMeasurements | undefined)[];
  readonly keyFrames: KeyFrameMeasurements[];
  readonly tsKeyFrames: KeyFrameMeasurements[];
  /** WebVTT segments, in bytes. */
  readonly webvttSizes: Readonly<Record<"fmp4" | "ts", (number | undefined)[]>>;
}

export function createMeasurements(): RenditionMeasurements {
  return {
    cmaf: [],
    tsSizes: [],
    fragments: [],
    keyFrames: [],
    tsKeyFrames: [],
    webvttSizes: { fmp4: [], ts: [] },
  };
}

export function findDependentSegments({ cmaf }: RenditionMeasurements): number[] {
  return [...cmaf.keys()].filter((index) => index > 0 && cmaf[index]?.independent === false);
}
