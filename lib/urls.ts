/**
 * The URL grammar, both ways: a raw path becomes a `Target`, and what a target needs becomes a URL.
 *
 * A path is read from its end, by names alone: whether a file is there is for the server to see. A new
 * protocol is a new row in `MANIFESTS` or `MEDIA`, and a new member of `Target`.
 */

import { RequestError } from "./errors.ts";
import { namesIn, presentationFile } from "./paths.ts";

/** What a URL asks for. Files and folders are paths relative to the root, with `/`, decoded; "" is the root. */
export type Target =
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "page"; readonly file: string }
  | { readonly kind: ManifestKind; readonly file: string }
  | PlaylistTarget
  | FragmentTarget
  | MediaTarget;

/** A manifest of all renditions: it may change, and is revalidated. */
export type ManifestKind = "mpd" | "mpdWvtt" | "hls" | "hlsTs" | "smooth";

/** A manifest of one. */
export type PlaylistKind = "media" | "mediaTs" | "iframes";

/** A fragment of Smooth Streaming: media of one version, but its rendition goes by stream and bitrate. */
export interface FragmentTarget {
  readonly kind: "fragment";
  readonly file: string;
  readonly version: string;
  readonly bitrate: number;
  readonly stream: string;
  readonly time: number;
}

export interface PlaylistTarget {
  readonly kind: PlaylistKind;
  readonly file: string;
  readonly rendition: string;
}

/** Media of one version: it never changes. */
export type MediaTarget = Media & {
  /** Of the package, or of the bare file. */
  readonly file: string;
  readonly version: string;
  readonly rendition: string;
};

type Media =
  | { readonly kind: "init" }
  | { readonly kind: "wvttInit" } // of cues as WebVTT in MP4
  | { readonly kind: "text" } // all cues of a rendition, as WebVTT
  | { readonly kind: "textFrom"; readonly time: number } // those from a time on, which is their 0
  | { readonly kind: SegmentKind; readonly time: number }
  | { readonly kind: "packedAudio"; readonly time: number; readonly extension: string };

/** What a rendition is cut into. */
export type SegmentKind = "cmaf" | "image" | "mpegts" | "webvtt" | "webvttTs" | "wvtt";

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
const MEDIA: readonly [name: RegExp, read: (time: number, extension: string) => Media][] = [
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

/**
 * What a path asks for.
 *
 * @param rawPath as the client sent it, without `?` and what follows: nothing decoded, nothing resolved
 * @throws RequestError `BAD_REQUEST` for what no client of good will sends, `NOT_FOUND` for media that AMS can't have
 */
export function parseUrl(rawPath: string): Target {
  const names = namesIn(rawPath);
  return mediaTarget(names) ?? manifestTarget(names) ?? pathTarget(names);
}

/** `<pkg>/<version>/<rendition>/<name>` */
function mediaTarget(names: readonly string[]): Target | undefined {
  const [version, rendition, name] = names.slice(-3);
  const file = presentationFile(names.slice(0, -3));
  if (file === undefined || name === undefined) return undefined;
  if (!VERSION.test(version!)) return undefined;
  const fragment = fragmentTarget(rendition!, name);
  if (fragment) return { ...fragment, file, version: version! };
  if (!RENDITION.test(rendition!)) return undefined;
  for (const [pattern, read] of MEDIA) {
    const match = pattern.exec(name);
    if (match) {
      return {
        ...read(Number(match[1]), match[2]!),
        file,
        version: version!,
        rendition: rendition!,
      };
    }
  }
  throw new RequestError(
    "NOT_FOUND",
    `Cannot find '${name}': a rendition has init.mp4 and <time>.m4s, or <time>.ts, <time>.jpg, all.vtt and the like`,
  );
}

/** `QualityLevels(<bitrate>)/Fragments(<stream>=<time>)`, in any case */
function fragmentTarget(
  level: string,
  name: string,
): Pick<FragmentTarget, "kind" | "bitrate" | "stream" | "time"> | undefined {
  const bitrate = /^QualityLevels\(([1-9][0-9]{0,15})\)$/i.exec(level)?.[1];
  const [, stream, time] = FRAGMENT.exec(name) ?? [];
  if (bitrate === undefined || stream === undefined) return undefined;
  return { kind: "fragment", bitrate: Number(bitrate), stream, time: Number(time) };
}

/** `<pkg>/<name>`, and `<pkg>/` */
function manifestTarget(names: readonly string[]): Target | undefined {
  const file = presentationFile(names.slice(0, -1));
  if (file === undefined) return undefined;
  const name = names.at(-1)!;
  if (name === "") return { kind: "page", file };
  const row = MANIFESTS.find(([pattern]) => pattern.test(name));
  if (row) return { kind: row[1], file };
  for (const [pattern, kind] of PLAYLISTS) {
    const rendition = pattern.exec(name)?.[1];
    if (rendition !== undefined) return { kind, file, rendition };
  }
  return undefined;
}

function pathTarget(names: readonly string[]): Target {
  const path = names.join("/");
  if (names.slice(0, -1).includes("")) {
    throw new RequestError("NOT_FOUND", "Cannot find a file whose path has an empty segment");
  }
  if (names.at(-1) === "") return { kind: "folder", folder: path.slice(0, -1) };
  return { kind: "file", file: path };
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
  return `/${file.split("/").map(encodeURIComponent).join("/")}/${MANIFEST_NAMES[kind]}`;
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
export function textUrl(version: string, rendition: string): string {
  return `${version}/${rendition}/all.vtt`;
}

/** Of the cues from a time on, which is their 0, relative to the manifest; `time` in the rendition's timescale. */
export function textFromUrl(version: string, rendition: string, time: number): string {
  return `${version}/${rendition}/from-${time}.vtt`;
}

/** Of a rendition's playlist, relative to the multivariant one. */
export function hlsUrl(rendition: string, form: "fmp4" | "ts"): string {
  return form === "fmp4" ? `${rendition}.m3u8` : `${rendition}.ts.m3u8`;
}

/** Of a rendition's playlist of key frames, relative to the multivariant one. */
export function iframesUrl(rendition: string): string {
  return `${rendition}.iframes.m3u8`;
}

/** Of a transport stream or packed audio segment, relative to the playlist; `extension` without its dot. */
export function streamUrl(
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
  { time, form }: { time: number; form: "fmp4" | "ts" },
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
