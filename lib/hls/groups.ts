/** Which sounds HLS offers together: groups of alternatives (RFC 8216bis §4.4.6.1, §4.4.6.2.1). */

import { CODECS } from "../codecs/mod.ts";
import { getCodecKey } from "../presentation/labels.ts";
import type { MediaRendition, SwitchingSet } from "../presentation/presentation.ts";

/** Members stand in the same order in every group of a presentation, so that a change of group keeps a viewer's choice. */
export interface AudioGroup {
  readonly id: string;
  readonly members: readonly GroupMember[];
}

export interface GroupMember {
  readonly rendition: MediaRendition;
  readonly set: SwitchingSet;
}

/** One thing to hear, in one or more codecs: sets of one title. */
type Sound = readonly SwitchingSet[];

/**
 * Groups of alternatives: one a codec and channel count (and another for each further bitrate of these), the most
 * compatible first. Every group has a member for each sound: where it has none of its codec, its most compatible
 * rendition stands in.
 *
 * @param sets of audio, in package order, of codecs that the form can carry
 */
export function buildAudioGroups(sets: readonly SwitchingSet[]): AudioGroup[] {
  const sounds = [...Map.groupBy(sets, ({ displayLabel }) => displayLabel).values()];
  const kinds = Map.groupBy([...sets].sort(byCompatibility), getCodecKey);
  return [...kinds].flatMap(([kind, ofKind]) => {
    const bitrates = Math.max(...ofKind.map(({ renditions }) => renditions.length));
    return Array.from({ length: bitrates }, (_, rank) => ({
      id: rank === 0 ? kind : `${kind}-${rank + 1}`,
      members: sounds.map((sound) => memberOf(sound, kind, rank)),
    }));
  });
}

function memberOf(sound: Sound, kind: string, rank: number): GroupMember {
  const set = sound.find((candidate) => getCodecKey(candidate) === kind) ??
    [...sound].sort(byCompatibility)[0]!;
  return { set, rendition: getMediaRenditions(set)[Math.min(rank, set.renditions.length - 1)]! };
}

/** What every device plays: of mono and stereo, the package's first is the default. */
const STEREO = 2;

/** Codecs in the order of their list; of one codec, what has at most two channels first, then fewer channels. */
function byCompatibility(a: SwitchingSet, b: SwitchingSet): number {
  const [left, right] = [a, b].map((set) => Math.max(STEREO, channelsOf(set)));
  return getCodecRank(a) - getCodecRank(b) || left! - right!;
}

/** Place of the codec in the list of codecs: the most compatible stand first. */
export function getCodecRank(set: SwitchingSet): number {
  return CODECS.indexOf(getMediaRenditions(set)[0]!.codec);
}

function channelsOf(set: SwitchingSet): number {
  const { description } = getMediaRenditions(set)[0]!;
  return description.type === "audio" ? description.channels : 0;
}

/** The renditions of a set of pictures or sounds. */
export function getMediaRenditions({ renditions }: SwitchingSet): MediaRendition[] {
  return renditions.filter((rendition) => rendition.type !== "text");
}
