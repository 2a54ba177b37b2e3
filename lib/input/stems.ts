/** Films of several files, by their names: ladders, languages, subtitles and thumbnails next to a file. */

import { compareNames } from "../natural_order.ts";
import type { Role } from "../package/role.ts";
import { isSubtitleFile } from "../subtitles/subtitle_file.ts";
import { isMediaFile } from "../url/path.ts";
import { splitFileName } from "./file_name.ts";
import { endsInHeight, getSeriesPrefix, splitQuality } from "./quality_name.ts";

/** Files whose names share a stem, up to languages, flags and qualities. */
export interface Film {
  /** Unique in the directory. */
  readonly stem: string;
  /** The file whose name the film has in URLs. */
  readonly owner: string;
  /** The owner first; then by kind, qualities from large to small, in natural order. */
  readonly members: readonly FilmMember[];
}

export interface FilmMember {
  readonly name: string;
  /** What the film takes of it: of video in another language or role, the audio. */
  readonly kind: "video" | "audio" | "subtitle" | "thumbnails";
  /** BCP 47; "" if the name has none. */
  readonly language: string;
  readonly role?: Role | undefined;
  readonly isDefault: boolean;
  /** Height of the video in pixels; 0 if the name has none. */
  readonly height: number;
}

/** A file that belongs to another one by its name. */
export interface Sidecar {
  /** `file` of the input that it belongs to. */
  readonly owner: string;
  /** What is taken of it. */
  readonly kind: FilmMember["kind"];
  /** BCP 47, for tracks without one; "" if the name has none. */
  readonly language: string;
}

interface ParsedName extends FilmMember {
  readonly stem: string;
  /** True if the name is a stem and an extension. */
  readonly isBare: boolean;
}

const KINDS: readonly FilmMember["kind"][] = ["video", "audio", "subtitle", "thumbnails"];

const AUDIO_NAME = /\.(?:m4a|m4b|isma|cmfa)$/i;

const THUMBNAILS = /^(.*[^ ._-])[ ._-]thumb(?:nail)?s?$/is;

/** The first of these is the owner if several files have the bare stem. */
const EXTENSIONS = ["mp4", "m4v", "mov"];

/** Returns the films of a directory, in the order of the names, of which some may be of other files. */
export function groupByStem(names: readonly string[]): Film[] {
  const steps = groupInSteps(names);
  for (let step = steps.next();; step = steps.next()) if (step.done) return step.value;
}

/** Does the same in steps, between which the caller can pause: 10,000 names take a tenth of a second. */
export function* groupInSteps(names: readonly string[]): Generator<void, Film[]> {
  const used = names.filter((name) => isMediaFile(name) || isSubtitleFile(name) && !isXml(name));
  const series = new Set(used.filter(isMediaFile).map((name) => getSeriesPrefix(getBase(name))));
  const parsed: ParsedName[] = [];
  for (const name of used) {
    parsed.push(parseName(name, (prefix) => series.has(prefix)));
    yield;
  }
  const films: Film[] = [];
  for (const [stem, files] of Map.groupBy(parsed, ({ stem }) => stem)) {
    const own = files.length === 1 ? getStemAlone(files[0]!) : stem;
    for (const film of toFilms(own, files)) films.push(film);
    yield;
  }
  return films;
}

/** XML may be anything. */
function isXml(name: string): boolean {
  return /\.xml$/i.test(name);
}

function getBase(name: string): string {
  return name.slice(0, name.lastIndexOf("."));
}

function parseName(name: string, isSeries: (prefix: string) => boolean): ParsedName {
  const base = getBase(name);
  const isThumbnails = isMediaFile(name) && THUMBNAILS.test(base);
  const found = splitTags(isThumbnails ? base.replace(THUMBNAILS, "$1") : base, isSeries);
  const kind = isThumbnails ? "thumbnails" : getKind(name);
  return { name, kind, ...found, isBare: found.stem === base };
}

function getKind(name: string): FilmMember["kind"] {
  if (isSubtitleFile(name)) return "subtitle";
  return AUDIO_NAME.test(name) ? "audio" : "video";
}

type Tags = Pick<ParsedName, "stem" | "language" | "role" | "isDefault" | "height">;

/** Removes a quality, and a language with its flags, in any order: `film.fr.720p`, `film-720p.fr`. */
function splitTags(base: string, isSeries: (prefix: string) => boolean): Tags {
  const quality = splitQuality(base, isSeries);
  if (quality) {
    const rest = splitTags(quality.stem, isSeries);
    return { ...rest, height: rest.height || quality.height };
  }
  if (!base.includes(".")) return { ...NO_TAGS, stem: base }; // most names
  const { stem, ...tags } = splitFileName(`${base}.`);
  if (stem === base || stem === "") return { ...NO_TAGS, stem: base };
  const rest = splitQuality(stem, isSeries);
  return { ...tags, stem: rest?.stem ?? stem, height: rest?.height ?? 0 };
}

const NO_TAGS = { language: "", role: undefined, isDefault: false, height: 0 };

/** Returns the film that shares the stem, and the files that are none of its members, each a film of its own. */
function toFilms(stem: string, files: readonly ParsedName[]): Film[] {
  const media = files.filter(isMedia);
  const owner = findOwner(media);
  const others = media.filter((file) => owner === undefined || isOtherFilm(file, owner));
  const alone = others.map((file) => toFilm(toOwnStem(file, stem), file, []));
  if (!owner) return alone;
  const members = files.filter((file) => file !== owner && !others.includes(file));
  return [toFilm(stem, owner, members), ...alone];
}

/** Without another file of its stem, a number is no quality: cameras count files, as in `IMG_1080.MOV`. */
function getStemAlone({ name, stem }: ParsedName): string {
  const base = getBase(name);
  return endsInHeight(base) ? base : stem;
}

function isMedia({ kind }: ParsedName): boolean {
  return kind === "video" || kind === "audio";
}

/** Returns the file with the bare stem, else the largest video, else the only file. */
function findOwner(media: readonly ParsedName[]): ParsedName | undefined {
  const [largest] = media.filter(({ kind }) => kind === "video").sort(compareMembers);
  const [bare] = media.filter(({ isBare }) => isBare).sort(compareBare);
  return bare ?? largest ?? (media.length === 1 ? media[0] : undefined);
}

/** Prefers video. */
function compareBare(a: ParsedName, b: ParsedName): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || getRank(a) - getRank(b) ||
    compareNames(a.name, b.name);
}

function getRank({ name }: ParsedName): number {
  const index = EXTENSIONS.indexOf(name.slice(name.lastIndexOf(".") + 1).toLowerCase());
  return index < 0 ? EXTENSIONS.length : index;
}

/** A name with another extension is the film in another format: neither a quality nor a language. */
function isOtherFilm(file: ParsedName, owner: ParsedName): boolean {
  return file !== owner && file.isBare && owner.isBare && file.kind === owner.kind;
}

/** Stems are of one film only. */
function toOwnStem({ name, isBare }: ParsedName, stem: string): string {
  return isBare && getBase(name) === stem ? name : getBase(name);
}

function toFilm(stem: string, owner: ParsedName, members: readonly ParsedName[]): Film {
  const taken = members.map((file): ParsedName =>
    file.kind === "video" && isOtherVersion(file, owner) ? { ...file, kind: "audio" } : file
  );
  const all = [owner, ...taken.sort(compareMembers)];
  return { stem, owner: owner.name, members: all.map(toMember) };
}

function isOtherVersion(file: ParsedName, owner: ParsedName): boolean {
  return owner.kind === "video" && (file.language !== owner.language || file.role !== owner.role);
}

function compareMembers(a: ParsedName, b: ParsedName): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || b.height - a.height ||
    compareNames(a.name, b.name);
}

function toMember({ stem: _, isBare: __, ...member }: ParsedName): FilmMember {
  return member;
}
