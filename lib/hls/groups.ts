/** Groups of alternative audio renditions (RFC 8216bis §4.4.6.1, §4.4.6.2.1). */

import { CODECS } from "../codecs/mod.ts";
import { getCodecKey } from "../presentation/labels.ts";
import type { MediaRendition, SwitchingSet } from "../presentation/presentation.ts";

/** Every group of a presentation has the same members in the same order, so that a switch of groups retains the choice. */
export interface AudioGroup {
  readonly id: string;
  readonly members: readonly GroupMember[];
}

export interface GroupMember {
  readonly rendition: MediaRendition;
  readonly set: SwitchingSet;
}

/** Sets of one label: the same content in one or more codecs. */
type LabelledSets = readonly SwitchingSet[];

/**
 * Builds a group per codec and channel count, and another for each further bitrate of these; the most compatible first.
 * Every group has a member for each label: the rendition in its codec, or else the most compatible one.
 *
 * @param sets of audio, in package order, in supported codecs
 */
export function buildAudioGroups(sets: readonly SwitchingSet[]): AudioGroup[] {
  const labels = [...Map.groupBy(sets, ({ displayLabel }) => displayLabel).values()];
  const codecs = Map.groupBy([...sets].sort(byCompatibility), getCodecKey);
  return [...codecs].flatMap(([codec, codecSets]) => {
    const bitrates = Math.max(...codecSets.map(({ renditions }) => renditions.length));
    return Array.from({ length: bitrates }, (_, rank) => ({
      id: rank === 0 ? codec : `${codec}-${rank + 1}`,
      members: labels.map((alternatives) => chooseMember(alternatives, codec, rank)),
    }));
  });
}

function chooseMember(alternatives: LabelledSets, codec: string, rank: number): GroupMember {
  const set = alternatives.find((candidate) => getCodecKey(candidate) === codec) ??
    [...alternatives].sort(byCompatibility)[0]!;
  return { set, rendition: getMediaRenditions(set)[Math.min(rank, set.renditions.length - 1)]! };
}

/** Every device plays mono and stereo, so these rank the same. */
const STEREO = 2;

/** Orders by codec, then by channels; at most two channels count as equal. */
function byCompatibility(a: SwitchingSet, b: SwitchingSet): number {
  const [left, right] = [a, b].map((set) => Math.max(STEREO, getChannels(set)));
  return getCodecRank(a) - getCodecRank(b) || left! - right!;
}

/** Returns the rank of a set's codec; the most compatible is 0. */
export function getCodecRank(set: SwitchingSet): number {
  return CODECS.indexOf(getMediaRenditions(set)[0]!.codec);
}

function getChannels(set: SwitchingSet): number {
  const { description } = getMediaRenditions(set)[0]!;
  return description.type === "audio" ? description.channels : 0;
}

/** Returns the renditions of a set of audio, video or images. */
export function getMediaRenditions({ renditions }: SwitchingSet): MediaRendition[] {
  return renditions.filter((rendition) => rendition.type !== "text");
}
