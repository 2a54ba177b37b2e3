import type { Description } from "../codecs/codec.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { assignLabels } from "./labels.ts";
import { getDynamicRange } from "./video_size.ts";
import type { MediaRendition, Rendition, SwitchingSet } from "./presentation.ts";
import { findFirstDifference } from "./segment_timeline.ts";

/**
 * Groups renditions by type, codec family, language, label, role, channel layout, dynamic range and key; subtitles are not grouped.
 */
export function buildSwitchingSets(renditions: readonly Rendition[]): SwitchingSet[] {
  const groups = new Map<string, Rendition[]>();
  const count = new Map<string, number>();
  for (const rendition of renditions) {
    // Audio tracks of one file are different content (a movie and its commentary), not qualities of the same.
    const fileKey = JSON.stringify([
      getKey(rendition),
      rendition.type === "audio" ? rendition.file : "",
    ]);
    const occurrence = rendition.type === "audio" ? count.get(fileKey) ?? 0 : 0;
    count.set(fileKey, occurrence + 1);
    const key = JSON.stringify([getKey(rendition), occurrence]);
    const group = groups.get(key);
    if (group) group.push(rendition);
    else groups.set(key, [rendition]);
  }
  return assignLabels([...groups.values()].map(toSet));
}

function getKey(rendition: Rendition): unknown[] {
  const kid = rendition.type === "text" ? undefined : rendition.encryption?.key.kid;
  return [getContentKey(rendition), kid]; // one key for all representations of a set
}

function getContentKey(rendition: Rendition): unknown[] {
  const { type, language, label, role, name } = rendition;
  if (rendition.type === "text") return [type, name];
  const { codec, description } = rendition;
  return [type, codec.family, language, label, role, getVariant(description)];
}

/** Returns true if two sets differ in nothing but their keys, so that players may switch between them. */
export function haveSameContent(a: SwitchingSet, b: SwitchingSet): boolean {
  const [first, second] = [a, b].map(({ renditions }) => getContentKey(renditions[0]!));
  return JSON.stringify(first) === JSON.stringify(second);
}

/** Returns the property that must not change during playback. */
function getVariant(description: Description): unknown {
  switch (description.type) {
    case "audio":
      return description.dashChannels;
    case "video":
      return getDynamicRange(description);
    case "image":
      return undefined;
  }
}

function toSet(renditions: readonly Rendition[]): SwitchingSet {
  const { type, language, label, role } = renditions[0]!;
  return omitUndefined({
    type,
    language,
    label,
    role,
    renditions,
    aligned: areAligned(renditions),
  });
}

/** Returns false for several subtitle renditions. */
export function areAligned(renditions: readonly Rendition[]): boolean {
  return renditions.every((rendition) => hasSameSegments(renditions[0]!, rendition));
}

function hasSameSegments(a: Rendition, b: Rendition): boolean {
  return a === b || isMedia(a) && isMedia(b) && findFirstDifference(a, b) === undefined;
}

function isMedia(rendition: Rendition): rendition is MediaRendition {
  return rendition.type !== "text";
}
