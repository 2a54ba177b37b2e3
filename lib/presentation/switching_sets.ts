/** Which renditions a player may change between. */

import type { Description } from "../codecs/codec.ts";
import { assignLabels } from "./labels.ts";
import { getDynamicRange } from "./video_size.ts";
import type { MediaRendition, Rendition, SwitchingSet } from "./presentation.ts";
import { findFirstDifference } from "./segment_timeline.ts";

/**
 * One set a type, codec family, language, label, role and channel layout; one a text. In order of first renditions, each
 * with its title.
 */
export function buildSwitchingSets(renditions: readonly Rendition[]): SwitchingSet[] {
  const groups = new Map<string, Rendition[]>();
  const count = new Map<string, number>();
  for (const rendition of renditions) {
    // Two sounds of one file are two sounds, not two qualities of one, however alike: a film and its commentary.
    const own = JSON.stringify([
      keyOf(rendition),
      rendition.type === "audio" ? rendition.file : "",
    ]);
    const place = rendition.type === "audio" ? count.get(own) ?? 0 : 0;
    count.set(own, place + 1);
    const key = JSON.stringify([keyOf(rendition), place]);
    const group = groups.get(key);
    if (group) group.push(rendition);
    else groups.set(key, [rendition]);
  }
  return assignLabels([...groups.values()].map(setOf));
}

function keyOf(rendition: Rendition): unknown[] {
  const { type, language, label, role, name } = rendition;
  if (rendition.type === "text") return [type, name];
  const { codec, description } = rendition;
  return [type, codec.family, language, label, role, lookOf(description)];
}

/** What a viewer would notice a change of: where sounds come from, whether pictures are HDR. */
function lookOf(description: Description): unknown {
  switch (description.type) {
    case "audio":
      return description.dashChannels;
    case "video":
      return getDynamicRange(description);
    case "image":
      return undefined;
  }
}

function setOf(renditions: readonly Rendition[]): SwitchingSet {
  const { type, language, label, role } = renditions[0]!;
  return {
    type,
    language,
    ...label === undefined ? {} : { label },
    ...role === undefined ? {} : { role },
    renditions,
    aligned: areAligned(renditions),
  };
}

/** Every segment of one has a segment of the same time in every other. */
export function areAligned(renditions: readonly Rendition[]): boolean {
  return renditions.every((rendition) => sameCuts(renditions[0]!, rendition));
}

function sameCuts(a: Rendition, b: Rendition): boolean {
  return a === b || isMedia(a) && isMedia(b) && findFirstDifference(a, b) === undefined;
}

function isMedia(rendition: Rendition): rendition is MediaRendition {
  return rendition.type !== "text";
}
