/** Episodes and parts by their names: films that never are one presentation. */

import { isQualityName } from "./quality_name.ts";

const EPISODE =
  /(?:^|[^a-z])(?:s[0-9]{1,3}[ ._-]*e|e|ep|episode|part|pt|cd|disc|disk|chapter|track|folge)[ ._-]*[0-9]/i;

/** Returns true if two stems differ in numbers only, or number episodes; qualities are no such numbers. */
export function isSeries(stems: readonly string[]): boolean {
  const numbered = stems.filter((stem) => /[0-9]/.test(stem) && !isQualityName(stem));
  if (numbered.filter((stem) => EPISODE.test(stem)).length > 1) return true;
  const patterns = new Set(numbered.map((stem) => stem.replace(/[0-9]+/g, "0")));
  return patterns.size < numbered.length;
}
