/**
 * The URL grammar, both ways: a raw path becomes a `ReadTarget`, and what a target needs becomes a URL.
 *
 * A path is read from its end, by names alone: whether a file is there is for the server to see. A new
 * protocol is a new row in `MANIFESTS` or `MEDIA`, and a new member of `ReadTarget` (targets.ts).
 */

import { RequestError } from "../errors.ts";
import { presentationFile, splitPath } from "./path.ts";
import type {
  AssetRoute,
  ManifestKind,
  MediaName,
  MediaRoute,
  PlaylistKind,
  PlaylistRoute,
  Route,
  SmoothFragmentRoute,
} from "./route.ts";

/** Names of manifests behind `<pkg>/`. */
const MANIFESTS: readonly [name: RegExp, kind: ManifestKind][] = [
  [/^wvtt\.mpd$/, "mpdWvtt"],
  [/\.mpd$/, "mpd"],
  [/^(master)?\.m3u8$/, "hls"],
  [/^ts\.m3u8$/, "hlsTs"],
  [/^manifest$/i, "smooth"],
];

/** Names of playlists of one rendition behind `<pkg>/`. */
const PLAYLISTS: readonly [name: RegExp, kind: PlaylistKind][] = [
  [/^([A-Za-z0-9_=-]+)\.m3u8$/, "media"],
  [/^([A-Za-z0-9_=-]+)\.ts\.m3u8$/, "mediaTs"],
  [/^([A-Za-z0-9_=-]+)\.iframes\.m3u8$/, "iframes"],
];

/** `<time>` has one spelling only, so that each segment has one URL. */
const TIME = "(0|[1-9][0-9]{0,15})";

/** Names of media behind `<pkg>/<version>/<rendition>/`. */
const MEDIA: readonly [name: RegExp, read: (time: number, extension: string) => MediaName][] = [
  [/^init\.mp4$/, () => ({ kind: "init" })],
  [/^init\.wvtt\.mp4$/, () => ({ kind: "wvttInit" })],
  [/^all\.vtt$/, () => ({ kind: "text" })],
  [new RegExp(`^from-${TIME}\\.vtt$`), (time) => ({ kind: "textFrom", time })],
  [new RegExp(`^${TIME}\\.m4s$`), (time) => ({ kind: "cmaf", time })],
  [new RegExp(`^${TIME}\\.wvtt\\.m4s$`), (time) => ({ kind: "wvtt", time })],
  [new RegExp(`^${TIME}\\.jpg$`), (time) => ({ kind: "image", time })],
  [new RegExp(`^${TIME}\\.ts$`), (time) => ({ kind: "mpegts", time })],
  [new RegExp(`^${TIME}\\.vtt$`), (time) => ({ kind: "webvtt", time })],
  [new RegExp(`^${TIME}\\.ts\\.vtt$`), (time) => ({ kind: "webvttTs", time })],
  [
    new RegExp(`^${TIME}\\.(aac|ac3|ec3|mp3)$`),
    (time, extension) => ({ kind: "packedAudio", time, extension }),
  ],
];

const FRAGMENT = new RegExp(`^Fragments\\(([A-Za-z0-9_-]+)=${TIME}\\)$`, "i");

const VERSION = /^v[0-9a-f]+$/;
const RENDITION = /^[A-Za-z0-9_=-]+$/;

/** In a folder any file may lie, so what is made there goes by names that hardly any file has: as AMS gives them. */
const FULL_VERSION = /^v[0-9a-f]{12}$/;
const GIVEN_NAME = /^(?:(?:video|audio|image)_[a-z]{3}=[0-9]+|caption_[a-z]{3})(?:_[0-9]+)?$/;

/** Names behind `<folder>/` that no file has that is given out. */
const FOLDER_MANIFESTS: Record<string, ManifestKind | "about"> = {
  ".mpd": "mpd",
  ".m3u8": "hls",
  ".about.json": "about",
};

/** Where the page's own files lie. */
const ASSETS = ".ams";

/** What a title or a folder holds, behind its path. */
const CONTENTS = "about.json";

/**
 * What a path asks for.
 *
 * @param rawPath as the client sent it, without `?` and what follows: nothing decoded, nothing resolved
 * @throws RequestError `BAD_REQUEST` for what no client of good will sends, `NOT_FOUND` for media that AMS can't have
 */
export function parseRoute(rawPath: string): Route {
  const names = splitPath(rawPath);
  const target = mediaTarget(names) ?? manifestTarget(names);
  if (target) return target;
  if (names.slice(0, -1).includes("")) {
    throw new RequestError("NOT_FOUND", "Cannot find a file whose path has an empty segment");
  }
  return folderTarget(names) ?? { kind: "file", file: names.join("/") };
}

/** `<pkg>/<version>/<rendition>/<name>` */
function mediaTarget(names: readonly string[]): MediaRoute | SmoothFragmentRoute | undefined {
  const [version, rendition, name] = names.slice(-3);
  const file = presentationFile(names.slice(0, -3));
  if (file === undefined || name === undefined || !VERSION.test(version!)) return undefined;
  const fragment = fragmentTarget(rendition!, name);
  if (fragment) return { ...fragment, file, version: version! };
  if (!RENDITION.test(rendition!)) return undefined;
  const media = mediaNamed(name);
  if (media) return { ...media, file, version: version!, rendition: rendition! };
  throw new RequestError(
    "NOT_FOUND",
    `Cannot find '${name}': a rendition has init.mp4 and <time>.m4s, or <time>.ts, <time>.jpg, all.vtt and the like`,
  );
}

function mediaNamed(name: string): MediaName | undefined {
  for (const [pattern, read] of MEDIA) {
    const match = pattern.exec(name);
    if (match) return read(Number(match[1]), match[2]!);
  }
  return undefined;
}

/** `QualityLevels(<bitrate>)/Fragments(<stream>=<time>)`, in any case */
function fragmentTarget(
  level: string,
  name: string,
): Pick<SmoothFragmentRoute, "kind" | "bitrate" | "stream" | "time"> | undefined {
  const bitrate = /^QualityLevels\(([1-9][0-9]{0,15})\)$/i.exec(level)?.[1];
  const [, stream, time] = FRAGMENT.exec(name) ?? [];
  if (bitrate === undefined || stream === undefined) return undefined;
  return { kind: "fragment", bitrate: Number(bitrate), stream, time: Number(time) };
}

/** `<pkg>/<name>` */
function manifestTarget(names: readonly string[]): Route | undefined {
  const file = presentationFile(names.slice(0, -1));
  if (file === undefined) return undefined;
  const name = names.at(-1)!;
  if (name === "") return { kind: "page", file };
  if (name === CONTENTS) return { kind: "contents", file };
  return manifestNamed(name, file) ?? folderManifest(name, file);
}

function manifestNamed(
  name: string,
  file: string,
): PlaylistRoute | { kind: ManifestKind; file: string } | undefined {
  const row = MANIFESTS.find(([pattern]) => pattern.test(name));
  if (row) return { kind: row[1], file };
  for (const [pattern, kind] of PLAYLISTS) {
    const rendition = pattern.exec(name)?.[1];
    if (rendition !== undefined) return { kind, file, rendition };
  }
  return undefined;
}

/** Of `<folder>`, "" for the root: its page, what it holds, and the presentation that its files are together. */
function folderTarget(names: readonly string[]): Route | undefined {
  const name = names.at(-1)!;
  const file = names.slice(0, -1).join("/");
  if (name === "") return { kind: "page", file };
  if (name === CONTENTS) return { kind: "contents", file };
  if (names[0] === ASSETS && names.length === 3) return { kind: "asset", digest: names[1]!, name };
  const manifest = folderManifest(name, file);
  if (manifest) return manifest;
  const or = folderMedia(names) ?? folderPlaylist(name, file);
  return or && { kind: "file", file: names.join("/"), or };
}

function folderManifest(
  name: string,
  file: string,
): { kind: ManifestKind | "about"; file: string } | undefined {
  return Object.hasOwn(FOLDER_MANIFESTS, name)
    ? { kind: FOLDER_MANIFESTS[name]!, file }
    : undefined;
}

/** A file may have such a name, and goes first. */
function folderPlaylist(name: string, file: string): AssetRoute | undefined {
  const target = manifestNamed(name, file);
  if (target?.kind === "mpd") return undefined;
  return target && "rendition" in target && !GIVEN_NAME.test(target.rendition) ? undefined : target;
}

/** `<folder>/<version>/<rendition>/<name>` */
function folderMedia(names: readonly string[]): MediaRoute | SmoothFragmentRoute | undefined {
  const [version, rendition, name] = names.slice(-3);
  if (name === undefined || !FULL_VERSION.test(version!)) return undefined;
  const named = { file: names.slice(0, -3).join("/"), version: version! };
  const fragment = fragmentTarget(rendition!, name);
  if (fragment) return { ...fragment, ...named };
  const media = GIVEN_NAME.test(rendition!) ? mediaNamed(name) : undefined;
  return media && { ...media, ...named, rendition: rendition! };
}

const MANIFEST_NAMES: Record<ManifestKind, string> = {
  mpd: ".mpd",
  mpdWvtt: "wvtt.mpd",
  hls: ".m3u8",
  hlsTs: "ts.m3u8",
  smooth: "Manifest",
};

/** Path of a package's or bare file's manifest, from the root of the server. */
export function manifestUrl(file: string, kind: ManifestKind): string {
  return `${pathUrl(file)}${manifestName(kind)}`;
}

/** With a slash at the end. */
function pathUrl(file: string): string {
  return file === "" ? "/" : `/${file.split("/").map(encodeURIComponent).join("/")}/`;
}

/** The same relative to the package's or bare file's own URL, which ends in a slash. */
export function manifestName(kind: ManifestKind): string {
  return MANIFEST_NAMES[kind];
}

/** Of what a package, a bare file or a folder holds, from the root of the server. */
export function infoUrl(file: string): string {
  return `${pathUrl(file)}${CONTENTS}`;
}

/** Of the folder that holds the page's own files, relative to the document root. */
export function assetsUrl(digest: string): string {
  return `${ASSETS}/${digest}`;
}

/** Of an init, relative to the manifest. */
export function initUrl(version: string, rendition: string): string {
  return `${version}/${rendition}/init.mp4`;
}

/**
 * Of a segment, relative to the manifest.
 *
 * @param time in the rendition's timescale, or what a player is to put in its place
 */
export function segmentUrl(version: string, rendition: string, time: number | string): string {
  return `${version}/${rendition}/${time}.m4s`;
}

/** Of a single image, relative to the manifest; `time` as in `segmentUrl`. */
export function imageUrl(version: string, rendition: string, time: number | string): string {
  return `${version}/${rendition}/${time}.jpg`;
}

/** Of an init for cues as WebVTT in MP4, relative to the manifest. */
export function wvttInitUrl(version: string, rendition: string): string {
  return `${version}/${rendition}/init.wvtt.mp4`;
}

/** Of a segment of cues as WebVTT in MP4, relative to the manifest; `time` as in `segmentUrl`. */
export function wvttUrl(version: string, rendition: string, time: number | string): string {
  return `${version}/${rendition}/${time}.wvtt.m4s`;
}

/** Of all cues of a rendition, relative to the manifest. */
export function webvttUrl(version: string, rendition: string): string {
  return `${version}/${rendition}/all.vtt`;
}

/** Of the cues from a time on, which is their 0, relative to the manifest; `time` in the rendition's timescale. */
export function webvttClipUrl(version: string, rendition: string, time: number): string {
  return `${version}/${rendition}/from-${time}.vtt`;
}

/** Of a rendition's playlist, relative to the multivariant one. */
export function playlistUrl(rendition: string, form: "fmp4" | "ts"): string {
  return form === "fmp4" ? `${rendition}.m3u8` : `${rendition}.ts.m3u8`;
}

/** Of a rendition's playlist of key frames, relative to the multivariant one. */
export function iframesUrl(rendition: string): string {
  return `${rendition}.iframes.m3u8`;
}

/** Of a transport stream or packed audio segment, relative to the playlist; `extension` without its dot. */
export function mpegtsUrl(
  version: string,
  rendition: string,
  { time, extension }: { time: number; extension: string },
): string {
  return `${version}/${rendition}/${time}.${extension}`;
}

/** Of a WebVTT segment, relative to the playlist. Its time map depends on the form that it goes with. */
export function textSegmentUrl(
  version: string,
  rendition: string,
  { time, form }: { time: number | string; form: "fmp4" | "ts" },
): string {
  return `${version}/${rendition}/${time}.${form === "fmp4" ? "vtt" : "ts.vtt"}`;
}

/** Of a fragment of Smooth Streaming, relative to the manifest; names in braces are for a player to put in place. */
export function fragmentUrl(
  version: string,
  { bitrate, stream, time }: { bitrate: number | string; stream: string; time: number | string },
): string {
  return `${version}/QualityLevels(${bitrate})/Fragments(${stream}=${time})`;
}
