/** What manifests and init segments must declare of a rendition, by the boxes and the bitstream of its file. */

import type { MediaRendition } from "../../presentation/presentation.ts";
import type { AudioDeclaration } from "../readers/aac_declaration.ts";
import { readAudioDeclarations } from "../readers/audio_declaration.ts";
import { readJpegSize } from "../readers/jpeg_size.ts";
import type { TrackDeclaration } from "../readers/track_declaration.ts";
import { readVideoDeclaration } from "../readers/video_declaration.ts";
import type { VideoDeclaration } from "../readers/video_declaration.ts";
import {
  computeAspect,
  type Directions,
  type ExpectedAspect,
  findDirections,
} from "./orientation.ts";

/** Undefined fields are not compared: verify has no reader for them. */
export interface SourceSignalling {
  readonly track: TrackDeclaration;
  /** All tracks of the file. */
  readonly fileTracks: readonly TrackDeclaration[];
  /** Index of the sample entry. */
  readonly description: number;
  readonly video?: ExpectedVideo | undefined;
  /** Size of an image. */
  readonly image?: { readonly width: number; readonly height: number };
  /** What the file may contain; see `readAudioDeclarations()`. */
  readonly audio: readonly AudioDeclaration[];
}

export interface ExpectedVideo extends VideoDeclaration {
  readonly directions: Directions;
  /** Aspect ratio of a sample, before rotation. */
  readonly expectedAspect: ExpectedAspect;
}

/**
 * Describes the track of a rendition by its first presented sample.
 *
 * @param description index of its sample entry
 * @throws MediaError if a configuration is truncated
 */
export function describeSource(
  type: MediaRendition["type"],
  { track, fileTracks }: Pick<SourceSignalling, "track" | "fileTracks">,
  { description, sample }: { description: number; sample: Uint8Array },
): SourceSignalling {
  const entry = track.entries[description];
  const declared = { track, fileTracks, description };
  if (!entry) return { ...declared, audio: [] };
  if (type === "audio") return { ...declared, audio: readAudioDeclarations(entry, sample) };
  if (type === "image") return { ...declared, audio: [], image: readJpegSize(sample) ?? entry };
  const video = type === "video" ? readVideoDeclaration(entry, sample) : undefined;
  return { ...declared, audio: [], video: video && toExpectedVideo(video, track) };
}

function toExpectedVideo(video: VideoDeclaration, track: TrackDeclaration): ExpectedVideo {
  const expectedAspect = computeAspect(video, track);
  return { ...video, directions: findDirections(track.matrix), expectedAspect };
}

/** Size in square pixels, before rotation. */
export function getSquareSize(
  { width, height, expectedAspect: { ratio } }: ExpectedVideo,
): { readonly width: number; readonly height: number } {
  return { width: width * ratio, height };
}

/** Returns what must be declared of audio: of what the file may contain, what its init segment signals. */
export function resolveAudio(
  source: readonly AudioDeclaration[],
  init: readonly AudioDeclaration[],
): AudioDeclaration | undefined {
  const [only] = init.length === 1 ? init : [];
  return source.find(({ codec }) => codec === only?.codec) ?? source[0];
}
