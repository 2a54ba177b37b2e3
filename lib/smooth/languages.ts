/** What Smooth Streaming calls languages. */

import { toIso6392 } from "../language.ts";
import type { Role } from "../package/role.ts";
import type { SwitchingSet } from "../presentation/presentation.ts";

/** Private subtags of BCP 47 have eight characters at most (RFC 5646 §2.2.7). */
const SUBTAGS: Partial<Record<Role, string>> = {
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
 * ISO 639-2 for each set, with a private subtag where it would be another's of the type: `eng`, `eng-x-comment`, `eng-x-2`.
 * A client has a type and a language to know a stream by (RxPlayer makes its id of them, and has no way to the second of two).
 */
export function assignSmoothLanguages(sets: readonly SwitchingSet[]): string[] {
  const taken = new Set<string>();
  const languages = new Map<number, string>();
  const byPlainness = sets.map((set, i) => ({ set, i }))
    .sort((a, b) => Number(isSpecial(a.set)) - Number(isSpecial(b.set)) || a.i - b.i);
  for (const { set, i } of byPlainness) {
    const language = set.type === "video" ? toIso6392(set.language) : free(set, taken);
    taken.add(`${set.type} ${language}`);
    languages.set(i, language);
  }
  return sets.map((_, i) => languages.get(i)!);
}

function isSpecial({ role }: SwitchingSet): boolean {
  return role !== undefined && role in SUBTAGS;
}

function free({ type, language, role }: SwitchingSet, taken: ReadonlySet<string>): string {
  const code = toIso6392(language);
  const subtag = role && SUBTAGS[role];
  const candidates = [code, ...subtag ? [`${code}-x-${subtag}`] : []];
  const found = candidates.find((one) => !taken.has(`${type} ${one}`));
  for (let n = 2;; n++) {
    const candidate = found ?? `${candidates.at(-1)}${subtag ? "-" : "-x-"}${n}`;
    if (!taken.has(`${type} ${candidate}`)) return candidate;
  }
}
