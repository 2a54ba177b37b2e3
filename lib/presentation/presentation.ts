/**
 * READ THIS FIRST: the nouns of AMS.
 *
 * A **source** gives bytes at an offset (source/). A **movie** is what the container in it says: tracks, and their
 * samples in decode order (mp4/). A **package** is the operator's choice of tracks, with names and languages (package/).
 * Out of these, open.ts makes a **presentation**; manifest/ and segment/ turn it into what a protocol's clients want.
 */

import type { Codec, Description } from "../codecs/codec.ts";
import type { Track } from "../mp4/movie.ts";
import type { ClosedCaptions } from "../package/closed_captions.ts";
import type { Role } from "../package/role.ts";
import type { Source } from "../storage/source.ts";
import type { Webvtt } from "../subtitles/webvtt.ts";
import type { Timeline } from "./segment_timeline.ts";
import type { SampleTiming } from "./sample_timing.ts";

/**
 * A **presentation** is what a viewer is offered: switching sets of renditions, cut into segments on one timeline
 * that starts at 0. It is an immutable snapshot; whoever holds it can build every manifest and every segment.
 */
export interface Presentation extends OpenFiles {
  /** Names the exact bytes of all media in URLs: `v3f2a91c4d0`. Same files and settings, same version. */
  readonly version: string;
  /** Target, in seconds. */
  readonly segmentDuration: number;
  /** The longest decode span of a video or audio segment, in whole seconds: HLS's target duration, at least 1. */
  readonly targetDuration: number;
  /** Where the rendition that ends last ends. */
  readonly duration: Time;
  /** In package order of their first renditions. */
  readonly sets: readonly SwitchingSet[];
  /** All renditions of all sets, by name. */
  readonly renditions: ReadonlyMap<string, Rendition>;
  /** What the operator should know, a sentence each: tracks left out, renditions that don't align, hints that differ. */
  readonly warnings: readonly string[];
  /** Where it is a part of another one, or its URLs carry a query: selection.ts makes such. */
  readonly selection?: Selection;
}

/**
 * A **selection** is what the query of a URL makes of a presentation: some of its renditions, a clip of its time. Its media is
 * that of the whole, under the same URLs.
 */
export interface Selection {
  /** What it was selected from: this decides what a segment holds and how streams are called. */
  readonly whole: Presentation;
  /** Where the clip starts in the whole. What is presented at this time is presented first. */
  readonly start: Time;
  /** What URLs of media carry, with its `?`; "" where there is nothing. */
  readonly mediaQuery: string;
  /** What URLs of playlists carry: the same, and what selects. */
  readonly playlistQuery: string;
}

/** The files behind a presentation: what is read of them is in memory, the rest is read as it is asked for. */
export interface OpenFiles {
  /** Bytes of them that are in memory: segments that are asked for may add to that. */
  residentBytes(): number;
  /**
   * Reads what manifests and segments may ask for, where a source can't be read at once any more; undefined: there is
   * nothing to wait for.
   *
   * @throws MediaError of the source
   */
  load(): Promise<unknown> | undefined;
  /** Closes every source. The presentation must not be used any more. */
  close(): void;
}

/** A point in time: `ticks` of a timescale of `timescale` ticks a second. */
export interface Time {
  readonly ticks: number;
  readonly timescale: number;
}

/**
 * A **switching set** is a choice of renditions that a player may change between without a viewer noticing more
 * than quality: same type, codec family, language, label, role and channel layout; and, where `aligned`, segments
 * at the same times. (CMAF switching set.)
 */
export interface SwitchingSet {
  readonly type: Rendition["type"];
  readonly language: string;
  readonly label?: string;
  readonly role?: Role;
  /**
   * Of sounds and texts: what every protocol calls it. Two that a viewer chooses between never have the same; sets that
   * have are one sound in several codecs.
   */
  readonly displayLabel?: string;
  /** At least one; in package order. */
  readonly renditions: readonly Rendition[];
  /** Every segment of one rendition has a segment of the same time in every other. */
  readonly aligned: boolean;
}

/** A **rendition** is one version of one thing: a track in one quality, or a text file. (CMAF track.) */
export type Rendition = MediaRendition | SubtitleRendition;

interface RenditionBase {
  /** Unique in the presentation, `[A-Za-z0-9_=-]+`; part of URLs. */
  readonly name: string;
  /** BCP 47: `en`, `pt-BR`, `und`. */
  readonly language: string;
  readonly label?: string;
  readonly role?: Role;
  /** The operator says so; left out: not. */
  readonly isDefault?: boolean;
  /** The file as the package names it. */
  readonly file: string;
}

/** Pictures, sound, or single images (MJPEG), out of a track. */
export interface MediaRendition extends RenditionBase {
  readonly type: "video" | "audio" | "image";
  readonly codec: Codec;
  readonly description: Description;
  /** Inside of its pictures, as the operator says. Video only. */
  readonly captions?: readonly ClosedCaptions[];
  readonly source: Source;
  readonly track: Track;
  /** Every sample's time as players get it; see timing.ts. */
  readonly timing: SampleTiming;
  /** Where its segments start; see timeline.ts. */
  readonly timeline: Timeline;
  /** Names what it was cut by, where the same gives the same again; see track_index.ts. */
  readonly segmentationId?: string;
  /** Peak of RFC 8216 on segment bytes, in bit/s. */
  readonly bandwidth: number;
  /** All segment bytes over the duration, in bit/s. */
  readonly averageBandwidth: number;
  /** Frames a second as a fraction: `25`, `30000/1001`. Video only. */
  readonly frameRate?: string;
  /** Its segments may start with pictures that can't be decoded after a seek (open GOP). */
  readonly openGop: boolean;
}

/** Cues, out of a file of subtitles or a track of text, given out whole or cut into segments. */
export interface SubtitleRendition extends RenditionBase {
  readonly type: "text";
  /** UTF-8, starting with `WEBVTT`: a WebVTT file as it is, or what another form says in these words. */
  readonly webvttBytes: Uint8Array;
  /** The same, read. */
  readonly webvtt: Webvtt;
  /** track_ID; undefined for a file of its own. */
  readonly trackId?: number | undefined;
  /** TTML in MP4, where it may go out as it is beside its cues. */
  readonly stpp?: StppTrack | undefined;
  /** Where the last cue ends. */
  readonly duration: Time;
  /** Boundaries of its segments: 0, those of the presentation, and where it ends. One more than there are segments. */
  readonly times: Float64Array;
  /** Ticks a second of `times`: milliseconds are whole ticks of it, as far as 32 bits allow. */
  readonly timescale: number;
  /** Mean, in bit/s; the same twice, since a text is small. */
  readonly bandwidth: number;
  readonly averageBandwidth: number;
}

/** The samples of a text track that protocols may pass on. */
export interface StppTrack {
  /** RFC 6381: `stpp.ttml.im1t`. */
  readonly codec: string;
  /** It shows pictures, of which there are no cues. */
  readonly onlyImages: boolean;
  readonly source: Source;
  readonly track: Track;
  readonly timing: SampleTiming;
  readonly timeline: Timeline;
  /** As of a `MediaRendition`. */
  readonly bandwidth: number;
  readonly averageBandwidth: number;
}
