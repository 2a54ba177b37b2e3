import { assert, assertEquals, assertMatch } from "@std/assert";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import type { Package } from "../../lib/package/package.ts";
import { formatIndex, parseIndex } from "../../lib/package/index_text.ts";
import type { TrackIndex } from "../../lib/package/track_index.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { TrackIndexes } from "../../lib/presentation/track_indexes.ts";
import { sealOlder } from "../package/sample_indexes.ts";
import { openPackage } from "../open_presentation.ts";
import { buildPackage, createOpener } from "./indexed_movies.ts";
import { CLEAR } from "../clear_protection.ts";

/** Returns the characters of JSON that are parsed while `run` runs: what is decompressed of indexes. */
async function countParsed(run: () => Promise<unknown>): Promise<number> {
  const parse = JSON.parse;
  let count = 0;
  JSON.parse = (text, ...rest) => {
    count += text.length;
    return parse(text, ...rest);
  };
  try {
    await run();
  } finally {
    JSON.parse = parse;
  }
  return count;
}

/** Adds a column of 8 million numbers to an index. */
function inflate(index: string, serial: number): string {
  const parsed = parseIndex(index)!;
  const written = JSON.stringify({ ...toSerialized(parsed), serial });
  return sealOlder(`${written.slice(0, -1)},"x":[${"0,".repeat(8_000_000)}0]}`);
}

function toSerialized({ track, segmentationId, tables }: ReturnType<typeof parseIndex> & object) {
  return { revision: 1, track, cut: segmentationId, head: tables.moovDigest };
}

const LARGE = { size: 2 ** 30, synchronous: true };

function openWith(pack: Package, tracks: Package["tracks"]) {
  const { open } = createOpener();
  return openPackage({ ...pack, tracks }, open);
}

Deno.test("TrackIndexes decompress no index of another moov", async () => {
  const pack = await buildPackage();
  const [track, ...others] = pack.tracks;
  const index = parseIndex(track!.index!)!;
  const tables = { ...index.tables, moovDigest: "0".repeat(32) };
  const other = formatIndex({ ...index, tables });
  const all = await countParsed(() => openWith(pack, pack.tracks));
  const without = await countParsed(() => openWith(pack, others));
  assert(all > without);
  const foreign = await countParsed(() => openWith(pack, [{ ...track!, index: other }, ...others]));
  assertEquals(foreign, without);
});

Deno.test("TrackIndexes decompress an index that 100 tracks have once", async () => {
  const pack = await buildPackage();
  const [track] = pack.tracks;
  const tracks = Array.from({ length: 100 }, (_, i) => ({ ...track!, name: `video_${i}` }));
  const once = await countParsed(() => openWith(pack, [track!]));
  assertEquals(await countParsed(() => openWith(pack, tracks)), once);
});

Deno.test("TrackIndexes decompress at most 32 MiB of all indexes of a package", async () => {
  const pack = await buildPackage();
  const [track] = pack.tracks;
  const tracks = Array.from({ length: 4 }, (_, i) => {
    return { ...track!, name: `video_${i}`, index: inflate(track!.index!, i) };
  });
  const parsed = await countParsed(async () => {
    const presentation = await openWith(pack, tracks);
    assertEquals(presentation.warnings.filter((text) => text.includes("the index of")).length, 4);
  });
  assert(parsed <= 2 ** 25, `${parsed} characters`);
});

Deno.test("TrackIndexes decompress in proportion to the moov and the samples of a track", async () => {
  const pack = await buildPackage();
  const { file, index } = pack.tracks[0]!;
  const tracks = [{ ...pack.tracks[0]!, index: inflate(index!, 0) }];
  const { moovDigest } = parseIndex(index!)!.tables;
  const find = (samples: number) => {
    const indexes = new TrackIndexes({ tracks });
    const { findTables } = indexes.getMovie(file, LARGE);
    const moov = { digest: moovDigest, bytes: new Uint8Array(2 ** 19), usesIndex: true };
    return Promise.resolve(findTables({ id: tracks[0]!.track!, samples }, moov));
  };
  assertEquals(await countParsed(() => find(10_000)), 0); // the text is longer than 2^16 + 2^20 + 128 * 10,000
  assert(await countParsed(() => find(240_000)) > 16_000_000);
});

Deno.test("TrackIndexes.residentBytes counts what sample tables retain, after release() too", async () => {
  const { tracks } = await buildPackage();
  const [track] = tracks;
  const { tables } = parseIndex(track!.index!)!;
  const { durations, offsets, chunks } = tables;
  const columns = [durations.firsts, durations.sums, chunks.firsts, offsets!.firsts, offsets!.sums];
  const bytes = columns.reduce((sum, { byteLength }) => sum + byteLength, 0) + 16;
  const indexes = new TrackIndexes({ tracks });
  assertEquals(indexes.residentBytes, 0);
  const moov = { digest: tables.moovDigest, bytes: new Uint8Array(2 ** 20), usesIndex: true };
  const { findTables } = indexes.getMovie(track!.file, LARGE);
  assertEquals(findTables({ id: track!.track!, samples: 240_000 }, moov), tables);
  assertEquals(indexes.residentBytes, bytes);
  indexes.release();
  assertEquals(indexes.residentBytes, bytes);
});

Deno.test("TrackIndexes ignore an index whose columns contradict each other, with a warning", async () => {
  const pack = await buildPackage();
  const [track] = pack.tracks;
  const index = parseIndex(track!.index!)!;
  const { samples, tables } = index;
  const { chunks } = tables;
  const descriptions = { descriptions: [0, 0], descriptionFirsts: [0, 3.5] };
  const forgeries: Partial<TrackIndex>[] = [
    { samples: samples.with(3, samples[3]! + 0.5) },
    { tables: { ...tables, chunks: { ...chunks, ...descriptions } } },
    { tables: { ...tables, chunks: { ...chunks, firsts: chunks.firsts.toReversed() } } },
  ];
  for (const forgery of forgeries) {
    const forged = formatIndex({ ...index, ...forgery });
    const presentation = await openWith(pack, [{ ...track!, index: forged }]);
    assertEquals(presentation.warnings.length, 1);
    assertMatch(
      presentation.warnings[0]!,
      /^movie\.mp4: the index of \S+ in the package is of anoth/,
    );
    const [video] = presentation.renditions.values();
    planCmafSegment(video as MediaRendition, 2, CLEAR);
  }
});
