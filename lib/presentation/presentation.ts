/**
 * START HERE: the model of AMS, in the terms of CMAF (ISO/IEC 23000-19) and ISO BMFF (ISO/IEC 14496-12).
 *
 * A **source** reads bytes of a file (storage/source.ts). A **movie** is its parsed container: tracks, with samples in decode
 * order (mp4/movie.ts). **Cues** are parsed subtitles (subtitles/cue.ts). A **package** is a JSON file in which the operator
 * lists tracks (package/package.ts).
 *
 * Live, a **channel** is what viewers open: a file such as `news.json` (package/channel_file.ts). A **publisher** is an encoder that
 * has a key of the channel. A **broadcast** runs from its first frame until it is over (broadcast.ts).
 *
 * A **period** is a stretch of a broadcast on one clock with one set of init segments: a presentation whose times start at 0, with a
 * version of its own. The **epoch** of a broadcast is the UTC, in µs, of the start of its first period. It is a Period in DASH, and
 * what is between two discontinuities in HLS.
 *
 * A **chunk** is one moof and mdat, the unit that is written and read (23000-19 §7.3.2.3); one or more make a segment. An **archive
 * block** is a directory with up to ten minutes of one period (archive/block.ts).
 *
 * From files, open.ts builds a **presentation**: **switching sets** of **renditions**, each divided into **segments**. The pure
 * functions of cmaf/, dash/, hls/ and smooth/ turn it into manifests, init segments and media segments. See
 * docs/design/architecture.md.
 */

import type { Codec, Description } from "../codecs/codec.ts";
import type { Track } from "../mp4/movie.ts";
import type { ClosedCaptions } from "../package/closed_captions.ts";
import type { Role } from "../package/role.ts";
import type { StoredBandwidths } from "../package/serialized_index.ts";
import type { SyncIndex } from "../package/track_index.ts";
import type { Source } from "../storage/source.ts";
import type { Chapter } from "../subtitles/chapters.ts";
import type { Webvtt } from "../subtitles/webvtt.ts";
import type { Protection, RenditionEncryption } from "./encryption.ts";
import type { SampleTiming } from "./sample_timing.ts";
import type { ExpectedSegments } from "./segment_extents.ts";
import type { LargestSegment, Timeline } from "./segment_timeline.ts";

/**
 * A **presentation** is everything that a player can select under one URL, on one timeline that starts at 0: an MPD with one
 * Period in DASH, a multivariant playlist in HLS, a SmoothStreamingMedia in Smooth Streaming. It is an immutable snapshot.
 */
export interface Presentation {
  /** Identifies the exact bytes of all media: `v3f2a91c4d08e`, part of media URLs. */
  readonly version: string;
  /** In seconds. */
  readonly segmentDuration: number;
  /** Longest audio or video segment in whole seconds, at least 1: EXT-X-TARGETDURATION. */
  readonly targetDuration: number;
  /** End of the last audio or video rendition. */
  readonly duration: Time;
  readonly sets: readonly SwitchingSet[];
  /** By name, in package order. */
  readonly renditions: ReadonlyMap<string, Rendition>;
  readonly warnings: readonly string[];
  /** The file that a URL names, if others belong to it by their names (input/stems.ts). */
  readonly ownFile?: string;
  /** Set if audio and video are encrypted. */
  readonly protection?: Protection;
  /** Set if a URL query selects a part of the presentation; see selection/select.ts. */
  readonly selection?: Selection;
  /** True if it is the period of a broadcast that goes on: segments are appended, and not all renditions have the same ones yet. */
  readonly isLive?: boolean;
  /** Absent if neither the package nor a file says anything about the whole. */
  readonly metadata?: Metadata;
}

/** The **metadata** of a presentation is what players and pages show of it. No media depends on it, nor does the version. */
export interface Metadata {
  /** One line. */
  readonly title?: string;
  readonly description?: string;
  /** Set if the package names an image that can be served. */
  readonly hasPoster?: true;
  /** In the order of their starts; at least one. In a clip, times are still those of the whole. */
  readonly chapters?: readonly Chapter[];
}

/**
 * A **selection** is what a URL query leaves of a presentation: some renditions, for some of its time (a clip). Its segments are
 * those of the whole presentation and have the same URLs.
 */
export interface Selection {
  readonly whole: Presentation;
  /** Start of the clip in `whole`; players present it at time 0. */
  readonly start: Time;
  /** Starts with `?`, or is "". */
  readonly mediaQuery: string;
  /** `mediaQuery` and the parameters that select. */
  readonly playlistQuery: string;
}

/** A **time** is an integer number of ticks in a timescale (ticks per second). */
export interface Time {
  readonly ticks: number;
  readonly timescale: number;
}

/**
 * A **switching set** is a group of renditions between which a player may switch: equal type, codec family, language, label, role
 * and channel layout. It is an AdaptationSet in DASH, the variants or a group of alternatives in HLS, a StreamIndex in Smooth
 * Streaming. Each subtitle rendition is a set of its own.
 */
export interface SwitchingSet {
  readonly type: Rendition["type"];
  readonly language: string;
  readonly label?: string;
  readonly role?: Role;
  /** Name in players' menus. Sets with the same name are the same audio in different codecs or channel layouts. */
  readonly displayLabel?: string;
  /** At least one. */
  readonly renditions: readonly Rendition[];
  /** True if the segments of all renditions start at the same times. */
  readonly aligned: boolean;
}

/**
 * A **rendition** is one encoding of one component (CMAF track): a Representation in DASH, a variant or an EXT-X-MEDIA in HLS, a
 * QualityLevel in Smooth Streaming.
 */
export type Rendition = MediaRendition | SubtitleRendition;

interface RenditionBase {
  /** Unique, `[A-Za-z0-9_=-]+`; part of URLs: `video_eng=400000`. */
  readonly name: string;
  /** BCP 47. */
  readonly language: string;
  readonly label?: string;
  readonly role?: Role;
  /** Set by the operator. */
  readonly isDefault?: boolean;
  readonly file: string;
}

/** A **media rendition** is a track of video, audio or images (MJPEG), with timing and segments. */
export interface MediaRendition extends RenditionBase {
  readonly type: "video" | "audio" | "image";
  readonly codec: Codec;
  readonly description: Description;
  readonly captions?: readonly ClosedCaptions[];
  /** True for the audio that the file presents by default. */
  readonly isFileDefault?: boolean;
  readonly source: Source;
  readonly track: Track;
  /** Sample times after the edit list. */
  readonly timing: SampleTiming;
  readonly timeline: Timeline;
  /** Covers the whole rendition, in a clip too. */
  readonly largestSegment: LargestSegment;
  /** Compared with the index of a package; see track_index.ts. */
  readonly segmentationId?: string;
  /** From the index of a package, as are the following. */
  readonly syncs?: SyncIndex;
  readonly storedBandwidths?: StoredBandwidths;
  readonly expected?: ExpectedSegments;
  /** Peak in bit/s (RFC 8216 §4.3.4.2). */
  readonly bandwidth: number;
  /** In bit/s. */
  readonly averageBandwidth: number;
  /** Fraction: `25`, `30000/1001`. */
  readonly frameRate?: string;
  /** As `frameRate`; undefined unless it is greater. */
  readonly peakFrameRate?: string;
  /** True if segments may start with frames that cannot be decoded after a seek. */
  readonly openGop: boolean;
  /** Set for audio and video of a protected presentation. */
  readonly encryption?: RenditionEncryption;
  /** Set if the source has init segment and segments as they are sent. */
  readonly stored?: StoredSegments;
}

/** The CMAF segments of a rendition that was recorded: they are sent as they were written. */
export interface StoredSegments {
  /** ftyp and moov. */
  readonly init: Uint8Array;
  /** Returns where the segment at an index of the timeline is in the source. */
  readonly locate: (index: number) => StoredRange;
}

export interface StoredRange {
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
}

/** A **subtitle rendition** is a list of cues, served as WebVTT, in MP4 (wvtt) or not. */
export interface SubtitleRendition extends RenditionBase {
  readonly type: "text";
  /** A WebVTT file in UTF-8. */
  readonly webvttBytes: Uint8Array;
  readonly webvtt: Webvtt;
  /** Undefined for a subtitle file. */
  readonly trackId?: number | undefined;
  /** TTML that may be served unchanged in addition to the cues. */
  readonly stpp?: StppTrack | undefined;
  /** End of the last cue. */
  readonly duration: Time;
  /** Segment starts from 0 on, and the end. */
  readonly times: Float64Array;
  readonly timescale: number;
  /** Size of the WebVTT file over its duration, in bit/s. */
  readonly bandwidth: number;
  readonly averageBandwidth: number;
}

/** An **stpp track** is a track of TTML documents (ISO/IEC 14496-30 §5) that are served unchanged. */
export interface StppTrack {
  /** RFC 6381: `stpp.ttml.im1t`. */
  readonly codec: string;
  /** True if there are no cues, since the documents contain images only. */
  readonly onlyImages: boolean;
  readonly source: Source;
  readonly track: Track;
  readonly timing: SampleTiming;
  readonly timeline: Timeline;
  readonly bandwidth: number;
  readonly averageBandwidth: number;
}
