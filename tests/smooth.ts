/** Reads Smooth Streaming as a client does ([MS-SSTR] 2.2.2, 2.2.4): streams, and URLs of their fragments. */

import { parse } from "@libs/xml";
import { type Element, getChildren } from "../lib/verify/readers/xml_elements.ts";
import { concat, fullBox, u32, u64 } from "./mp4/movie_file.ts";

/**
 * Files of testdata/ that Smooth Streaming does not support: because of their codec, a sample entry without parameter sets,
 * or several sample entries.
 */
export const UNSUPPORTED = /-(av1|vp9|opus|flac|mp3)-|dolbyvision5|empty\.|twoentries/;

/** File whose second audio track is the default, and comes first. */
export const REORDERED = "multi-aac-secondenabled.mp4";

/** Default timescale. */
export const TICKS = 10_000_000;

export interface SmoothStream {
  readonly type: "video" | "audio" | "text";
  readonly name: string;
  /** "" if undeclared. */
  readonly language: string;
  readonly levels: readonly Level[];
  /** Attributes as written. */
  readonly attributes: Attributes;
}

export interface Level {
  readonly type: SmoothStream["type"];
  readonly bitrate: number;
  readonly fourCC: string;
  readonly privateData: Uint8Array;
  readonly fragments: readonly Fragment[];
  readonly attributes: Attributes;
}

export interface Fragment {
  /** Absolute. */
  readonly url: string;
  /** In ticks. */
  readonly time: number;
  readonly duration: number;
}

export interface Manifest {
  /** In ticks. */
  readonly duration: number;
  readonly streams: readonly SmoothStream[];
}

type Attributes = Readonly<Record<string, string>>;

/** @param url URL of the manifest, the base of its own URLs */
export function readManifest(text: string, url: string): Manifest {
  const root = (parse(text) as Element)["SmoothStreamingMedia"] as Element;
  const { MajorVersion, MinorVersion, TimeScale, Duration } = getAttributes(root);
  if (`${MajorVersion}.${MinorVersion}` !== "2.2" || Number(TimeScale) !== TICKS) {
    throw new Error(`Cannot read a manifest of version ${MajorVersion}.${MinorVersion}`);
  }
  return {
    duration: Number(Duration),
    streams: getChildren(root, "StreamIndex").map((stream) => readStream(stream, url)),
  };
}

function readStream(element: Element, manifestUrl: string): SmoothStream {
  const attributes = getAttributes(element);
  const type = attributes["Type"] as SmoothStream["type"];
  const chunks = readChunks(getChildren(element, "c"));
  const levels = getChildren(element, "QualityLevel").map((level) => {
    const own = getAttributes(level);
    const urlAt = (time: number) => {
      const path = attributes["Url"]!.replace("{bitrate}", own["Bitrate"]!);
      return new URL(path.replace("{start time}", String(time)), manifestUrl).href;
    };
    return {
      type,
      bitrate: Number(own["Bitrate"]),
      fourCC: own["FourCC"]!,
      privateData: Uint8Array.fromHex(own["CodecPrivateData"]!),
      fragments: chunks.map((chunk) => ({ ...chunk, url: urlAt(chunk.time) })),
      attributes: own,
    };
  });
  const counts = [Number(attributes["Chunks"]), Number(attributes["QualityLevels"])];
  if (counts[0] !== chunks.length || counts[1] !== levels.length) {
    throw new Error(`Cannot read a StreamIndex of ${counts} that has ${chunks.length} c elements`);
  }
  const language = attributes["Language"] ?? "";
  return { type, name: attributes["Name"]!, language, levels, attributes };
}

/** Expands chunks: one without `t` starts at the end of the one before it; `r` includes the first one. */
function readChunks(elements: readonly Element[]): { time: number; duration: number }[] {
  let time = 0;
  return elements.flatMap((element) => {
    const { t, d, r = "1" } = getAttributes(element);
    if (t !== undefined) time = Number(t);
    return Array.from({ length: Number(r) }, () => {
      const chunk = { time, duration: Number(d) };
      time += chunk.duration;
      return chunk;
    });
  });
}

function getAttributes(element: Element): Record<string, string> {
  const own = Object.entries(element).filter(([name]) => name.startsWith("@"));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(1), String(value)]));
}

/** Bytes of the tfdt that players insert into a fragment. */
const TFDT_SIZE = 20;

/** Inserts a tfdt with the time of the manifest after tfhd, as players do. */
export function withDecodeTime(fragment: Uint8Array, time: number): Uint8Array<ArrayBuffer> {
  const [moof, traf, tfhd, trun] = ["moof", "traf", "tfhd", "trun"].map((type) =>
    findBox(fragment, type)
  ) as [number, number, number, number];
  const view = new DataView(fragment.buffer, fragment.byteOffset, fragment.byteLength);
  const at = tfhd + view.getUint32(tfhd);
  const tfdt = fullBox("tfdt", 1, 0, u64(time));
  const bytes = concat(fragment.subarray(0, at), tfdt, fragment.subarray(at));
  const grown: [at: number, was: number][] = [
    [moof, moof],
    [traf, traf],
    [trun + TFDT_SIZE + 16, trun + 16], // data_offset
  ];
  for (const [to, from] of grown) bytes.set(u32(view.getUint32(from) + TFDT_SIZE), to);
  return bytes as Uint8Array<ArrayBuffer>;
}

/** Returns the offset of the first box of a type. Headers of fragments are short, with a fixed order of boxes. */
function findBox(bytes: Uint8Array, type: string): number {
  const at = new TextDecoder("latin1").decode(bytes.subarray(0, 96)).indexOf(type) - 4;
  if (at < 0) throw new Error(`Cannot find ${type} at the start of a fragment`);
  return at;
}
