/**
 * Every file of testdata/, and cues in every form, damaged many ways: it plays or is refused in one line, and costs no more than its size
 * allows. A failure names file and seed: `damaged(file, donor, new Dice("<file> <seed>"))` is the same each time.
 */

import { assert } from "@std/assert";
import { damageFile, damageText } from "./damage.ts";
import { Prng } from "./prng.ts";
import { SUBTITLE_FIXTURES } from "../subtitle_files.ts";
import { fetchAll } from "./fetch_all.ts";

/** Damages of each file. */
const SEEDS = 40;

const FOLDER = new URL("../../testdata/", import.meta.url);

const MEDIA = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name)
  .filter((name) => /\.(mp4|mov|m4a|ismv|vtt)$/.test(name)).sort()
  .map((name) => [name, Deno.readFileSync(new URL(name, FOLDER))] as const);

const FILES = new Map([
  ...MEDIA,
  ...SUBTITLE_FIXTURES.map(({ file, bytes }) => [file, bytes] as const),
]);

const SUBTITLE_FILE = /\.(vtt|srt|ttml)$/;

const DONORS = [...FILES.keys()].filter((name) => !SUBTITLE_FILE.test(name));

for (const [name, file] of FILES) {
  Deno.test(`${name} damaged in ${SEEDS} ways plays or is refused, at a price in proportion`, async () => {
    await fetchAll(name, file); // the limits let every whole file pass
    const outcomes = { played: 0, refused: 0 };
    for (let seed = 0; seed < SEEDS; seed++) {
      const dice = new Prng(`${name} ${seed}`);
      const { bytes, how } = SUBTITLE_FILE.test(name)
        ? damageText(file, dice)
        : damageFile(file, FILES.get(dice.pick(DONORS))!, dice);
      const { error } = await withContext(
        `${name}, seed ${seed}: ${how}`,
        () => fetchAll(name, bytes),
      );
      outcomes[error ? "refused" : "played"]++;
    }
    assert(outcomes.played > 0 && outcomes.refused > 0, JSON.stringify(outcomes));
  });
}

/** Puts in front of an error what was done. */
async function withContext<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw new Error(what, { cause: error });
  }
}
