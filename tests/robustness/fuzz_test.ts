/**
 * Damages every file of testdata/, and subtitles in every format. Each plays or is rejected with one line, at a cost in
 * proportion to its size. A failure names file and seed: `damageFile(file, donor, new Prng("<file> <seed>"))` reproduces
 * it.
 */

import { assert } from "@std/assert";
import { damageFile, damageText } from "./damage.ts";
import { Prng } from "./prng.ts";
import { SUBTITLE_FIXTURES } from "../subtitle_files.ts";
import { fetchAll } from "./fetch_all.ts";

/** Number of damaged copies of each file. */
const SEEDS = 40;

const DIRECTORY = new URL("../../testdata/", import.meta.url);

const MEDIA = Array.from(Deno.readDirSync(DIRECTORY), ({ name }) => name)
  .filter((name) => /\.(mp4|mov|m4a|ismv|vtt|srt|ttml|itt)$/.test(name)).sort()
  .map((name) => [name, Deno.readFileSync(new URL(name, DIRECTORY))] as const);

const FILES = new Map([
  ...MEDIA,
  ...SUBTITLE_FIXTURES.map(({ file, bytes }) => [file, bytes] as const),
]);

const SUBTITLE_FILE = /\.(vtt|srt|ttml|itt)$/;

const DONORS = [...FILES.keys()].filter((name) => !SUBTITLE_FILE.test(name));

for (const [name, file] of FILES) {
  Deno.test(`fetchAll() serves or rejects ${name} damaged in ${SEEDS} ways at proportional cost`, async () => {
    const intact = await fetchAll(name, file); // the limits admit every intact file
    const outcomes = { played: 0, rejected: 0 };
    for (let seed = 0; seed < SEEDS; seed++) {
      const dice = new Prng(`${name} ${seed}`);
      const { bytes, how } = SUBTITLE_FILE.test(name)
        ? damageText(file, dice)
        : damageFile(file, FILES.get(dice.pick(DONORS))!, dice);
      const { error } = await withContext(
        `${name}, seed ${seed}: ${how}`,
        () => fetchAll(name, bytes),
      );
      outcomes[error ? "rejected" : "played"]++;
    }
    assert(
      (outcomes.played > 0 || intact.error) && outcomes.rejected > 0,
      JSON.stringify(outcomes),
    );
  });
}

/** Adds context to an error. */
async function withContext<T>(context: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw new Error(context, { cause: error });
  }
}
