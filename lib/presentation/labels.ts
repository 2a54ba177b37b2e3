/**
 * What a viewer chooses among: a **choice** is one thing to hear or to read, as English, English with commentary. It is a
 * switching set, or several where a sound is there in more codecs or channels than one; these have one title.
 */

import { getLanguageName } from "../language.ts";
import type { Role } from "../package/role.ts";
import type { SwitchingSet } from "./presentation.ts";

/** What a title says of a role. Others go without saying: main, alternate, subtitle. */
const WORDS: Partial<Record<Role, string>> = {
  supplementary: "Supplementary",
  commentary: "Commentary",
  dub: "Dubbed",
  description: "Audio Description",
  caption: "SDH",
  forced: "Forced",
  easyreader: "Easy Reader",
  sign: "Sign Language",
  "enhanced-audio-intelligibility": "Clear Dialogue",
  emergency: "Emergency",
  karaoke: "Karaoke",
};

/** The sets, each with the title that it has among those of its type. Pictures have none. */
export function assignLabels(sets: readonly SwitchingSet[]): SwitchingSet[] {
  const titles = new Map<SwitchingSet, string>();
  for (const type of ["audio", "text"] as const) {
    const choices = choicesOf(sets.filter((set) => set.type === type));
    const names = assignUniqueLabels(choices.map(([first]) => wantedBy(first!)));
    choices.forEach((choice, i) => choice.forEach((set) => titles.set(set, names[i]!)));
  }
  return sets.map((set) => titles.has(set) ? { ...set, displayLabel: titles.get(set)! } : set);
}

/**
 * Sets of sounds of one language, label and role are one sound in several codecs; where a codec has two of them, they are
 * two sounds. Each text is one.
 */
function choicesOf(sets: readonly SwitchingSet[]): SwitchingSet[][] {
  const count = new Map<string, number>();
  const choices = Map.groupBy(sets, (set) => {
    const { language, label, role } = set;
    const alike = JSON.stringify([language, label, role, getCodecKey(set)]);
    const place = count.get(alike) ?? 0;
    count.set(alike, place + 1);
    return JSON.stringify([language, label, role, place]);
  });
  return [...choices.values()];
}

/** `aac-2`: codec family and channels of sounds; of texts, which come in one form, nothing. */
export function getCodecKey({ renditions: [first] }: SwitchingSet): string {
  if (first!.type === "text") return "";
  const { codec, description } = first!;
  return `${codec.family}-${description.type === "audio" ? description.channels : 0}`;
}

/** What something would like to be called. */
export interface LabelRequest {
  /** The plainest first; at least one. */
  readonly candidates: readonly string[];
  /** What has the same is told apart by number alone. */
  readonly groupKey: string;
}

/** The label, with the role or the language where another has it already; without one the language, with the role. */
function wantedBy({ label, language, role }: SwitchingSet): LabelRequest {
  const own = label?.trim() || undefined;
  const spoken = getLanguageName(language);
  const word = role && WORDS[role];
  const add = (title: string, more: string | undefined) =>
    !more || sameLabel(title).includes(sameLabel(more)) ? title : `${title} (${more})`;
  const candidates = own ? [own, add(own, word), add(own, spoken)] : [add(spoken, word)];
  return { candidates, groupKey: JSON.stringify([own && sameLabel(own), language, role]) };
}

/**
 * The first of its candidates that is free; a number, where something like it has one or none is free: "English",
 * "English (2)". What stands first keeps its title, whatever is added behind it.
 */
export function assignUniqueLabels(wanted: readonly LabelRequest[]): string[] {
  const taken = new Set<string>();
  const given = new Map<string, string>();
  return wanted.map(({ candidates, groupKey }) => {
    const same = given.get(groupKey);
    const free = candidates.find((candidate) => !taken.has(sameLabel(candidate)));
    const title = same === undefined && free !== undefined
      ? free
      : numbered(same ?? candidates[0]!, taken);
    taken.add(sameLabel(title));
    if (same === undefined) given.set(groupKey, title);
    return title;
  });
}

function numbered(title: string, taken: ReadonlySet<string>): string {
  for (let n = 2;; n++) {
    if (!taken.has(sameLabel(`${title} (${n})`))) return `${title} (${n})`;
  }
}

/** What no viewer and no protocol tells apart: HLS has no quotation marks, XML folds white space. */
function sameLabel(title: string): string {
  return title.replaceAll('"', "'").replace(/\s+/g, " ").toLowerCase();
}

/** Roles in the order in which a sound is what plays unless a viewer chooses. All others come last. */
const PREFERRED: readonly (Role | undefined)[] = ["main", undefined, "alternate", "dub"];

/**
 * The title of what plays unless a viewer chooses: what the operator says; else of sounds the first that is the main one, of
 * texts none.
 *
 * @param sets of one presentation, or what is left of them
 */
export function findDefaultLabel(
  sets: readonly SwitchingSet[],
  type: "audio" | "text",
): string | undefined {
  const ofType = sets.filter((set) => set.type === type);
  const asked = ofType.find(isDefaultRequested);
  if (asked || type === "text") return asked?.displayLabel;
  const ranked = ofType.map(({ displayLabel, role }) => ({ displayLabel, rank: rankOf(role) }));
  return ranked.sort((a, b) => a.rank - b.rank)[0]?.displayLabel;
}

/** The operator wants it to be the default. */
export function isDefaultRequested({ renditions }: SwitchingSet): boolean {
  return renditions.some(({ isDefault }) => isDefault);
}

function rankOf(role: Role | undefined): number {
  const place = PREFERRED.indexOf(role);
  return place < 0 ? PREFERRED.length : place;
}
