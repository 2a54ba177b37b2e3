/** Groups of alternative audio renditions (RFC 8216bis §4.4.6.1, §4.4.6.2.1), and of video. */

import { CODECS } from "../codecs/mod.ts";
import { findMax } from "../extremes.ts";
import { getCodecKey } from "../presentation/labels.ts";
import type { MediaRendition, Presentation, SwitchingSet } from "../presentation/presentation.ts";
import { haveSameContent } from "../presentation/switching_sets.ts";

/** All groups have the same members in the same order, so that a switch of groups retains the choice. */
export interface AudioGroup {
  readonly id: string;
  readonly members: readonly GroupMember[];
}

export interface GroupMember {
  readonly rendition: MediaRendition;
  readonly set: SwitchingSet;
  /** The variant contains it, so its EXT-X-MEDIA has no URI. */
  readonly isInVariant?: boolean;
}

type LabelledSets = readonly SwitchingSet[];

/**
 * Builds a group per codec, channel count and rank of bitrate, the most compatible first. Each has a member per label:
 * the rendition in the group's codec, or else in the most compatible one.
 */
export function buildAudioGroups(sets: readonly SwitchingSet[]): AudioGroup[] {
  const labels = [...Map.groupBy(sets, ({ displayLabel }) => displayLabel).values()];
  const codecs = Map.groupBy([...sets].sort(byCompatibility), getCodecKey);
  return [...codecs].flatMap(([codec, codecSets]) => {
    const bitrates = findMax(codecSets.map(({ renditions }) => renditions.length));
    return Array.from({ length: bitrates }, (_, rank) => ({
      id: rank === 0 ? codec : `${codec}-${rank + 1}`,
      members: labels.map((alternatives) => chooseMember(alternatives, codec, rank)),
    }));
  });
}

/** Builds the group of the audio that is muxed with video. */
export function buildMuxedGroup(rendition: MediaRendition, sets: LabelledSets): AudioGroup {
  const set = sets.find(({ renditions }) =>
    renditions.some(({ name }) => name === rendition.name)
  )!;
  return { id: getCodecKey(set), members: [{ rendition, set, isInVariant: true }] };
}

/** Builds the groups of a presentation without video; variants contain the only member of theirs. */
export function buildAudioOnlyGroups(sets: LabelledSets): AudioGroup[] {
  return buildAudioGroups(sets).map((group) => {
    const [only, ...others] = group.members;
    if (!only || others.length > 0) return group;
    return { id: getCodecKey(only.set), members: [{ ...only, isInVariant: true }] };
  });
}

function chooseMember(alternatives: LabelledSets, codec: string, rank: number): GroupMember {
  const set = alternatives.find((candidate) => getCodecKey(candidate) === codec) ??
    [...alternatives].sort(byCompatibility)[0]!;
  return { set, rendition: getMediaRenditions(set)[Math.min(rank, set.renditions.length - 1)]! };
}

/** Every device plays mono and stereo, so these rank the same. */
const STEREO = 2;

function byCompatibility(a: SwitchingSet, b: SwitchingSet): number {
  const [left, right] = [a, b].map((set) => Math.max(STEREO, getChannels(set)));
  return getCodecRank(a) - getCodecRank(b) || left! - right!;
}

/** Returns 0 for the most compatible codec. */
export function getCodecRank(set: SwitchingSet): number {
  return CODECS.indexOf(getMediaRenditions(set)[0]!.codec);
}

function getChannels(set: SwitchingSet): number {
  const { description } = getMediaRenditions(set)[0]!;
  return description.type === "audio" ? description.channels : 0;
}

export function getMediaRenditions({ renditions }: SwitchingSet): MediaRendition[] {
  return renditions.filter((rendition) => rendition.type !== "text");
}

/** Joins video that differs in the key only, since variants have any key, in the order of the package. */
export function joinKeys(
  video: readonly SwitchingSet[],
  { renditions }: Pick<Presentation, "renditions">,
): SwitchingSet[] {
  const order = [...renditions.keys()];
  const joined: SwitchingSet[] = [];
  for (const set of video) {
    const index = joined.findIndex((other) => haveSameContent(other, set));
    const same = joined[index];
    if (same) joined[index] = { ...same, renditions: [...same.renditions, ...set.renditions] };
    else joined.push(set);
  }
  return joined.map((set) => ({
    ...set,
    renditions: set.renditions.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
  }));
}
