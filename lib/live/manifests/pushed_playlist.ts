/** Playlists that encoders push (RFC 8216): which files are of which media playlist, and what it is. */

import { MediaError } from "../../errors.ts";
import { omitUndefined } from "../../omit_undefined.ts";
import { toLabel, toLanguage } from "./mpd_descriptors.ts";
import { decodePathPart, resolveReference } from "./manifest_path.ts";
import { predictNextSegment } from "./next_segment.ts";
import {
  type PushedManifest,
  type PushedStream,
  type StreamDeclaration,
  toStreamName,
} from "./pushed_manifest.ts";

/** The last ones are known; those before were pushed long ago. */
const MAX_SEGMENTS = 1000;

/** Names beyond, in characters, are not known. */
const MAX_PATH_LENGTH = 500;

const ATTRIBUTE = /(?:^|,)\s*([A-Z0-9-]+)=(?:"([^"]*)"|([^",\s]+))/g;

/**
 * Reads a multivariant or a media playlist.
 *
 * @param fileName of the playlist, which names the stream
 * @throws MediaError for what is no playlist, and `MEDIA_UNSUPPORTED` for one of MPEG-TS, of byte ranges or of encrypted segments
 */
export function parsePushedPlaylist(text: string, fileName: string): PushedManifest {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/).map((line) => line.trim());
  if (lines[0] !== "#EXTM3U") throw new MediaError("Cannot read a playlist without #EXTM3U");
  const isMultivariant = lines.some((line) => /^#EXT-X-(?:STREAM-INF|MEDIA):/.test(line));
  if (isMultivariant) {
    return { isOver: false, streams: [], declarations: readDeclarations(lines) };
  }
  checkMedia(lines);
  const name = toStreamName(fileName.replace(/(?<=.)\.[^.]*$/, ""));
  if (name === "") throw new MediaError("Cannot name a stream after a playlist without a name");
  return {
    isOver: lines.includes("#EXT-X-ENDLIST"),
    streams: [createStream(lines, name)],
    declarations: new Map(),
  };
}

function createStream(lines: readonly string[], name: string): PushedStream {
  const uris = lines.flatMap((line) => line === "" || line.startsWith("#") ? [] : toPath(line));
  const segments = new Set(uris.slice(-MAX_SEGMENTS));
  const inits = new Set(
    lines.flatMap((line) => toPath(readAttributes(line, "#EXT-X-MAP:")?.get("URI"))),
  );
  const last = uris.at(-1);
  const next = last === undefined ? undefined : predictNextSegment(last, name);
  return {
    name,
    isInit: (path) => inits.has(path),
    isSegment: (path) => segments.has(path),
    isExpected: (path) => path === next,
    declaration: {},
  };
}

function toPath(uri: string | undefined): string[] {
  const path = resolveReference("", uri ?? "");
  return path === undefined || path === "" || path.length > MAX_PATH_LENGTH
    ? []
    : [path.split("/").map(decodePathPart).join("/")];
}

function checkMedia(lines: readonly string[]): void {
  const has = (prefix: string) => lines.some((line) => line.startsWith(prefix));
  const hasSegments = lines.some((line) => line !== "" && !line.startsWith("#"));
  if (has("#EXT-X-BYTERANGE:") || lines.some((line) => hasByteRange(line))) {
    throw unsupported("byte ranges, expected a file for each segment");
  }
  if (
    lines.some((line) => (readAttributes(line, "#EXT-X-KEY:")?.get("METHOD") ?? "NONE") !== "NONE")
  ) {
    throw unsupported("encrypted segments, expected them in clear");
  }
  if (hasSegments && !has("#EXT-X-MAP:")) {
    throw unsupported("segments without EXT-X-MAP, expected fragmented MP4");
  }
}

function hasByteRange(line: string): boolean {
  return readAttributes(line, "#EXT-X-MAP:")?.has("BYTERANGE") ?? false;
}

function unsupported(what: string): MediaError {
  return new MediaError(`Cannot store a playlist of ${what}`, "MEDIA_UNSUPPORTED");
}

/** Declarations of EXT-X-MEDIA, by the path of the media playlist (RFC 8216 §4.3.4.1). */
function readDeclarations(lines: readonly string[]): Map<string, StreamDeclaration> {
  return new Map(lines.flatMap((line) => {
    const attributes = readAttributes(line, "#EXT-X-MEDIA:");
    const [path] = toPath(attributes?.get("URI"));
    if (!attributes || path === undefined) return [];
    const declaration: StreamDeclaration = omitUndefined({
      language: toLanguage(attributes.get("LANGUAGE")),
      label: toLabel(attributes.get("NAME")),
      default: attributes.get("DEFAULT") === "YES" ? true : undefined,
      role: readRole(attributes.get("CHARACTERISTICS")),
    });
    return [[path, declaration] as const];
  }));
}

function readRole(characteristics = ""): StreamDeclaration["role"] {
  const isDescription = characteristics.split(",")
    .includes("public.accessibility.describes-video");
  return isDescription ? "description" : undefined;
}

/** Returns undefined if the line is another tag. */
function readAttributes(line: string, tag: string): Map<string, string> | undefined {
  if (!line.startsWith(tag)) return undefined;
  return new Map(
    Array.from(
      line.slice(tag.length).matchAll(ATTRIBUTE),
      ([, name, quoted, plain]) => [name!, quoted ?? plain!],
    ),
  );
}
