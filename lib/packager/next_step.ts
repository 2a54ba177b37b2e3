/** What amspackager says after success: what was written, and how to play it. */

import { dirname, relative, SEPARATOR } from "@std/path";
import { quoteForShell } from "../ffmpeg_command.ts";
import type { Package, PackageTrack } from "../package/package.ts";
import { isAbsoluteUrl } from "../storage/remote/allowed_source.ts";
import { assetUrl, isPackage } from "../url/path.ts";

/** Where `ams` listens by default. */
const SERVER = "http://localhost:8080";

const NOUNS: readonly (readonly [type: PackageTrack["type"], noun: string])[] = [
  ["video", "video"],
  ["audio", "audio"],
  ["text", "subtitle"],
  ["image", "thumbnail"],
];

/** Returns `3 video, 1 audio, 1 subtitle track, 24 s`. */
export function describeTracks({ tracks }: Pick<Package, "tracks">, seconds: number): string {
  const counts = NOUNS.map(([type, noun]) =>
    [tracks.filter((track) => track.type === type).length, noun] as const
  ).filter(([count]) => count > 0);
  const last = counts.at(-1)?.[0] ?? 0;
  const list = counts.map(([count, noun]) => `${count} ${noun}`).join(", ");
  return `${list} ${last === 1 ? "track" : "tracks"}, ${Number(seconds.toFixed(3))} s`;
}

export interface Played {
  /** Real path of the package, or its URL with the options of its origin. */
  readonly output: string;
  /** Real paths of its files, and URLs. */
  readonly files: readonly string[];
  /** Directories of files that it names by their URLs. */
  readonly sources: readonly string[];
  readonly currentDirectory: string;
  readonly isProtected: boolean;
}

/**
 * Returns `Play it: ams -d . then http://localhost:8080/video.json/`, with a document root that contains all files; undefined for a
 * package that `ams` does not serve, because of its name.
 */
export function suggestPlaying(played: Played): string | undefined {
  const { sources, isProtected } = played;
  const { root, names } = isAbsoluteUrl(played.output)
    ? locateObject(played.output)
    : locateFile(played);
  if (!isPackage(names.at(-1)!)) return undefined;
  if (names.some((name) => name.startsWith("."))) return undefined; // ams hides it
  const allowed = sources.map((source) => ` --allow-source ${quoteForShell(source)}`).join("");
  const keys = isProtected ? " --keys KEYS" : "";
  return `Play it: ams -d ${root}${allowed}${keys} then ${SERVER}${assetUrl(names.join("/"))}`;
}

/** A document root, as an argument, and the path of the package below it. */
interface Location {
  readonly root: string;
  readonly names: readonly string[];
}

function locateObject(url: string): Location {
  const { source, name } = splitUrl(url);
  return { root: quoteForShell(source), names: [name] };
}

function locateFile({ output, files, currentDirectory }: Played): Location {
  const local = files.filter((file) => !isAbsoluteUrl(file));
  const root = findRoot([output, ...local], currentDirectory);
  const names = relative(root, output).split(SEPARATOR);
  return { root: toArgument(shorten(root, currentDirectory)), names };
}

/** Splits the URL of a file into the directory, with the options in its query, and the name. */
export function splitUrl(url: string): { readonly source: string; readonly name: string } {
  const [, directory = "", name = "", query = ""] = /^([^?]*)\/([^?]*)(\?.*)?$/s.exec(url) ?? [];
  return { source: directory + query, name };
}

/** Returns `Play them: ams -d films then http://localhost:8080/`. */
export function suggestServing(directory: string): string {
  return `Play them: ams -d ${toArgument(directory)} then ${SERVER}/`;
}

function toArgument(directory: string): string {
  return quoteForShell(directory.startsWith("-") ? `./${directory}` : directory);
}

/** Returns the current directory if it contains all files, else the nearest one that does. */
function findRoot(paths: readonly string[], currentDirectory: string): string {
  const contains = (directory: string) =>
    paths.every((path) => !relative(directory, path).startsWith(".." + SEPARATOR));
  if (contains(currentDirectory)) return currentDirectory;
  let root = dirname(paths[0]!);
  while (!contains(root) && dirname(root) !== root) root = dirname(root);
  return root;
}

function shorten(root: string, currentDirectory: string): string {
  const short = relative(currentDirectory, root) || ".";
  return short.length > root.length ? root : short;
}
