import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** Part of the characters of a word that may differ, rounded up; of two, such as `-p`, any other would be near. */
const MAX_DIFFERENCE = 1 / 3;
const MIN_CHARS = 3;

/** Returns the word that was probably meant: the only one that begins so, or else the one that differs least, if it is near. */
export function findNearestWord(typed: string, words: Iterable<string>): string | undefined {
  const candidates = [...words].filter((word) => word.length >= MIN_CHARS);
  const longer = candidates.filter((word) => typed.length > MIN_CHARS && word.startsWith(typed));
  if (longer.length === 1) return longer[0];
  return candidates.map((word) => ({ word, distance: levenshteinDistance(typed, word) }))
    .filter(({ word, distance }) => distance <= Math.ceil(MAX_DIFFERENCE * word.length))
    .sort((a, b) => a.distance - b.distance)[0]?.word;
}
