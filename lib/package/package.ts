/** The package file: video.json ⇄ Package. Its published form is schema.json. */

import * as v from "valibot";
import { MediaError } from "../errors.ts";
import { type ClosedCaptions, repeatedChannel } from "./closed_captions.ts";
import { jsonError } from "./json_error.ts";
import type { Role } from "./role.ts";
import { PACKAGE, packageError, TRACK_KEYS, VERSION } from "./schema.ts";

/** What `amspackager` writes and `ams` reads. */
export interface Package {
  /** In seconds, from 0.5 to 3600. */
  readonly segmentDuration: number;
  readonly tracks: readonly PackageTrack[];
}

/** What stands up to `captions` is the operator's; the others are hints for listings. */
export interface PackageTrack {
  /** Relative to the package, with `/`. */
  readonly file: string;
  /** track_ID; left out for a text file. */
  readonly track?: number;
  readonly type: "video" | "audio" | "text" | "image";
  /** ISO 639-2 (three letters). */
  readonly language: string;
  /** Unique in the package, `[A-Za-z0-9_=-]+`, neither `master` nor `ts`. */
  readonly name: string;
  readonly label?: string;
  readonly role?: Role;
  /** Written when true: of the sounds, or of the texts, what plays unless the viewer chooses. */
  readonly default?: boolean;
  /** Inside of pictures; of video alone, each channel once. */
  readonly captions?: readonly ClosedCaptions[];
  readonly codec?: string;
  readonly bandwidth?: number;
  readonly averageBandwidth?: number;
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: string;
  /** Written when true: some segment starts with pictures that can't be decoded after a seek. */
  readonly openGop?: boolean;
  readonly channels?: number;
  readonly sampleRate?: number;
  /** What the tables of a long track say, in short: see track_index.ts. */
  readonly index?: string;
}

/** In bytes: a thousand tracks take a third of it. Whoever reads a package file asks for its size first. */
export const MAX_PACKAGE_SIZE = 2 ** 20;

/**
 * Where `file` leads is for whoever opens it to judge: an absolute one, or one with `..`, may be inside the
 * document root or not.
 *
 * @param text the file's content
 * @throws MediaError `PACKAGE_INVALID` that names the key, also one that AMS does not know, or the place where
 * the text stops being JSON
 */
export function parsePackage(text: string): Package {
  const value = parseJson(text);
  checkVersion(value);
  const result = v.safeParse(PACKAGE, value);
  if (!result.success) throw packageError(result.issues);
  const { segmentDuration, tracks } = result.output;
  checkTracks(tracks);
  return { segmentDuration, tracks };
}

/**
 * The file's content, pretty-printed, with a newline at the end.
 *
 * @throws MediaError `PACKAGE_INVALID` when `parsePackage` would not take it back: of more tracks than it may hold
 */
export function formatPackage(pack: Package): string {
  const written = textOf(pack);
  const text = written.length > MAX_PACKAGE_SIZE ? textOf(withoutIndexes(pack)) : written;
  parsePackage(text);
  return text;
}

function textOf({ segmentDuration, tracks }: Package): string {
  const document = { ams: VERSION, segmentDuration, tracks: tracks.map(formatTrack) };
  return JSON.stringify(document, null, 2) + "\n";
}

/** It plays without, and only the first answers take longer. */
function withoutIndexes(pack: Package): Package {
  return { ...pack, tracks: pack.tracks.map(({ index: _, ...track }) => track) };
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
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text; // some editors leave a BOM
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(jsonError(json, error));
  }
}

/** Goes first: a package of a later version may have keys that this one does not know. */
function checkVersion(value: unknown): void {
  if (typeof value !== "object" || value === null || !("ams" in value)) return;
  const version = value.ams;
  if (typeof version === "number" && version !== VERSION) {
    throw invalid(`Cannot read version ${version}: this AMS reads version ${VERSION}`).in("ams");
  }
}

/** What no single key shows. */
function checkTracks(tracks: Package["tracks"]): void {
  const places = new Map<string, number>();
  for (const [i, { type, track, name, captions = [] }] of tracks.entries()) {
    const place = places.get(name);
    if (place !== undefined) {
      throw invalid(`Cannot use "${name}": tracks[${place}] has this name`).in(`tracks[${i}].name`);
    }
    places.set(name, i);
    if (type !== "text" && track === undefined) {
      throw invalid("Cannot do without this key").in(`tracks[${i}].track`);
    }
    checkCaptions(captions, type, `tracks[${i}].captions`);
  }
}

function checkCaptions(
  captions: readonly ClosedCaptions[],
  type: PackageTrack["type"],
  path: string,
): void {
  if (captions.length > 0 && type !== "video") {
    throw invalid(`Cannot use this key of ${type}: captions lie in pictures`).in(path);
  }
  const again = repeatedChannel(captions);
  if (again < 0) return;
  throw invalid(`Cannot use "${captions[again]!.channel}" twice`).in(`${path}[${again}].channel`);
}

function invalid(reason: string): MediaError {
  return new MediaError(reason, "PACKAGE_INVALID");
}
