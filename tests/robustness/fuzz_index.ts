/** Seeded cases of indexes of packages, of which half are of sealed files. */

import { assert } from "@std/assert";
import { withPages } from "../../lib/mp4/samples/pages.ts";
import { formatPackage } from "../../lib/package/package.ts";
import { addKeptBytes } from "../../lib/presentation/kept_bytes.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";
import { readSegmentSamples } from "../../lib/presentation/segment_samples.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import type { Source } from "../../lib/storage/source.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { openInputs } from "../open_presentation.ts";
import { AUDIO, many, VIDEO } from "./cases.ts";
import { type Kind, openDamaged, runCase } from "./fuzz_case.ts";
import { damageJson, type Json } from "./json_damage.ts";
import type { Prng } from "./prng.ts";
import { readManifests } from "./protocols.ts";
import { sealDocument, unpackIndex } from "../package/sample_indexes.ts";
import { syntheticMovie } from "./synthetic_movie.ts";

/** Long enough for indexes. */
const LONG_MOVIE = "long.mp4";
const SAMPLES = 70_000;
const LONG_MOVIE_BYTES = syntheticMovie([
  {
    like: VIDEO,
    sizes: many((i) => 1 + i % 7, SAMPLES),
    durations: many((i) => [700, 40 + i % 2], SAMPLES / 700),
    compositionOffsets: many((i) => [7, 40 * (i % 3)], SAMPLES / 7),
    syncs: many((i) => 1 + 250 * i, SAMPLES / 250),
    chunks: [[1, 70, 1]],
    offsets: many((i) => 300 * i, SAMPLES / 70),
  },
  {
    like: AUDIO,
    sizes: many((i) => 1 + i % 5, SAMPLES),
    chunks: [[1, 70, 1]],
    offsets: many((i) => 300 * i, SAMPLES / 70),
    durations: many((i) => [35, 40 + i % 2], SAMPLES / 35),
  },
], 300 * SAMPLES / 70 + 700);

let longPackage: string | undefined;

async function writeLongPackage(source: Source): Promise<string> {
  const options = { segmentDuration: 60, open: () => source };
  const pack = toPackage(await openInputs([{ file: LONG_MOVIE }], options));
  return formatPackage(await addKeptBytes(pack, new Map([[LONG_MOVIE, source]])));
}

/** Damages the columns of an index, and seals it as `formatIndex()` does. */
export async function fuzzIndex(prng: Prng): ReturnType<Kind> {
  const { source } = memorySource(LONG_MOVIE_BYTES, LONG_MOVIE);
  longPackage ??= await writeLongPackage(source);
  const pack = JSON.parse(longPackage);
  for (const track of pack.tracks) {
    assert(track.index !== undefined);
    if (prng.below(3) === 0) continue;
    track.index = sealDocument(fromJson(damageJson(toJson(unpackIndex(track.index)), prng)));
  }
  const isSealed = prng.below(2) === 0;
  const what = `seed of ${LONG_MOVIE}${isSealed ? ", sealed" : ""}`;
  return runCase(what, LONG_MOVIE, LONG_MOVIE_BYTES, async (source) => {
    if (!isSealed) return readManifests(await openDamaged(JSON.stringify(pack), source));
    const sources = [{ file: LONG_MOVIE, size: source.size, etag: '"1"' }];
    const remote = toRemote(source, '"1"');
    const opened = await openDamaged(JSON.stringify({ ...pack, sources }), remote);
    await withPages(() => readManifests(opened));
    await readIndexedSegments(opened);
  });
}

function toRemote(source: Source, etag: string): Source {
  return {
    ...source,
    synchronous: false,
    etag,
    read: async (offset, into) => await source.read(offset, into),
  };
}

/** Reads segments of which the index may say anything. */
async function readIndexedSegments({ renditions }: Presentation): Promise<void> {
  for (const rendition of renditions.values()) {
    if (rendition.type === "text") continue;
    const count = rendition.timeline.firstSampleTimes.length;
    for (const index of new Set([0, count >> 1, count - 1])) {
      await withPages(() => void readSegmentSamples(rendition, index));
    }
  }
}

const BYTES = "base64:";

/** Returns a document with bytes and columns as JSON. */
function toJson(document: unknown): Json {
  return JSON.parse(JSON.stringify(document, (_, value) => {
    if (value instanceof Uint8Array) return `${BYTES}${value.toBase64()}`;
    return value instanceof Float64Array ? [...value] : value;
  }));
}

/** Returns a document with the bytes of JSON that is undamaged there. */
function fromJson(json: Json): unknown {
  return JSON.parse(JSON.stringify(json), (_, value) => {
    const isBytes = typeof value === "string" && value.startsWith(BYTES) &&
      value.length % 4 === 3 &&
      /^[A-Za-z0-9+/]*={0,2}$/.test(value.slice(BYTES.length));
    return isBytes ? Uint8Array.fromBase64(value.slice(BYTES.length)) : value;
  });
}
