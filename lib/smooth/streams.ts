/** How Smooth Streaming divides a presentation: streams, their quality levels, and where their fragments start. */

import { CODECS } from "../codecs/mod.ts";
import { toIso6392 } from "../language.ts";
import type { Role } from "../package/role.ts";
import { rescale } from "../time.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SubtitleRendition,
  SwitchingSet,
} from "../presentation/presentation.ts";
import { findDefaultLabel } from "../presentation/labels.ts";
import { getFirstSegment } from "../selection/select.ts";
import { assignSmoothLanguages } from "./languages.ts";
import { findFirstDifference } from "../presentation/segment_timeline.ts";

/** Ticks a second of all times of Smooth Streaming. */
export const SMOOTH_TIMESCALE = 1e7;

/** What can be carried: no images. */
type Carried = MediaRendition | SubtitleRendition;

/** A StreamIndex: renditions of one switching set whose fragments start together. */
export interface SmoothStream {
  readonly type: "video" | "audio" | "text";
  /** Unique in the presentation, part of URLs. */
  readonly name: string;
  /** Of sounds and of texts, no two streams have the same. */
  readonly language: string;
  readonly role?: Role | undefined;
  readonly levels: readonly SmoothLevel[];
  /** Where each fragment starts, and where the last one ends. */
  readonly times: Float64Array;
}

/** A QualityLevel. */
export interface SmoothLevel {
  /** Unique in its stream, part of URLs; in bit/s. */
  readonly bitrate: number;
  readonly rendition: Carried;
}

const known = new WeakMap<Presentation, readonly SmoothStream[]>();

/**
 * The streams, the most compatible codec of each type first, but for the default, which nothing else can say: of each type
 * it stands first. Worked out once a presentation: every fragment asks.
 */
export function buildSmoothStreams(presentation: Presentation): readonly SmoothStream[] {
  const { selection } = presentation;
  if (selection) return selectedStreams(presentation, buildSmoothStreams(selection.whole));
  const streams = known.get(presentation) ?? streamsOf(presentation);
  known.set(presentation, streams);
  return streams;
}

/**
 * What is selected of the streams of the whole, as these call it: names, bitrates and languages stay. Where the default isn't
 * among it, another one stands first.
 */
function selectedStreams(
  presentation: Presentation,
  streams: readonly SmoothStream[],
): SmoothStream[] {
  const { renditions, sets } = presentation;
  const selected = streams.flatMap((stream) => {
    const levels = stream.levels.filter(({ rendition: { name } }) => renditions.has(name));
    const one = renditions.get(levels[0]?.rendition.name ?? "");
    const set = sets.find((set) => one !== undefined && set.renditions.includes(one));
    if (!one || !set) return [];
    const first = getFirstSegment(presentation, one);
    const { length } = one.type === "text" ? one.times : one.timeline.times;
    const times = stream.times.subarray(first, first + length);
    return [{ set, stream: { ...stream, levels, times } }];
  });
  return defaultsFirst(selected.map(({ stream }) => stream), selected.map(({ set }) => set));
}

/** Part of a set, which becomes a stream. */
interface Part {
  readonly set: SwitchingSet;
  readonly renditions: readonly Carried[];
}

/** Names are given in an order that the default has no part in, since they stand in URLs. */
function streamsOf({ sets }: Presentation): SmoothStream[] {
  const parts = sets.flatMap((set) => partsOf(set).map((renditions) => ({ set, renditions })));
  const ranked = parts.map((part, i) => ({ part, i, rank: rankOf(part.renditions[0]!) }));
  ranked.sort((a, b) => a.rank - b.rank || a.i - b.i);
  const names = new Set<string>();
  const languages = assignSmoothLanguages(ranked.map(({ part: { set } }) => set));
  const streams = ranked.map(({ part }, i) => streamOf(part, names, languages[i]!));
  return defaultsFirst(streams, ranked.map(({ part: { set } }) => set));
}

/** Of a default that is there in several codecs, the most compatible. */
function defaultsFirst(
  streams: readonly SmoothStream[],
  sets: readonly SwitchingSet[],
): SmoothStream[] {
  const firstOf = (type: "audio" | "text") => {
    const title = findDefaultLabel(sets, type);
    return streams.find((_, i) => sets[i]!.type === type && sets[i]!.displayLabel === title);
  };
  const defaults = new Set([firstOf("audio"), firstOf("text")]);
  return (["video", "audio", "text"] as const).flatMap((type) => {
    const ofType = streams.filter((stream) => stream.type === type);
    const isDefault = (stream: SmoothStream) => defaults.has(stream);
    return [...ofType.filter(isDefault), ...ofType.filter((stream) => !isDefault(stream))];
  });
}

/** What Smooth can carry of a set, in parts that are cut at the same times. */
function partsOf(set: SwitchingSet): Carried[][] {
  const carried = set.renditions.filter((rendition): rendition is Carried =>
    isSupportedInSmooth(rendition)
  );
  if (set.aligned && carried.length > 0) return [carried];
  const parts: Carried[][] = [];
  for (const rendition of carried) {
    const same = parts.find(([first]) => startsLike(rendition, first!));
    if (same) same.push(rendition);
    else parts.push([rendition]);
  }
  return parts;
}

function startsLike(a: Carried, b: Carried): boolean {
  return a.type !== "text" && b.type !== "text" && findFirstDifference(a, b) === undefined;
}

/** Smooth says one configuration a level, and has no images. */
export function isSupportedInSmooth(rendition: Rendition): boolean {
  if (rendition.type === "text") return !rendition.stpp?.onlyImages;
  if (rendition.type === "image" || rendition.track.entries.length !== 1) return false;
  return getCodecPrivateData(rendition) !== undefined;
}

/** What a decoder is set up by; undefined where Smooth can't say it. */
export function getCodecPrivateData(
  { codec, track, description }: MediaRendition,
): Uint8Array | undefined {
  return codec.smooth?.codecPrivateData(track.entries[0]!, description);
}

function rankOf(rendition: Rendition): number {
  return rendition.type === "text" ? CODECS.length : CODECS.indexOf(rendition.codec);
}

function streamOf(
  { renditions }: Part,
  names: Set<string>,
  language: string,
): SmoothStream {
  const [first] = renditions;
  const { role } = first!;
  const type = first!.type as SmoothStream["type"];
  return {
    type,
    name: uniqueName(nameOf(first!), names),
    language,
    role,
    levels: levelsOf(renditions),
    times: ticksOf(first!),
  };
}

/** `audio_eng`, `audio_eng_commentary`: all that clients have for a label. */
function nameOf({ type, language, role }: Carried): string {
  const plain = role === undefined || role === "main" || role === "subtitle" || type === "video";
  return [type, toIso6392(language), ...plain ? [] : [role]].join("_");
}

function uniqueName(base: string, names: Set<string>): string {
  let name = base;
  for (let n = 2; names.has(name); n++) name = `${base}_${n}`;
  names.add(name);
  return name;
}

/** Bitrates are names as well: of equal ones, the later take the next that is free. */
function levelsOf(renditions: readonly Carried[]): SmoothLevel[] {
  const taken = new Set<number>();
  return renditions.map((rendition) => {
    let bitrate = Math.max(1, rendition.bandwidth);
    while (taken.has(bitrate)) bitrate++;
    taken.add(bitrate);
    return { bitrate, rendition };
  });
}

/** Where a timescale is finer than ours, two starts may come out as one: the later goes on to the next tick. */
function ticksOf(rendition: Carried): Float64Array {
  const [times, timescale] = rendition.type === "text"
    ? [rendition.times, rendition.timescale]
    : [rendition.timeline.times, rendition.timing.timescale];
  const ticks = new Float64Array(times.length);
  let last = -1;
  for (const [i, time] of times.entries()) {
    last = Math.max(rescale(time, timescale, SMOOTH_TIMESCALE), last + 1);
    ticks[i] = last;
  }
  return ticks;
}

/** A sentence for the log where Smooth leaves something out; "" where it carries all. */
export function unsupportedInSmooth({ renditions }: Presentation): string {
  const names = [...renditions.values()].filter((rendition) => !isSupportedInSmooth(rendition)).map(
    (
      { name },
    ) => name,
  );
  return names.length > 0
    ? `Smooth Streaming can't carry, and leaves out: ${names.join(", ")}`
    : "";
}
