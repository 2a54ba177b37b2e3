/** Language tags of Smooth Streaming. */

import { toShortTag } from "../language.ts";
import type { Role } from "../package/role.ts";
import type { SwitchingSet } from "../presentation/presentation.ts";

/** Private-use subtags have at most eight characters (RFC 5646 §2.2.7). */
const ROLE_SUBTAGS: Partial<Record<Role, string>> = {
  alternate: "alt",
  supplementary: "extra",
  commentary: "comment",
  dub: "dub",
  description: "describe",
  caption: "sdh",
  forced: "forced",
  easyreader: "easy",
  sign: "sign",
  "enhanced-audio-intelligibility": "clear",
  emergency: "urgent",
  karaoke: "karaoke",
};

/**
 * Assigns ISO 639-2 codes, or tags where these have a script, a region or no such code (`pt-BR`), with a private-use subtag
 * where sets of a type share one: `eng`, `eng-x-comment`, `eng-x-2`.
 * RxPlayer identifies a stream by type and language, and never plays the second of two.
 */
export function assignSmoothLanguages(sets: readonly SwitchingSet[]): string[] {
  const taken = new Set<string>();
  const languages = new Map<number, string>();
  const mainFirst = sets.map((set, i) => ({ set, i }))
    .sort((a, b) => Number(hasSubtag(a.set)) - Number(hasSubtag(b.set)) || a.i - b.i);
  for (const { set, i } of mainFirst) {
    const language = set.type === "video" ? toShortTag(set.language) : findUnusedTag(set, taken);
    taken.add(`${set.type} ${language}`);
    languages.set(i, language);
  }
  return sets.map((_, i) => languages.get(i)!);
}

function hasSubtag({ role }: SwitchingSet): boolean {
  return role !== undefined && role in ROLE_SUBTAGS;
}

function findUnusedTag({ type, language, role }: SwitchingSet, taken: ReadonlySet<string>): string {
  const code = toShortTag(language);
  const subtag = role && ROLE_SUBTAGS[role];
  const candidates = [code, ...subtag ? [`${code}-x-${subtag}`] : []];
  const found = candidates.find((one) => !taken.has(`${type} ${one}`));
  for (let n = 2;; n++) {
    const candidate = found ?? `${candidates.at(-1)}${subtag ? "-" : "-x-"}${n}`;
    if (!taken.has(`${type} ${candidate}`)) return candidate;
  }
}
