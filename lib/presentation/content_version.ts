/** Content version: a digest of all media, for URLs (docs/design/caching.md). */

import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";
import { buildInitEntry } from "../codecs/init_entry.ts";
import { getOrientation } from "../mp4/matrix.ts";
import type { Retiming } from "../mp4/samples/sample_table.ts";
import { withPages } from "../mp4/samples/pages.ts";
import type { Source } from "../storage/source.ts";
import { formatWebvtt } from "../subtitles/webvtt.ts";
import { WorkPauses } from "../work_pauses.ts";
import { loadHashedPoints, readHashedPoints, selectMatchingPoints } from "./hashed_points.ts";
import type { Preroll } from "./preroll.ts";
import type { MediaRendition, Rendition, StppTrack, SubtitleRendition } from "./presentation.ts";

/** Incremented when AMS writes other bytes around the same samples. */
export const REVISION = 2;

/** Incremented when AMS writes other bytes for the same cues. */
const SUBTITLE_REVISION = 2;

/** Incremented when AMS encrypts the same samples otherwise. */
const ENCRYPTION_REVISION = 1;

/** What a package declares about its files. */
export interface DeclaredContent {
  readonly revision?: number | undefined;
  /** Digests of whole files, by file. */
  readonly digests: ReadonlyMap<string, string>;
}

interface KnownContent {
  /** Points of each rendition, from the index of a package, which are compared with the file. */
  readonly points?: readonly (Uint8Array | undefined)[];
  /** Files whose points are not compared, since they are the ones that the package was sealed with. */
  readonly sealed?: ReadonlySet<Source>;
  readonly declared?: DeclaredContent | undefined;
  /** As `describeEncryption()` returns it; absent if media is clear. */
  readonly encryption?: readonly string[] | undefined;
}

const NOTHING_DECLARED: DeclaredContent = { digests: new Map() };

/** Formats the version in media URLs: `v` and 12 hexadecimal digits of the digest. */
export function formatContentVersion(digest: Uint8Array): string {
  return `v${digest.toHex().slice(0, 12)}`;
}

/** Computes the SHA-256 digest of everything that decides the bytes of media. */
export async function computeContentDigest(
  renditions: readonly Rendition[],
  segmentDuration: number,
  { points: known = [], sealed, declared = NOTHING_DECLARED, encryption }: KnownContent = {},
): Promise<Uint8Array> {
  const hash = createHash("sha256");
  hashValues(hash, REVISION, segmentDuration, renditions.length);
  if (declared.revision !== undefined) hashValues(hash, "revision", declared.revision);
  const points = await selectMatchingPoints(
    renditions,
    known,
    (source) => sealed?.has(source) === true,
  );
  await loadHashedPoints(renditions.flatMap((it, i) => points[i] ? [] : getHashed(it) ?? []));
  const readPoints = sharePoints();
  const pauses = new WorkPauses();
  for (const [i, rendition] of renditions.entries()) {
    await pauses.check();
    const { name, type, language, label = "", role = "" } = rendition;
    const names = label || role ? [label, role] : []; // these determine the names of Smooth streams
    hashList(hash, [name, type, language, ...names]);
    const digest = declared.digests.get(rendition.file);
    if (digest !== undefined) hashValues(hash, "content", digest);
    if (rendition.type === "text") hashSubtitles(hash, rendition);
    else hashSignalling(hash, rendition);
    const samples = getHashed(rendition);
    if (rendition.type === "video" && rendition.track.samples.allSync) hashValues(hash, "no stss");
    if (samples) await hashMedia(hash, samples, points[i] ?? await readPoints(samples));
  }
  if (encryption) hashList(hash, ["encryption", ENCRYPTION_REVISION, ...encryption]);
  return new Uint8Array(hash.digest());
}

/** Adds values as JSON, so that different lists never give the same text. */
function hashValues(hash: Hash, ...values: (string | number)[]): void {
  hashList(hash, values);
}

function hashList(hash: Hash, values: readonly (string | number)[]): void {
  hash.update(`${JSON.stringify(values)}\n`);
}

/** Adds what init segments declare: it is derived from more than the file's sample entry. */
function hashSignalling(
  hash: Hash,
  { track, codec, description }: Pick<MediaRendition, "track" | "codec" | "description">,
): void {
  const { rotation, mirrored } = getOrientation(track.matrix);
  hashValues(hash, rotation, mirrored ? "mirrored" : "", serialize(description));
  if (track.rollDistance !== undefined) hashValues(hash, "roll", track.rollDistance);
  for (const entry of track.entries) hash.update(buildInitEntry({ codec, description }, entry));
}

/** Adds the file, and the cues as segments contain them, which are derived from it. */
function hashSubtitles(
  hash: Hash,
  { webvttBytes, webvtt, timescale, times }: SubtitleRendition,
): void {
  hashValues(hash, SUBTITLE_REVISION, timescale, times.length);
  hashColumn(hash, times);
  hash.update(webvttBytes);
  hash.update(formatWebvtt(webvtt));
}

/** Returns JSON that does not depend on the order of properties. */
function serialize(value: object): string {
  return JSON.stringify(
    value,
    (_, part) =>
      part && typeof part === "object" && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1))
        : part,
  );
}

type Hashed = MediaRendition | StppTrack;

function getHashed(rendition: Rendition): Hashed | undefined {
  return rendition.type === "text" ? rendition.stpp : rendition;
}

/** Reads the points of renditions of the same samples once. */
function sharePoints(): (samples: Hashed) => Promise<readonly Uint8Array[]> {
  const known = new Map<Hashed["timing"], Promise<readonly Uint8Array[]>>();
  return (samples) => {
    const points = known.get(samples.timing) ?? Array.fromAsync(readHashedPoints(samples));
    known.set(samples.timing, points);
    return points;
  };
}

async function hashMedia(
  hash: Hash,
  { track, source, timing, timeline }: Hashed,
  points: Uint8Array | readonly Uint8Array[],
): Promise<void> {
  const { first, end, timescale, mediaTime, delay } = timing;
  hashValues(
    hash,
    source.size,
    track.id,
    timescale,
    mediaTime,
    delay,
    timeline.samples.length,
  );
  const { count } = track.samples;
  const decodeEnd = await withPages(() => track.samples.decodeTime(count));
  hashValues(hash, count, decodeEnd, first, end);
  hashPreroll(hash, timing.preroll);
  if (track.samples.retiming) hashRetiming(hash, track.samples.retiming);
  for (const indices of track.samples.corrections ?? []) {
    hashValues(hash, "corrections", indices.length);
    hashColumn(hash, indices);
  }
  for (const { bytes } of track.entries) hash.update(bytes);
  for (const column of [timeline.times, timeline.samples, timeline.decodeTimes]) {
    hashColumn(hash, column);
  }
  for (const bytes of points instanceof Uint8Array ? [points] : points) hash.update(bytes);
}

function hashPreroll(hash: Hash, { end, factor, presentationTimes, decodeTimes }: Preroll): void {
  if (presentationTimes.length === 0) return;
  hashValues(hash, "preroll", end, factor);
  for (const times of [presentationTimes, decodeTimes]) hashColumn(hash, Float64Array.from(times));
}

function hashColumn(hash: Hash, { buffer, byteOffset, byteLength }: Float64Array): void {
  hash.update(new Uint8Array(buffer, byteOffset, byteLength)); // little-endian wherever Deno runs
}

export function hashRetiming(
  hash: Hash,
  { samples, shifts, minCompositionOffset }: Retiming,
): void {
  hashValues(hash, "decode times", samples.length, minCompositionOffset);
  hashColumn(hash, samples);
  hashColumn(hash, shifts);
}
