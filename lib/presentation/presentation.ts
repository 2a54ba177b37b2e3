/**
 * START HERE: the model of AMS. The terms are those of CMAF (ISO/IEC 23000-19) and ISO BMFF (ISO/IEC 14496-12).
 *
 * A **source** reads bytes of a file at an offset (storage/source.ts). A **movie** is the parsed container of a source: tracks, with
 * samples in decode order (mp4/movie.ts). **Cues** are the parsed content of subtitles (subtitles/cue.ts). A **package** is a JSON
 * file in which the operator lists tracks, with names, languages and roles (package/package.ts).
 *
 * From these, open.ts builds a **presentation**: **switching sets** of **renditions**, each divided into **segments**. All protocols
 * serve the same presentation. The directories cmaf/, dash/, hls/ and smooth/ turn it into manifests, init segments and media
 * segments with pure functions. See docs/design/architecture.md.
 */

import type { Codec, Description } from "../codecs/codec.ts";
import type { Track } from "../mp4/movie.ts";
import type { ClosedCaptions } from "../package/closed_captions.ts";
import type { Role } from "../package/role.ts";
import type { Source } from "../storage/source.ts";
import type { Webvtt } from "../subtitles/webvtt.ts";
import type { SampleTiming } from "./sample_timing.ts";
import type { Timeline } from "./segment_timeline.ts";

/**
 * A **presentation** is everything that a player can select and play under one URL, on one timeline that starts at 0: an MPD with
 * one Period in DASH, a multivariant playlist in HLS, a SmoothStreamingMedia in Smooth Streaming. It is an immutable snapshot and
 * sufficient to build every manifest and every segment.
 */
export interface Presentation extends OpenFiles {
  /** Identifies the exact bytes of all media: `v3f2a91c4d08e`, part of media URLs. Equal files and settings give equal versions. */
  readonly version: string;
  /** Nominal segment duration in seconds. */
  readonly segmentDuration: number;
  /** Decode duration of the longest audio or video segment, rounded to seconds, at least 1: HLS's EXT-X-TARGETDURATION. */
  readonly targetDuration: number;
  /** End of the last audio or video rendition. */
  readonly duration: Time;
  /** In package order of their first renditions. */
  readonly sets: readonly SwitchingSet[];
  /** The renditions of all sets by name, in package order. */
  readonly renditions: ReadonlyMap<string, Rendition>;
  /** Sentences for the operator: unsupported tracks, misaligned renditions, wrong hints. */
  readonly warnings: readonly string[];
  /** Present if a URL query has selected a part of the whole presentation; see selection/select.ts. */
  readonly selection?: Selection;
}

/**
 * A **selection** is the result of a URL query: some renditions of a presentation, for some of its time (a clip). Its segments are
 * those of the whole presentation and have the same URLs.
 */
export interface Selection {
  /** The presentation without filter and clip. It determines segments and the names of Smooth streams. */
  readonly whole: Presentation;
  /** Start of the clip in the whole presentation. Players present it at time 0. */
  readonly start: Time;
  /** Query of media URLs, starting with `?`, or "". */
  readonly mediaQuery: string;
  /** Query of playlist URLs: that of media, and the parameters that select. */
  readonly playlistQuery: string;
}

/** The **open files** of a presentation. Sample tables are read on demand and cached; samples are not cached. */
export interface OpenFiles {
  /** Bytes of memory that the sample tables occupy. Segment requests may add to it. */
  residentBytes(): number;
  /**
   * Loads the tables that manifests and segments need, if a source can no longer be read synchronously. Returns undefined if there is
   * nothing to load.
   *
   * @throws MediaError of the source
   */
  load(): Promise<unknown> | undefined;
  /** Closes all sources. The presentation must not be used afterwards. */
  close(): void;
}

/** A **time** is an integer number of ticks in a timescale (ticks per second). */
export interface Time {
  readonly ticks: number;
  readonly timescale: number;
}

/**
 * A **switching set** is a group of renditions of the same content between which a player may switch, in general by bandwidth: equal
 * type, codec family, language, label, role and channel layout (CMAF switching set). It is an AdaptationSet in DASH, the variants or
 * a group of alternatives in HLS, a StreamIndex in Smooth Streaming. Each subtitle rendition is a set of its own.
 */
export interface SwitchingSet {
  readonly type: Rendition["type"];
  readonly language: string;
  /** The operator's label. */
  readonly label?: string;
  readonly role?: Role;
  /**
   * Name of an audio or subtitle set in players' menus. Sets with the same one are the same audio in different codecs or channel
   * layouts; all others differ.
   */
  readonly displayLabel?: string;
  /** At least one; in package order. */
  readonly renditions: readonly Rendition[];
  /** True if the segments of all renditions start at the same times. */
  readonly aligned: boolean;
}

/**
 * A **rendition** is one encoding of one component: a track in one quality, or a subtitle file (CMAF track). It is a Representation
 * in DASH, a variant or an alternative (EXT-X-MEDIA) in HLS, a QualityLevel in Smooth Streaming.
 */
export type Rendition = MediaRendition | SubtitleRendition;

interface RenditionBase {
  /** Unique in the presentation, `[A-Za-z0-9_=-]+`; part of URLs: `video_eng=400000`. */
  readonly name: string;
  /** BCP 47: `en`, `pt-BR`, `und`. */
  readonly language: string;
  readonly label?: string;
  readonly role?: Role;
  /** True if the operator has made it the default of its type. */
  readonly isDefault?: boolean;
  /** File name as in the package. */
  readonly file: string;
}

/** A **media rendition** is a track of video, audio or images (MJPEG), with timing and segments. */
export interface MediaRendition extends RenditionBase {
  readonly type: "video" | "audio" | "image";
  readonly codec: Codec;
  readonly description: Description;
  /** Closed captions inside the video, as the operator has declared them. */
  readonly captions?: readonly ClosedCaptions[];
  readonly source: Source;
  readonly track: Track;
  /** Sample times as players receive them: after the edit list. */
  readonly timing: SampleTiming;
  readonly timeline: Timeline;
  /** Identifies the input of segmentation, so that a package's index can be compared with it; see track_index.ts. */
  readonly segmentationId?: string;
  /** Peak segment bit rate in bit/s (RFC 8216 §4.3.4.2). */
  readonly bandwidth: number;
  /** Size of all segments over their duration, in bit/s. */
  readonly averageBandwidth: number;
  /** Frames per second of video, as a fraction: `25`, `30000/1001`. */
  readonly frameRate?: string;
  /** True if segments may start with frames that cannot be decoded after a seek (open GOP). */
  readonly openGop: boolean;
}

/** A **subtitle rendition** is a list of cues from a subtitle file or a track. It is served as WebVTT, in MP4 (wvtt) or not. */
export interface SubtitleRendition extends RenditionBase {
  readonly type: "text";
  /** A WebVTT file in UTF-8: the source itself, or converted from another format. */
  readonly webvttBytes: Uint8Array;
  /** The parsed content of `webvttBytes`. */
  readonly webvtt: Webvtt;
  /** track_ID; undefined for a subtitle file. */
  readonly trackId?: number | undefined;
  /** The track itself, if it is TTML that may be served unchanged in addition to the cues. */
  readonly stpp?: StppTrack | undefined;
  /** End of the last cue. */
  readonly duration: Time;
  /** Segment starts, from 0 on, and the end: one entry more than there are segments. */
  readonly times: Float64Array;
  /** Ticks per second of `times`. If 32 bits allow it, milliseconds are integers. */
  readonly timescale: number;
  /** Size of the WebVTT file over its duration, in bit/s. */
  readonly bandwidth: number;
  /** Equal to `bandwidth`. */
  readonly averageBandwidth: number;
}

/** An **stpp track** is a track of TTML documents (ISO/IEC 14496-30 §5) that are served unchanged. */
export interface StppTrack {
  /** RFC 6381: `stpp.ttml.im1t`. */
  readonly codec: string;
  /** True if the documents contain images only, so that there are no cues. */
  readonly onlyImages: boolean;
  readonly source: Source;
  readonly track: Track;
  readonly timing: SampleTiming;
  readonly timeline: Timeline;
  /** As in `MediaRendition`, in bit/s. */
  readonly bandwidth: number;
  readonly averageBandwidth: number;
}
