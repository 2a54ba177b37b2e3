/**
 * Labels of audio and subtitles in players' menus. A **choice** is one menu entry: a switching set, or several if the same audio
 * exists in several codecs or channel layouts.
 */

import { getLanguageName } from "../language_name.ts";
import type { Role } from "../package/role.ts";
import type { SwitchingSet } from "./presentation.ts";

const ROLE_SUFFIXES: Partial<Record<Role, string>> = {
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

export function assignLabels(sets: readonly SwitchingSet[]): SwitchingSet[] {
  const labels = new Map<SwitchingSet, string>();
  for (const type of ["audio", "text"] as const) {
    const choices = groupChoices(sets.filter((set) => set.type === type));
    const unique = assignUniqueLabels(choices.map(([first]) => toLabelRequest(first!)));
    choices.forEach((choice, i) => choice.forEach((set) => labels.set(set, unique[i]!)));
  }
  return sets.map((set) => labels.has(set) ? { ...set, displayLabel: labels.get(set)! } : set);
}

/** Groups audio of equal language, label and role. If a codec occurs twice, the n-th sets of all codecs are one choice. */
function groupChoices(sets: readonly SwitchingSet[]): SwitchingSet[][] {
  const count = new Map<string, number>();
  const choices = Map.groupBy(sets, (set) => {
    const { language, label, role } = set;
    const key = JSON.stringify([language, label, role, getCodecKey(set)]);
    const occurrence = count.get(key) ?? 0;
    count.set(key, occurrence + 1);
    return JSON.stringify([language, label, role, occurrence]);
  });
  return [...choices.values()];
}

/** Returns `aac-2`: codec family and channel count; "" for subtitles. */
export function getCodecKey({ renditions: [first] }: SwitchingSet): string {
  if (first!.type === "text") return "";
  const { codec, description } = first!;
  return `${codec.family}-${description.type === "audio" ? description.channels : 0}`;
}

export interface LabelRequest {
  /** Shortest first; at least one. */
  readonly candidates: readonly string[];
  /** Requests with equal keys are distinguished by number only. */
  readonly groupKey: string;
}

function toLabelRequest({ label, language, role }: SwitchingSet): LabelRequest {
  const own = label?.trim() || undefined;
  const languageName = getLanguageName(language);
  const suffix = role && ROLE_SUFFIXES[role];
  const add = (text: string, more: string | undefined) =>
    !more || normalize(text).includes(normalize(more)) ? text : `${text} (${more})`;
  const candidates = own
    ? [own, add(own, suffix), add(own, languageName)]
    : [add(languageName, suffix)];
  return { candidates, groupKey: JSON.stringify([own && normalize(own), language, role]) };
}

/** Returns the first free candidate of each request, else one with a number, "English (2)". */
export function assignUniqueLabels(requests: readonly LabelRequest[]): string[] {
  const taken = new Set<string>();
  const byKey = new Map<string, string>();
  return requests.map(({ candidates, groupKey }) => {
    const same = byKey.get(groupKey);
    const free = candidates.find((candidate) => !taken.has(normalize(candidate)));
    const label = same === undefined && free !== undefined
      ? free
      : addNumber(same ?? candidates[0]!, taken);
    taken.add(normalize(label));
    if (same === undefined) byKey.set(groupKey, label);
    return label;
  });
}

function addNumber(label: string, taken: ReadonlySet<string>): string {
  for (let n = 2;; n++) {
    if (!taken.has(normalize(`${label} (${n})`))) return `${label} (${n})`;
  }
}

/** HLS has no quotation marks in attributes, and XML normalizes white space. */
function normalize(label: string): string {
  return label.replaceAll('"', "'").replace(/[\s\p{Cc}]+/gu, " ").toLowerCase();
}

const ROLES_BY_PREFERENCE: readonly (Role | undefined)[] = ["main", undefined, "alternate", "dub"];

/**
 * Returns the label of the operator's default, else of the first main audio, or of the audio that its file presents by default.
 * Subtitles have no other default.
 */
export function findDefaultLabel(
  sets: readonly SwitchingSet[],
  type: "audio" | "text",
): string | undefined {
  const ofType = sets.filter((set) => set.type === type);
  const requested = ofType.find(isDefaultRequested);
  if (requested || type === "text") return requested?.displayLabel;
  const first = ofType.toSorted((a, b) => getRank(a.role) - getRank(b.role))[0];
  return (first && findFileDefault(ofType, first) || first)?.displayLabel;
}

function findFileDefault(
  sets: readonly SwitchingSet[],
  { renditions: [first] }: SwitchingSet,
): SwitchingSet | undefined {
  return sets.find(({ renditions }) =>
    renditions.some((rendition) =>
      rendition.type === "audio" && rendition.isFileDefault && rendition.file === first!.file
    )
  );
}

export function isDefaultRequested({ renditions }: SwitchingSet): boolean {
  return renditions.some(({ isDefault }) => isDefault);
}

function getRank(role: Role | undefined): number {
  const rank = ROLES_BY_PREFERENCE.indexOf(role);
  return rank < 0 ? ROLES_BY_PREFERENCE.length : rank;
}
