/** Seeded cases of every kind of input: media, subtitles, packages, their indexes, and selections. */

import { assert } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { formatPackage } from "../../lib/package/package.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { select } from "../../lib/selection/select.ts";
import { readManifestQuery } from "../../lib/server/manifest_query.ts";
import type { Source } from "../../lib/storage/source.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { openInputs, openPackage } from "../open_presentation.ts";
import { declareProtection, getSeededKeys } from "../protected_presentations.ts";
import { SUBTITLE_FIXTURES } from "../subtitle_files.ts";
import { findBoxes } from "./boxes.ts";
import { damageFile, damageText } from "./damage.ts";
import { fetchAll, type Outcome } from "./fetch_all.ts";
import { type Kind, openDamaged, runCase } from "./fuzz_case.ts";
import { fuzzIndex } from "./fuzz_index.ts";
import { damageJson, type Json } from "./json_damage.ts";
import { Prng } from "./prng.ts";
import { readProtectedSegments } from "./protected.ts";
import { readManifests, readSegments } from "./protocols.ts";
import { buildRandomQuery } from "./random_query.ts";
import { damageStructure } from "./structure_damage.ts";
import { damageTokens } from "./text_damage.ts";

const DIRECTORY = new URL("../../testdata/", import.meta.url);

/** Every file of testdata/, and subtitles in every format. */
export const FUZZED_FILES: ReadonlyMap<string, Uint8Array> = new Map([
  ...[...Deno.readDirSync(DIRECTORY)].map(({ name }) => name)
    .filter((name) => /\.(mp4|mov|m4a|ismv|vtt|srt|ttml|itt)$/.test(name)).sort()
    .map((name) => [name, Deno.readFileSync(new URL(name, DIRECTORY))] as const),
  ...SUBTITLE_FIXTURES.map(({ file, bytes }) => [file, bytes] as const),
]);

function isSubtitleFile(name: string): boolean {
  return /\.(vtt|srt|ttml|itt)$/.test(name);
}

const MOVIES = [...FUZZED_FILES.keys()].filter((name) => !isSubtitleFile(name));
const SUBTITLES = [...FUZZED_FILES.keys()].filter(isSubtitleFile);

const KINDS: Record<string, Kind> = {
  "damaged movie": (prng) => fuzzMovie(prng, damageFile),
  "protected movie": fuzzProtectedMovie,
  "rearranged movie": (prng) => fuzzMovie(prng, damageStructure),
  "damaged subtitles": (prng) => fuzzSubtitles(prng, (bytes, _, prng) => damageText(bytes, prng)),
  "rearranged subtitles": (prng) => fuzzSubtitles(prng, damageTokens),
  "package": fuzzPackage,
  "index": fuzzIndex,
  "selection": fuzzSelection,
};

/** Out of 100 cases; a case with an index takes as long as ten others. */
const SHARES: readonly [kind: string, share: number][] = [
  ["damaged movie", 20],
  ["protected movie", 5],
  ["rearranged movie", 30],
  ["damaged subtitles", 8],
  ["rearranged subtitles", 12],
  ["package", 12],
  ["index", 1],
  ["selection", 12],
];

const SCHEDULE = SHARES.flatMap(([kind, share]) => Array.from({ length: share }, () => kind));

export interface FuzzResult extends Outcome {
  readonly kind: string;
  /** Names what was damaged, and how. */
  readonly what: string;
}

/**
 * Runs the case of a seed.
 *
 * @throws Error that names seed and damage; its cause is the bug
 */
export async function runFuzzCase(seed: number): Promise<FuzzResult> {
  const kind = SCHEDULE[seed % SCHEDULE.length]!;
  let what = "before the case";
  try {
    const started = await KINDS[kind]!(new Prng(`${kind} ${seed}`));
    what = started.what;
    return { ...await started.outcome, kind, what };
  } catch (error) {
    throw new Error(`seed ${seed}: ${kind}: ${what}`, { cause: error });
  }
}

type Damage = (bytes: Uint8Array, donor: Uint8Array, prng: Prng) => {
  bytes: Uint8Array;
  how: string;
};

function fuzzMovie(prng: Prng, damage: Damage): ReturnType<Kind> {
  return fuzzFile(prng, MOVIES, damage);
}

/** Opens a damaged movie as a protected package, and decrypts it. */
function fuzzProtectedMovie(prng: Prng): ReturnType<Kind> {
  const name = prng.pick(MOVIES);
  const file = FUZZED_FILES.get(name)!;
  const { bytes, how } = prng.below(3) === 0
    ? damageFile(file, FUZZED_FILES.get(prng.pick(MOVIES))!, prng)
    : damageSamples(file, prng);
  const scheme = prng.pick(["cenc", "cbcs"] as const);
  return runCase(`${name} in ${scheme}: ${how}`, name, bytes, async (source) => {
    const options = { segmentDuration: 2, open: () => source };
    const pack = toPackage(await openInputs([{ file: source.name }], options));
    const keys = { file: "heat.json", getKeys: getSeededKeys({ scheme }), servesKeys: false };
    const protection = declareProtection({ scheme });
    await readProtectedSegments(await openPackage({ ...pack, protection }, () => source, keys));
  });
}

/** Overwrites bytes of mdat. */
function damageSamples(file: Uint8Array, prng: Prng): { bytes: Uint8Array; how: string } {
  const bytes = file.slice();
  const boxes = findBoxes(file).filter(({ type }) => type === "mdat");
  const count = boxes.length > 0 ? 1 + prng.below(100) : 0;
  for (let i = 0; i < count; i++) {
    const { offset, size } = prng.pick(boxes);
    if (size > 16) bytes[offset + 16 + prng.below(size - 16)] = prng.below(256);
  }
  return { bytes, how: `${count} bytes overwritten` };
}

function fuzzSubtitles(prng: Prng, damage: Damage): ReturnType<Kind> {
  return fuzzFile(prng, SUBTITLES, damage);
}

function fuzzFile(prng: Prng, names: readonly string[], damage: Damage): ReturnType<Kind> {
  const [name, donor] = [prng.pick(names), prng.pick(names)];
  const { bytes, how } = damage(FUZZED_FILES.get(name)!, FUZZED_FILES.get(donor)!, prng);
  return Promise.resolve({ what: `${name} and ${donor}: ${how}`, outcome: fetchAll(name, bytes) });
}

/** Opens a damaged movie, and selects of it. */
function fuzzSelection(prng: Prng): ReturnType<Kind> {
  const name = prng.pick(MOVIES);
  const file = FUZZED_FILES.get(name)!;
  const { bytes, how } = prng.below(2) === 0
    ? { bytes: file, how: "intact" }
    : damageFile(file, FUZZED_FILES.get(prng.pick(MOVIES))!, prng);
  const queries = Array.from({ length: 4 }, () => buildRandomQuery(prng));
  const run = async (source: Source) => {
    const inputs = [{ file: source.name }];
    const presentation = await openInputs(inputs, { segmentDuration: 2, open: () => source });
    for (const query of queries) readSelection(presentation, query);
  };
  return runCase(`${name}: ${how}: ${queries.join(" and ")}`, name, bytes, run);
}

function readSelection(presentation: Presentation, rawQuery: string): void {
  try {
    const query = readManifestQuery(rawQuery, new Set(["token"]));
    if (query) readManifests(select(presentation, query));
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    assert(error.status < 500 && error.message.startsWith("Cannot "), error.message);
  }
}

async function fuzzPackage(prng: Prng): ReturnType<Kind> {
  const name = prng.pick(MOVIES);
  const bytes = FUZZED_FILES.get(name)!;
  const text = await writePackage(name, bytes);
  const damaged = prng.below(3) === 0
    ? new TextDecoder().decode(damageTokens(encode(text), encode(text), prng).bytes)
    : JSON.stringify(damageJson(JSON.parse(text) as Json, prng));
  return runCase(`${name}: ${damaged}`, name, bytes, async (source) => {
    const presentation = await openDamaged(damaged, source);
    readManifests(presentation);
    await readSegments(presentation);
  });
}

/** Packages of intact files, each written once. */
const packages = new Map<string, string>();

async function writePackage(name: string, bytes: Uint8Array): Promise<string> {
  const written = packages.get(name);
  if (written !== undefined) return written;
  const { source } = memorySource(bytes, name);
  let text = '{"ams":1,"segmentDuration":2,"tracks":[]}';
  try {
    const options = { segmentDuration: 2, open: () => source };
    text = formatPackage(toPackage(await openInputs([{ file: name }], options)));
  } catch {
    // a file of testdata/ that does not play
  }
  packages.set(name, text);
  return text;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
