/** Streams (StreamIndex), their quality levels and fragment times. */

import { CODECS } from "../codecs/mod.ts";
import { toShortTag } from "../language.ts";
import type { Role } from "../package/role.ts";
import { rescale } from "../time.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SubtitleRendition,
  SwitchingSet,
} from "../presentation/presentation.ts";
import { DerivedValues } from "../presentation/derived_values.ts";
import { findDefaultLabel } from "../presentation/labels.ts";
import { getFirstSegment } from "../selection/select.ts";
import { assignSmoothLanguages } from "./languages.ts";
import { describeUnsupported } from "../presentation/unsupported.ts";
import { findFirstDifference } from "../presentation/segment_timeline.ts";

/** Ticks of 100 ns. */
export const SMOOTH_TIMESCALE = 1e7;

type SupportedRendition = MediaRendition | SubtitleRendition;

/** A StreamIndex: renditions of a switching set whose fragments start together. */
export interface SmoothStream {
  readonly type: "video" | "audio" | "text";
  /** Unique in the presentation, part of URLs. */
  readonly name: string;
  /** Unique among streams of its type, except video. */
  readonly language: string;
  readonly role?: Role | undefined;
  readonly levels: readonly SmoothLevel[];
  /** Start of each fragment and end of the last one, in ticks. */
  readonly times: Float64Array;
}

export interface SmoothLevel {
  /** Unique in its stream, part of URLs; in bit/s. */
  readonly bitrate: number;
  readonly rendition: SupportedRendition;
}

/**
 * Orders by type, then by compatibility of the codec. The default comes first, since Smooth has no other way to declare it.
 *
 * @param derived without them, the streams of the whole presentation are built for this call
 */
export function buildSmoothStreams(
  presentation: Presentation,
  derived = new DerivedValues(presentation),
): readonly SmoothStream[] {
  const streams = derived.get(buildAllStreams);
  return presentation.selection ? selectStreams(presentation, streams) : streams;
}

/** Names, bitrates and languages are in URLs, so they are those of the whole presentation. */
function selectStreams(
  presentation: Presentation,
  streams: readonly SmoothStream[],
): SmoothStream[] {
  const { renditions, sets } = presentation;
  const selected = streams.flatMap((stream) => {
    const levels = stream.levels.filter(({ rendition: { name } }) => renditions.has(name));
    const first = renditions.get(levels[0]?.rendition.name ?? "");
    const set = sets.find((set) => first !== undefined && set.renditions.includes(first));
    if (!first || !set) return [];
    const start = getFirstSegment(presentation, first);
    const { length } = first.type === "text" ? first.times : first.timeline.times;
    const times = stream.times.subarray(start, start + length);
    return [{ set, stream: { ...stream, levels, times } }];
  });
  return moveDefaultsFirst(selected.map(({ stream }) => stream), selected.map(({ set }) => set));
}

/** Renditions of a switching set that are one stream. */
interface Part {
  readonly set: SwitchingSet;
  readonly renditions: readonly SupportedRendition[];
}

/** A stream without what depends on its segments. */
export interface NamedPart extends Part, Pick<SmoothStream, "type" | "name" | "language"> {}

/** Names are in URLs, which must not depend on the default: they are assigned before it is moved. A value of `DerivedValues`. */
function buildAllStreams({ sets }: Presentation): SmoothStream[] {
  const named = nameParts(
    sets.flatMap((set) => splitByBoundaries(set).map((renditions) => ({ set, renditions }))),
  );
  const streams = named.map(buildStream);
  return moveDefaultsFirst(streams, named.map(({ set }) => set));
}

/** Returns each set that Smooth Streaming supports as one stream. */
export function nameWholeSets({ sets }: Presentation): NamedPart[] {
  const parts = sets.map((set) => ({ set, renditions: getSupported(set) }));
  return nameParts(parts.filter(({ renditions }) => renditions.length > 0));
}

function nameParts(parts: readonly Part[]): NamedPart[] {
  const ranked = parts.map((part, i) => ({ part, i, rank: getCodecIndex(part.renditions[0]!) }));
  ranked.sort((a, b) => a.rank - b.rank || a.i - b.i);
  const names = new Set<string>();
  const languages = assignSmoothLanguages(ranked.map(({ part: { set } }) => set));
  return ranked.map(({ part }, i) => {
    const [first] = part.renditions;
    const name = makeUnique(buildStreamName(first!), names);
    return { ...part, type: first!.type as SmoothStream["type"], name, language: languages[i]! };
  });
}

/** @param sets of the streams */
export function moveDefaultsFirst<S extends Pick<SmoothStream, "type">>(
  streams: readonly S[],
  sets: readonly SwitchingSet[],
): S[] {
  const findDefault = (type: "audio" | "text") => {
    const label = findDefaultLabel(sets, type);
    return streams.find((_, i) => sets[i]!.type === type && sets[i]!.displayLabel === label);
  };
  const defaults = new Set([findDefault("audio"), findDefault("text")]);
  return (["video", "audio", "text"] as const).flatMap((type) => {
    const ofType = streams.filter((stream) => stream.type === type);
    const isDefault = (stream: S) => defaults.has(stream);
    return [...ofType.filter(isDefault), ...ofType.filter((stream) => !isDefault(stream))];
  });
}

function getSupported(set: SwitchingSet): SupportedRendition[] {
  return set.renditions.filter((rendition): rendition is SupportedRendition =>
    isSupportedInSmooth(rendition)
  );
}

function splitByBoundaries(set: SwitchingSet): SupportedRendition[][] {
  const supported = getSupported(set);
  if (set.aligned && supported.length > 0) return [supported];
  const parts: SupportedRendition[][] = [];
  for (const rendition of supported) {
    const part = parts.find(([first]) => hasSameBoundaries(rendition, first!));
    if (part) part.push(rendition);
    else parts.push([rendition]);
  }
  return parts;
}

function hasSameBoundaries(a: SupportedRendition, b: SupportedRendition): boolean {
  return a.type !== "text" && b.type !== "text" && findFirstDifference(a, b) === undefined;
}

/** Smooth Streaming declares one decoder configuration per level, and has no images. */
export function isSupportedInSmooth(rendition: Rendition): boolean {
  if (rendition.type === "text") return !rendition.stpp?.onlyImages;
  if (rendition.type === "image" || rendition.track.entries.length !== 1) return false;
  return getCodecPrivateData(rendition) !== undefined;
}

export function getCodecPrivateData(
  { codec, track, description }: MediaRendition,
): Uint8Array | undefined {
  return codec.smooth?.codecPrivateData(track.entries[0]!, description);
}

function getCodecIndex(rendition: Rendition): number {
  return rendition.type === "text" ? CODECS.length : CODECS.indexOf(rendition.codec);
}

function buildStream({ type, name, language, renditions }: NamedPart): SmoothStream {
  return {
    type,
    name,
    language,
    role: renditions[0]!.role,
    levels: buildLevels(renditions),
    times: computeTicks(findLongest(renditions)),
  };
}

/** Returns the rendition that ends last: clients load no fragment, and seek to no time, beyond the declared ones. */
function findLongest(renditions: readonly SupportedRendition[]): SupportedRendition {
  return renditions.reduce((longest, rendition) =>
    getEndSeconds(rendition) > getEndSeconds(longest) ? rendition : longest
  );
}

function getEndSeconds(rendition: SupportedRendition): number {
  return rendition.type === "text"
    ? 0
    : rendition.timeline.times.at(-1)! / rendition.timing.timescale;
}

/** Clients show names such as `audio_eng_commentary` and `audio_pt-BR`, since there are no labels. */
function buildStreamName({ type, language, role }: SupportedRendition): string {
  const plain = role === undefined || role === "main" || role === "subtitle" || type === "video";
  return [type, toShortTag(language), ...plain ? [] : [role]].join("_");
}

function makeUnique(base: string, names: Set<string>): string {
  let name = base;
  for (let n = 2; names.has(name); n++) name = `${base}_${n}`;
  names.add(name);
  return name;
}

/**
 * Bitrates identify levels in URLs, so they are made unique.
 *
 * @param known bitrates by the names of renditions; others have their bandwidth
 */
export function buildLevels(
  renditions: readonly SupportedRendition[],
  known?: ReadonlyMap<string, number>,
): SmoothLevel[] {
  const taken = new Set<number>();
  return renditions.map((rendition) => {
    let bitrate = Math.max(1, known?.get(rendition.name) ?? rendition.bandwidth);
    while (taken.has(bitrate)) bitrate++;
    taken.add(bitrate);
    return { bitrate, rendition };
  });
}

/** With a timescale finer than ticks, times that coincide are moved to the next tick. */
function computeTicks(rendition: SupportedRendition): Float64Array {
  const { times, timescale } = rendition.type === "text"
    ? rendition
    : { times: rendition.timeline.times, timescale: rendition.timing.timescale };
  let last = -1;
  return times.map((time) => last = Math.max(rescale(time, timescale, SMOOTH_TIMESCALE), last + 1));
}

export function describeUnsupportedInSmooth(presentation: Presentation): string {
  return describeUnsupported(presentation, "Smooth Streaming", isSupportedInSmooth);
}
