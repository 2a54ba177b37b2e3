/** From pieces to the presentation: timed, cut, named, grouped, warned of. */

import { MediaError } from "../errors.ts";
import { toBcp47, toIso6392 } from "../language.ts";
import { warnLabels } from "./label_warnings.ts";
import { computeAverageBandwidth, computePeakBandwidth, computeSegmentSizes } from "./bandwidth.ts";
import type { SegmentSize } from "./bandwidth.ts";
import { segmentTracks } from "./segmenter.ts";
import type { SegmentedTrack } from "./segmenter.ts";
import type { SegmentedStpp, SegmentedSubtitles } from "./subtitle_segmenter.ts";
import { computeFrameRate } from "./frame_rate.ts";
import { assignNames } from "./rendition_names.ts";
import { hasOpenGop, warnOpenGop } from "./open_gop.ts";
import type { TrackInput } from "../input/track_input.ts";
import type {
  MediaRendition,
  OpenFiles,
  Presentation,
  Rendition,
  StppTrack,
  SubtitleRendition,
  Time,
} from "./presentation.ts";
import { buildSwitchingSets } from "./switching_sets.ts";
import { countSegments } from "./segment_timeline.ts";
import { warnUndeclaredCaptions } from "./caption_probe.ts";
import { computeContentVersion } from "./content_version.ts";

/** What a track is called where neither the operator nor the file says a language. */
const DEFAULT_LANGUAGE = "eng";

export interface BuildInput {
  readonly inputs: readonly TrackInput[];
  /** In seconds. */
  readonly segmentDuration: number;
  /** Sentences about what was left out. */
  readonly warnings: readonly string[];
  readonly files: OpenFiles;
}

/** @throws MediaError of a source, or when no piece holds anything that is presented */
export async function buildPresentation(
  { inputs, segmentDuration, warnings, files }: BuildInput,
): Promise<Presentation> {
  const cut = segmentTracks(inputs, segmentDuration);
  const weighed = cut.tracks.map((piece) =>
    piece.type === "text" ? textWeights(piece) : mediaWeights(piece)
  );
  const targetDuration = targetOf(cut.tracks, weighed);
  const renditions = await allRenditions(cut.tracks, weighed, targetDuration);
  const sets = buildSwitchingSets(renditions);
  return {
    version: await computeContentVersion(renditions, segmentDuration),
    segmentDuration,
    targetDuration,
    duration: computeDuration(renditions),
    sets,
    renditions: new Map(renditions.map((rendition) => [rendition.name, rendition])),
    warnings: [
      ...warnings,
      ...inputs.flatMap((piece) => piece.warnings),
      ...cut.warnings,
      ...renditions.flatMap((rendition) => warnOpenGop(rendition)),
      ...warnLabels(sets),
      ...await hiddenCaptions(cut.tracks),
    ],
    residentBytes: files.residentBytes,
    load: files.load,
    close: files.close,
  };
}

async function hiddenCaptions(
  pieces: readonly (SegmentedTrack | SegmentedSubtitles)[],
): Promise<string[]> {
  const media = pieces.filter((piece) => piece.type !== "text");
  return (await Promise.all(media.map(warnUndeclaredCaptions))).flat();
}

/** The longest segment of pictures or sound, in whole seconds (RFC 8216bis §4.4.3.1). */
function targetOf(
  pieces: readonly (SegmentedTrack | SegmentedSubtitles)[],
  weighed: readonly (readonly SegmentSize[])[],
): number {
  const played = weighed.filter((_, i) =>
    pieces[i]!.type === "video" || pieces[i]!.type === "audio"
  );
  const longest = played.reduce((most, segments) => Math.max(most, longestOf(segments)), 0);
  return Math.max(1, Math.round(Math.ceil(longest * 1e6) / 1e6)); // 2.4999997 s are said as 2.5, which rounds to 3
}

async function allRenditions(
  pieces: readonly (SegmentedTrack | SegmentedSubtitles)[],
  weighed: readonly (readonly SegmentSize[])[],
  target: number,
): Promise<Rendition[]> {
  const languages = pieces.map(getLanguage);
  const names = assignNames(pieces.map((piece, i) => ({
    type: piece.type,
    language: languages[i]!,
    averageBandwidth: computeAverageBandwidth(weighed[i]!),
    name: piece.options.name,
  })));
  return await Promise.all(pieces.map((piece, i) => {
    const named = { name: names[i]!, language: languages[i]!, ...said(piece) };
    return piece.type === "text"
      ? textRendition(piece, named, target)
      : mediaRendition(piece, named, { segments: weighed[i]!, target });
  }));
}

type Named = Pick<Rendition, "name" | "language" | "file" | "label" | "role" | "isDefault">;

function said({ options }: SegmentedSubtitles | SegmentedTrack): Omit<Named, "name" | "language"> {
  const { file, label, role } = options;
  return {
    file,
    ...label === undefined ? {} : { label },
    ...role === undefined ? {} : { role },
    ...options.default ? { isDefault: true } : {},
  };
}

/** BCP 47. The file may say more than the operator's three letters: its `pt-BR` stands where they are `por`. */
export function getLanguage(piece: TrackInput | SegmentedTrack | SegmentedSubtitles): string {
  const own = piece.type === "text" ? piece.fileLanguage : piece.track.language;
  const code = piece.options.language ?? (own === "und" || own === "" ? DEFAULT_LANGUAGE : own);
  return toIso6392(own) === toIso6392(code) ? toBcp47(own) : toBcp47(code);
}

function textRendition(piece: SegmentedSubtitles, named: Named, target: number): SubtitleRendition {
  const { webvttBytes, webvtt, end, times, timescale, track, stpp } = piece;
  const bandwidth = computeAverageBandwidth(textWeights(piece));
  return {
    type: "text",
    ...named,
    webvttBytes: webvttBytes,
    webvtt: webvtt,
    trackId: track?.id,
    stpp: stpp && subtitleTrack(stpp, target),
    duration: { ticks: end, timescale: 1000 },
    times,
    timescale,
    bandwidth,
    averageBandwidth: bandwidth,
  };
}

function subtitleTrack(
  { codec, onlyImages, source, track, timing, timeline }: SegmentedStpp,
  target: number,
): StppTrack {
  const segments = computeSegmentSizes({ track, timing, timeline });
  return {
    codec,
    onlyImages,
    source,
    track,
    timing,
    timeline,
    bandwidth: computePeakBandwidth(segments, target),
    averageBandwidth: computeAverageBandwidth(segments),
  };
}

async function mediaRendition(
  piece: SegmentedTrack,
  named: Named,
  { segments, target }: { segments: readonly SegmentSize[]; target: number },
): Promise<MediaRendition> {
  const { type, codec, description, source, track, timing, timeline, segmentationId } = piece;
  const rate = computeFrameRate(timing);
  return {
    type,
    ...named,
    codec,
    description,
    ...piece.options.captions ? { captions: piece.options.captions } : {},
    source,
    track,
    timing,
    timeline,
    ...segmentationId === undefined ? {} : { segmentationId: segmentationId },
    bandwidth: computePeakBandwidth(segments, type === "image" ? longestOf(segments) : target),
    averageBandwidth: computeAverageBandwidth(segments),
    ...type === "video" && rate ? { frameRate: rate } : {},
    openGop: type === "video" && await hasOpenGop(piece),
  };
}

/** The first look at every sample: what is wrong with one of them, this finds. */
function mediaWeights(piece: SegmentedTrack): readonly SegmentSize[] {
  try {
    return piece.type === "image" ? imageWeights(piece) : computeSegmentSizes(piece);
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(piece.options.file) : error;
  }
}

/** Images go out as they are, one a segment. */
function imageWeights({ track, timing, timeline }: SegmentedTrack): SegmentSize[] {
  return Array.from({ length: countSegments(timeline) }, (_, i) => ({
    bytes: track.samples.bytes(timeline.samples[i]!, timeline.samples[i + 1]!),
    seconds: (timeline.times[i + 1]! - timeline.times[i]!) / timing.timescale,
  }));
}

function textWeights({ webvttBytes, end }: SegmentedSubtitles): SegmentSize[] {
  return [{ bytes: webvttBytes.length, seconds: end / 1000 }];
}

function longestOf(segments: readonly SegmentSize[]): number {
  return segments.reduce((longest, { seconds }) => Math.max(longest, seconds), 0);
}

/** Where the rendition that ends last ends; texts count only where there is nothing else. */
export function computeDuration(renditions: readonly Rendition[]): Time {
  const media = renditions.filter(({ type }) => type === "video" || type === "audio");
  const ends = (media.length > 0 ? media : renditions).map(endOf);
  return ends.reduce((a, b) => b.ticks / b.timescale > a.ticks / a.timescale ? b : a);
}

function endOf(rendition: Rendition): Time {
  if (rendition.type === "text") return rendition.duration;
  return { ticks: rendition.timeline.times.at(-1)!, timescale: rendition.timing.timescale };
}
