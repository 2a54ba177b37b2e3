/** Expected values that several manifests declare. */

import type { Rendition } from "../../presentation/presentation.ts";
import { isTurned } from "../expected/orientation.ts";
import type { ExpectedVideo, SourceSignalling } from "../expected/signalling.ts";
import { findExpectedDefault } from "../expected/choices.ts";
import type { ManifestContext } from "./manifest_context.ts";

interface PixelSize {
  readonly width: number;
  readonly height: number;
}

export function getExpectedVideo(
  { measurements }: ManifestContext,
  { name }: Rendition,
): ExpectedVideo | undefined {
  return measurements.get(name)?.signalling?.video;
}

/** Returns what all renditions declare of video; nothing unless it is known of each. */
export function getExpectedVideos(
  context: ManifestContext,
  renditions: readonly Rendition[],
): ExpectedVideo[] {
  const videos = renditions.flatMap((rendition) => getExpectedVideo(context, rendition) ?? []);
  return videos.length < renditions.length ? [] : videos;
}

/** Exchanges width and height where the image is turned. */
export function toSize({ directions }: ExpectedVideo, { width, height }: PixelSize): PixelSize {
  return isTurned(directions) ? { width: height, height: width } : { width, height };
}

/** Returns the default among the renditions that a manifest lists. */
export function findListedDefault(
  { presentation, measurements }: ManifestContext,
  listed: Iterable<Rendition>,
  type: "audio" | "text",
): Rendition | undefined {
  const names = new Set(Array.from(listed, ({ name }) => name));
  const candidates = [...presentation.renditions.values()].filter((rendition) =>
    rendition.type === type && names.has(rendition.name)
  );
  const getSignalling = ({ name }: Rendition): SourceSignalling | undefined =>
    measurements.get(name)?.signalling;
  return findExpectedDefault(candidates, getSignalling);
}
