/** How Smooth Streaming divides a presentation: streams, their quality levels, and where their fragments start. */

import { CODECS } from "../codecs/mod.ts";
import { toIso6392 } from "../language.ts";
import { rescale } from "../time.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SwitchingSet,
  TextRendition,
} from "./presentation.ts";

/** Ticks a second of all times of Smooth Streaming. */
export const TICKS = 1e7;

/** A StreamIndex: renditions of one switching set whose fragments start together. */
export interface SmoothStream {
  readonly type: "video" | "audio" | "text";
  /** Unique in the presentation, part of URLs. */
  readonly name: string;
  readonly language: string;
  readonly label?: string | undefined;
  readonly role?: string | undefined;
  readonly levels: readonly SmoothLevel[];
  /** Where each fragment starts, and where the last one ends. */
  readonly times: Float64Array;
}

/** A QualityLevel. */
export interface SmoothLevel {
  /** Unique in its stream, part of URLs; in bit/s. */
  readonly bitrate: number;
  readonly rendition: MediaRendition | TextRendition;
}

const known = new WeakMap<Presentation, readonly SmoothStream[]>();

/** The streams, the most compatible codec of each type first. Worked out once a presentation: every fragment asks. */
export function smoothStreams(presentation: Presentation): readonly SmoothStream[] {
  const streams = known.get(presentation) ?? streamsOf(presentation);
  known.set(presentation, streams);
  return streams;
}

function streamsOf({ sets }: Presentation): SmoothStream[] {
  const parts = sets.flatMap(partsOf);
  const ranked = parts.map((part, i) => ({ part, i, rank: rankOf(part[0]!) }));
  ranked.sort((a, b) => a.rank - b.rank || a.i - b.i);
  const names = new Set<string>();
  return ranked.map(({ part }) => streamOf(part, names));
}

/** What Smooth can carry of a set; in parts where its renditions are not cut at the same times. */
function partsOf(set: SwitchingSet): (MediaRendition | TextRendition)[][] {
  const carried = set.renditions.filter((rendition): rendition is MediaRendition | TextRendition =>
    inSmooth(rendition)
  );
  if (carried.length === 0) return [];
  return set.aligned ? [carried] : carried.map((rendition) => [rendition]);
}

/** Smooth says one configuration a level, and has no images. */
export function inSmooth(rendition: Rendition): boolean {
  if (rendition.type === "text") return true;
  if (rendition.type === "image" || rendition.track.entries.length !== 1) return false;
  return privateDataOf(rendition) !== undefined;
}

/** What a decoder is set up by; undefined where Smooth can't say it. */
export function privateDataOf(
  { codec, track, description }: MediaRendition,
): Uint8Array | undefined {
  return codec.smooth?.privateData(track.entries[0]!, description);
}

function rankOf(rendition: Rendition): number {
  return rendition.type === "text" ? CODECS.length : CODECS.indexOf(rendition.codec);
}

function streamOf(
  renditions: readonly (MediaRendition | TextRendition)[],
  names: Set<string>,
): SmoothStream {
  const [first] = renditions;
  const { type, language, label, role } = first!;
  return {
    type: type as SmoothStream["type"],
    name: uniqueName(`${type}_${toIso6392(language)}`, names),
    language: toIso6392(language),
    label,
    role,
    levels: levelsOf(renditions),
    times: ticksOf(first!),
  };
}

function uniqueName(base: string, names: Set<string>): string {
  let name = base;
  for (let n = 2; names.has(name); n++) name = `${base}_${n}`;
  names.add(name);
  return name;
}

/** Bitrates are names as well: of equal ones, the later take the next that is free. */
function levelsOf(renditions: readonly (MediaRendition | TextRendition)[]): SmoothLevel[] {
  const taken = new Set<number>();
  return renditions.map((rendition) => {
    let bitrate = Math.max(1, rendition.bandwidth);
    while (taken.has(bitrate)) bitrate++;
    taken.add(bitrate);
    return { bitrate, rendition };
  });
}

function ticksOf(rendition: MediaRendition | TextRendition): Float64Array {
  const [times, timescale] = rendition.type === "text"
    ? [rendition.times, rendition.timescale]
    : [rendition.timeline.times, rendition.timing.timescale];
  return times.map((time) => rescale(time, timescale, TICKS));
}

/** A sentence for the log where Smooth leaves something out; "" where it carries all. */
export function leftOutOfSmooth({ renditions }: Presentation): string {
  const names = [...renditions.values()].filter((rendition) => !inSmooth(rendition)).map((
    { name },
  ) => name);
  return names.length > 0
    ? `Smooth Streaming can't carry, and leaves out: ${names.join(", ")}`
    : "";
}
