/** An asset that AMS serves, with the streams of its source file: what it should signal. */

import { type BoxTrack, readTracks } from "../mp4box.ts";
import { probe, type Stream } from "./ffprobe.ts";

/** Rendition of about.json. */
export interface Listed {
  readonly name: string;
  readonly type: "video" | "audio" | "image" | "text";
  /** Track ID in the source. */
  readonly track: number;
  readonly bandwidth: number;
  readonly protocols: readonly string[];
  readonly init?: string;
  readonly segments: { readonly url: string; readonly times: readonly number[] };
}

export interface SignalledRendition extends Listed {
  readonly source: Stream;
  /** Presentation times in seconds by ffprobe, on the timeline of AMS. */
  readonly start: number;
  readonly end: number;
  /** Tolerance for the end: a frame or a packet, and what follows the end of an edit since earlier frames need it. */
  readonly endTolerance: number;
  /** Whether several edits are joined. Hidden frames raise the rate that ffprobe measures of segments. */
  readonly isJoined: boolean;
}

export interface SignalledAsset {
  /** Without a trailing slash. */
  readonly url: string;
  readonly renditions: readonly SignalledRendition[];
  readonly warnings: readonly string[];
  /** Streams of the source that are no rendition. */
  readonly omitted: readonly Stream[];
}

/** Tracks that all start later are moved to the start (docs/design/timing.md). */
const MAX_START = 1;

/** Tolerance for times that ffprobe rounds to a microsecond, and movie headers to a millisecond. */
export const ROUNDING = 0.0011;

/**
 * Reads about.json of a plain media file, and the streams of the file.
 *
 * @param url URL of the file
 * @returns the reason if AMS refuses the file
 */
export async function readAsset(url: string, path: string): Promise<SignalledAsset | string> {
  const response = await fetch(`${url}/about.json`);
  const { renditions, warnings = [], reason } = await response.json();
  const streams = await probeFirstMovie(path, warnings);
  if (!response.ok) {
    const playable = streams.filter(isPlayable).map(({ codec }) => codec);
    return playable.length > 0 ? `refused in spite of ${playable}: ${reason}` : "";
  }
  const found = (renditions as Listed[]).flatMap((listed) => {
    const source = streams.find(({ id }) => id === listed.track);
    return source ? [{ ...listed, source: withoutUnsupportedEdits(source, warnings) }] : [];
  });
  if (found.length < renditions.length) return `${renditions.length - found.length} unknown tracks`;
  const toTimes = await createTimeReader(found, path);
  return {
    url,
    renditions: found.map((rendition) => ({ ...rendition, ...toTimes(rendition) })),
    warnings,
    omitted: streams.filter(({ id }) => !found.some(({ track }) => track === id)),
  };
}

/** Probes a file without the second of two movies that are joined by their bytes, of which AMS warns. */
async function probeFirstMovie(path: string, warnings: readonly string[]): Promise<Stream[]> {
  const [, end] = /only the first is played, to byte (\d+)/.exec(warnings.join("\n")) ?? [];
  if (end === undefined) return await probe(path);
  const first = await Deno.makeTempFile(); // ffprobe reads the durations of fragments from files alone
  try {
    await Deno.writeFile(first, (await Deno.readFile(path)).subarray(0, Number(end)));
    return await probe(first);
  } finally {
    await Deno.remove(first);
  }
}

const PLAYABLE = /^(h264|hevc|av1|vp9|aac|ac3|eac3|opus|flac|mp3)$/;

/** Returns whether a stream has a codec that AMS supports, and packets. */
function isPlayable({ codec, packetDuration }: Stream): boolean {
  return PLAYABLE.test(codec) && packetDuration > 0;
}

/** ffprobe applies edits of which AMS warns that it presents the track from the first of them to the end. */
function withoutUnsupportedEdits(stream: Stream, warnings: readonly string[]): Stream {
  const { id, samples, frameRate } = stream;
  const isWarned = warnings.some((warning) =>
    warning.includes(`track ${id}: its edit list`) && warning.includes("is not supported")
  );
  if (!isWarned || samples === undefined || !frameRate) return stream;
  return { ...stream, duration: samples / frameRate };
}

type Found = Listed & { readonly source: Stream };

async function createTimeReader(found: readonly Found[], path: string) {
  const tracks = await readUncutTracks(path);
  const getStart = ({ source: { id, start = 0 } }: Found) => {
    const track = tracks.get(id);
    if (track?.joinedEnd !== undefined) return track.start; // ffprobe counts from the first frame of the file
    return track?.handler === "vide" && hasNegativeOffsets(track) ? getFirstTime(track) : start;
  };
  const media = found.filter(({ type }) => type === "video" || type === "audio");
  const first = Math.min(...media.map(getStart));
  const origin = first > MAX_START && first < Infinity ? first : 0;
  return (one: Found) => {
    const { id, duration: declared = 0, samples = 0, packetDuration } = one.source;
    const start = getStart(one) - origin;
    const endTolerance = getEndTolerance(one.source);
    const joinedEnd = tracks.get(id)?.joinedEnd;
    if (joinedEnd !== undefined) {
      return { start, end: joinedEnd - origin, endTolerance, isJoined: true };
    }
    // ffprobe reads the duration of an audio track without an edit from mdhd, which may be less than that of its samples
    const spans = one.type === "audio" && tracks.has(id) ? samples * packetDuration : 0;
    const duration = spans > declared + packetDuration ? spans : declared;
    // and counts that of fragments from 0
    const end = start + duration - (duration > origin ? origin : 0);
    return { start, end, endTolerance, isJoined: false };
  };
}

/** Frames up to the end of their mini-GOP remain where an edit ends, since B-frames before it refer to them. */
function getEndTolerance({ duration, samples, type, ...stream }: Stream): number {
  const frame = type === "video" && stream.frameRate
    ? Math.max(1 / stream.frameRate, stream.packetDuration)
    : stream.packetDuration;
  const isCut = samples !== undefined && (samples - 1) * frame > (duration ?? Infinity);
  return ROUNDING + frame * (isCut && type === "video" ? 2 ** stream.reorderDepth : 1);
}

/** Returns the tracks whose edit list does not cut their end, by ID. */
async function readUncutTracks(path: string): Promise<Map<number, BoxTrack>> {
  try {
    const tracks = readTracks(await Deno.readFile(path), false);
    return new Map(tracks.filter(({ end }) => end === Infinity).map((track) => [track.id, track]));
  } catch {
    return new Map(); // mp4box reads fewer files than ffprobe
  }
}

/**
 * Returns whether composition offsets are negative. ffmpeg delays such video unless it has an edit; AMS and players use the times
 * of the file (14496-12 §8.6.1.3).
 */
function hasNegativeOffsets({ samples }: BoxTrack): boolean {
  return samples.some(({ decodeTime, presentationTime }) => presentationTime < decodeTime);
}

function getFirstTime({ samples }: BoxTrack): number {
  return samples.reduce((min, one) => Math.min(min, one.presentationTime), Infinity);
}
