/** One case of a damaged input, and packages of damaged text. */

import { parsePackage } from "../../lib/package/package.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";
import type { Source } from "../../lib/storage/source.ts";
import { openPackage } from "../open_presentation.ts";
import { computeLimits, type Outcome, runWithinLimits } from "./fetch_all.ts";
import type { Prng } from "./prng.ts";

/** Damages an input, and reads everything of it. */
export type Kind = (prng: Prng) => Promise<{ what: string; outcome: Promise<Outcome> }>;

export function runCase(
  what: string,
  name: string,
  bytes: Uint8Array,
  run: (source: Source) => Promise<void>,
): ReturnType<Kind> {
  const limits = computeLimits(name, 5 * bytes.length + 5000); // several manifests, tracks and indexes
  return Promise.resolve({ what, outcome: runWithinLimits({ name, bytes }, limits, run) });
}

/** All files that the package names are the same one, which errors name. */
export async function openDamaged(text: string, source: Source): Promise<Presentation> {
  const pack = withFileNames(() => parsePackage(text), source.name);
  const tracks = pack.tracks.map((track) => ({ ...track, file: source.name }));
  return await openPackage({ ...pack, tracks }, () => source);
}

/** Names the file in errors, as the server names the package. */
function withFileNames<T>(run: () => T, file: string): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof Error && "inFile" in error
      ? (error as Error & { inFile(file: string): Error }).inFile(file)
      : error;
  }
}
