/** Package files. Their published schema is schema.json. */

import * as v from "valibot";
import type { KeyIds } from "../drm/asset_keys.ts";
import { MediaError } from "../errors.ts";
import { type ClosedCaptions, findRepeatedChannel } from "./closed_captions.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { formatJsonError } from "../json_error.ts";
import type { PackageProtection } from "./protection.ts";
import type { Role } from "./role.ts";
import { CHAPTER_KEYS, METADATA_KEYS } from "./metadata_schema.ts";
import {
  KIDS_KEYS,
  PACKAGE_SCHEMA,
  PACKAGE_VERSION,
  toPackageError,
  TRACK_KEYS,
} from "./schema.ts";

/** What the operator says about the whole presentation. */
export interface PackageMetadata {
  readonly title?: string;
  readonly description?: string;
  /** Path of a JPEG or PNG below the directory of the package. */
  readonly poster?: string;
  /** By start, or the path of a WebVTT file. If absent, those of the media files count. */
  readonly chapters?: string | readonly PackageChapter[];
}

export interface PackageChapter {
  /** In seconds. */
  readonly start: number;
  readonly title: string;
}

export interface Package extends PackageMetadata {
  /** In seconds. */
  readonly segmentDuration: number;
  /** Part of the version in media URLs. */
  readonly revision?: number;
  /** Set if audio and video are encrypted. */
  readonly protection?: PackageProtection;
  /** At most one for each file. */
  readonly sources?: readonly PackageSource[];
  readonly tracks: readonly PackageTrack[];
}

/** A file of tracks. */
export interface PackageSource {
  readonly file: string;
  /** In bytes. */
  readonly size?: number;
  /** `sha256:` and the digest of its tables and slices of its media, in hexadecimal. */
  readonly digest?: string;
  /** Strong entity tag of the file where it is served from, with its quotes. */
  readonly etag?: string;
  /** `sha256:` and the digest of the whole file in hexadecimal; part of the version in media URLs. */
  readonly content?: string;
}

/** Keys up to `captions` are set by the operator; the others repeat what the file declares, for listings. */
export interface PackageTrack {
  /** Path relative to the package, with `/`. */
  readonly file: string;
  /** Absent for a subtitle file. */
  readonly track?: number;
  readonly type: "video" | "audio" | "text" | "image";
  /** BCP 47; ISO 639-2 in packages of earlier versions. */
  readonly language: string;
  readonly name: string;
  readonly label?: string;
  readonly role?: Role;
  /** Selected unless the viewer chooses another track of the type. */
  readonly default?: boolean;
  readonly captions?: readonly ClosedCaptions[];
  readonly codec?: string;
  readonly bandwidth?: number;
  readonly averageBandwidth?: number;
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: string;
  readonly openGop?: boolean;
  readonly channels?: number;
  readonly sampleRate?: number;
  readonly index?: string;
}

/** In bytes; a thousand tracks take a third. */
export const MAX_PACKAGE_SIZE = 2 ** 20;

/**
 * Parses a package file. Paths are not checked: one with `..` may be inside the document root.
 *
 * @throws MediaError `PACKAGE_INVALID` with the key that is invalid or unknown, or the line of a syntax error
 */
export function parsePackage(text: string): Package {
  const value = parseJson(text);
  checkVersion(value);
  const result = v.safeParse(PACKAGE_SCHEMA, value);
  if (!result.success) throw toPackageError(result.issues);
  const { ams: _, ...pack } = result.output;
  checkChapters(pack);
  checkTracks(pack.tracks);
  checkSources(pack);
  checkProtection(pack);
  return pack;
}

/**
 * Formats a package file, without indexes if it would be too large.
 *
 * @throws MediaError `PACKAGE_INVALID` if `parsePackage()` rejects it
 */
export function formatPackage(pack: Package): string {
  const full = stringify(pack);
  const text = full.length > MAX_PACKAGE_SIZE ? stringify(removeIndexes(pack)) : full;
  parsePackage(text);
  return text;
}

function stringify(pack: Package): string {
  const { segmentDuration, revision, sources, protection, tracks } = pack;
  const document = {
    ams: PACKAGE_VERSION,
    ...formatMetadata(pack),
    ...omitUndefined({ segmentDuration, revision, sources }),
    ...protection && { protection: formatProtection(protection) },
    tracks: tracks.map(formatTrack),
  };
  return JSON.stringify(document, null, 2) + "\n";
}

function formatMetadata(pack: PackageMetadata): PackageMetadata {
  const values = METADATA_KEYS.map((key) => [key, pack[key]] as const);
  const { chapters, ...rest }: PackageMetadata = Object.fromEntries(values);
  const list = typeof chapters === "object" ? chapters.map(formatChapter) : chapters;
  return omitUndefined({ ...rest, chapters: list });
}

function formatChapter(chapter: PackageChapter): PackageChapter {
  const entries = CHAPTER_KEYS.map((key) => [key, chapter[key]]);
  return Object.fromEntries(entries);
}

/** Returns the media files of a protected package. Subtitle files are not protected. */
export function getProtectedFiles({ protection, tracks }: Package): ReadonlySet<string> {
  if (!protection) return new Set();
  return new Set(tracks.filter(({ track }) => track !== undefined).map(({ file }) => file));
}

function removeIndexes(pack: Package): Package {
  return { ...pack, tracks: pack.tracks.map(({ index: _, ...track }) => track) };
}

function formatProtection({ scheme, source, content, kids }: PackageProtection): object {
  return { scheme, source, content, ...kids && { kids: formatKids(kids) } };
}

function formatKids(kids: KeyIds): object {
  const labels = KIDS_KEYS.filter((label) => kids[label] !== undefined);
  return Object.fromEntries(labels.map((label) => [label, kids[label]]));
}

const OMIT_IF_FALSE: ReadonlySet<string> = new Set(["default", "openGop"]);

function formatTrack(track: PackageTrack): Partial<PackageTrack> {
  const entries = TRACK_KEYS.map((key) => [key, track[key]] as const);
  return Object.fromEntries(entries.filter(([key, value]) => !OMIT_IF_FALSE.has(key) || value));
}

function parseJson(text: string): unknown {
  if (text.length > MAX_PACKAGE_SIZE) {
    throw invalid(`Cannot read a package of more than ${MAX_PACKAGE_SIZE} bytes`);
  }
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text; // some editors write a byte order mark
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(formatJsonError(json, error));
  }
}

/** A package of a later version may have unknown keys, so the version is checked first. */
function checkVersion(value: unknown): void {
  if (typeof value !== "object" || value === null || !("ams" in value)) return;
  const version = value.ams;
  if (typeof version === "number" && version !== PACKAGE_VERSION) {
    throw invalid(`Cannot read version ${version}, expected ${PACKAGE_VERSION}`).in("ams");
  }
}

function checkChapters({ chapters }: PackageMetadata): void {
  if (typeof chapters !== "object") return;
  for (const [i, { start }] of chapters.entries()) {
    if (i === 0 || start > chapters[i - 1]!.start) continue;
    const expected = `expected more than the start of chapters[${i - 1}]`;
    throw invalid(`Cannot use ${start}: ${expected}`).in(`chapters[${i}].start`);
  }
}

function checkTracks(tracks: Package["tracks"]): void {
  const indexes = new Map<string, number>();
  for (const [i, { type, track, name, captions = [] }] of tracks.entries()) {
    const other = indexes.get(name);
    if (other !== undefined) {
      throw invalid(`Cannot use "${name}": expected a name other than that of tracks[${other}]`).in(
        `tracks[${i}].name`,
      );
    }
    indexes.set(name, i);
    if (type !== "text" && track === undefined) {
      throw invalid("Cannot find this key").in(`tracks[${i}].track`);
    }
    checkCaptions(captions, type, `tracks[${i}].captions`);
  }
}

function checkSources({ sources = [], tracks }: Package): void {
  const files = new Set(tracks.map(({ file }) => file));
  const seen = new Set<string>();
  for (const [i, { file, digest }] of sources.entries()) {
    const path = `sources[${i}].file`;
    if (seen.has(file)) throw invalid(`Cannot use ${JSON.stringify(file)} twice`).in(path);
    if (!files.has(file) && digest === undefined) { // amspackager wrote the others, whose tracks may have been removed
      throw invalid(`Cannot use ${JSON.stringify(file)}: expected the file of a track`).in(path);
    }
    seen.add(file);
  }
}

/** `aes-128` has one key, since a variant of MPEG-TS may contain audio and video. */
function checkProtection({ protection }: Package): void {
  if (protection?.scheme !== "aes-128") return;
  if (!protection.kids) throw invalid("Cannot find this key").in("protection.kids");
  if (protection.kids.all !== undefined) return;
  throw invalid("Cannot use an object: expected all alone with aes-128").in("protection.kids");
}

function checkCaptions(
  captions: readonly ClosedCaptions[],
  type: PackageTrack["type"],
  path: string,
): void {
  if (captions.length > 0 && type !== "video") {
    throw invalid(`Cannot use this key for ${type}: expected video`).in(path);
  }
  const repeated = findRepeatedChannel(captions);
  if (repeated < 0) return;
  const { channel } = captions[repeated]!;
  throw invalid(`Cannot use "${channel}" twice`).in(`${path}[${repeated}].channel`);
}

function invalid(reason: string): MediaError {
  return new MediaError(reason, "PACKAGE_INVALID");
}
