import { assert, assertEquals } from "@std/assert";
import { type Package, type PackageTrack } from "../../lib/package/package.ts";
import { formatIndex, parseIndex } from "../../lib/package/index_text.ts";
import type { TrackIndex } from "../../lib/package/track_index.ts";
import { openInputs, openPackage } from "../open_presentation.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import type { Source } from "../../lib/storage/source.ts";
import { sampleDescriptions, syntheticMovie } from "../robustness/synthetic_movie.ts";
import {
  ascii,
  concat,
  fullBox,
  memorySource,
  moov,
  stbl,
  stsd,
  table,
  trak,
  u32,
} from "../mp4/movie_file.ts";
import {
  buildPackage,
  buildSizes,
  collectResults,
  createOpener,
  FRAMES,
  opus,
  SOURCES,
  withoutIndex,
} from "./indexed_movies.ts";

Deno.test("openPackage() gives equal results with the index of long tracks, and reads less of their tables", async () => {
  const pack = await buildPackage();
  assertEquals(pack.tracks.filter(({ index }) => index).length, 3);
  const [plain, indexed] = [createOpener(), createOpener()];
  const whole = await openPackage(withoutIndex(pack), plain.open);
  const quick = await openPackage(pack, indexed.open);
  for (const file of Object.keys(SOURCES)) {
    const [less, more] = [indexed.read[file]!, plain.read[file]!];
    assert(less < more / 2, `${file}: ${less} bytes of ${more}`);
  }
  assertEquals(quick.warnings, whole.warnings);
  assertEquals(collectResults(quick), collectResults(whole));
  assertEquals(toPackage(quick), toPackage(whole));
});

/** Warning about an unusable index. */
const INDEX_WARNING =
  /^\S+: the index of \S+ in the package is of another file, track or segment duration: /;

async function checkRejected(pack: Package, refused: number, sources = SOURCES): Promise<void> {
  const { open } = createOpener(sources);
  const whole = await openPackage(withoutIndex(pack), open);
  const careful = await openPackage(pack, open);
  const warned = careful.warnings.filter((warning) => INDEX_WARNING.test(warning));
  assertEquals(warned.length, refused);
  assertEquals(careful.warnings.filter((warning) => !INDEX_WARNING.test(warning)), whole.warnings);
  assertEquals(collectResults(careful), collectResults(whole));
}

Deno.test("openPackage() warns of an index of another segment duration, and reads the tables", async () => {
  await checkRejected({ ...await buildPackage(), segmentDuration: 6 }, 3);
});

Deno.test("openPackage() warns of an index of another file, and reads the tables", async () => {
  const pack = await buildPackage();
  const longer = { ...SOURCES["audio.mp4"]!, size: 2 ** 30 + 1 };
  await checkRejected(pack, 1, { ...SOURCES, "audio.mp4": longer });
  const movie = SOURCES["movie.mp4"]!;
  const last = movie.size - 60_000 * 1000 - 1; // of the offsets of chunks
  const other: Source = {
    ...movie,
    read(offset, into) {
      movie.read(offset, into);
      if (offset <= last && last < offset + into.length) into[last - offset]!--;
    },
  };
  await checkRejected(pack, 2, { ...SOURCES, "movie.mp4": other });
});

Deno.test("openPackage() warns of an index of another track of the file, and reads the tables", async () => {
  const [count, like] = [70_000, "tone-aac-mono.m4a"];
  const tracks = [3, 5].map((divisor) => ({
    like,
    sizes: Array.from({ length: count }, (_, i) => 1 + i % divisor),
    chunks: [[1, count / divisor | 0, 1], [2, 1, 1]] as const,
    offsets: Array.from({ length: count + 1 - (count / divisor | 0) }, (_, i) => i * divisor),
  }));
  const sources = { "audio.mp4": memorySource(syntheticMovie(tracks, 400_000)).source };
  const { open } = createOpener(sources);
  const inputs = [{ file: "audio.mp4" }];
  const pack = toPackage(await openInputs(inputs, { segmentDuration: 8, open }));
  await checkRejected(pack, 0, sources);
  const swapped = pack.tracks.map((track) => ({
    ...omitHints(track),
    track: 3 - track.track!,
  }));
  await checkRejected({ ...pack, tracks: swapped }, 2, sources);
});

function omitHints({ bandwidth: _, averageBandwidth: _average, ...track }: PackageTrack) {
  return track;
}

Deno.test("openPackage() ignores an index that does not fit", async () => {
  const pack = await buildPackage();
  const [track, ...others] = pack.tracks;
  const index = parseIndex(track!.index!)!;
  const { times, samples } = index;
  const none = new Float64Array();
  const forgeries: Partial<TrackIndex>[] = [
    { samples: samples.with(3, samples[2]!) },
    { samples: samples.with(samples.length - 1, samples.at(-1)! + 1) },
    { samples: samples.with(0, 1) },
    { times: times.with(1, NaN) },
    { times: times.subarray(1) },
    { totals: index.totals.subarray(1) },
    { syncs: { ...index.syncs!, samples: index.syncs!.samples.map((sample) => sample + FRAMES) } },
    { decodeTimes: index.decodeTimes!.map((time) => -time) },
    { decodeTimes: index.decodeTimes!.map((time) => 1e12 * time) },
    {
      times: new Float64Array(),
      samples: new Float64Array(),
      firstSampleTimes: new Float64Array(),
    },
    { tables: { ...index.tables, offsets: { ...index.tables.offsets!, firsts: none } } },
    { tables: { ...index.tables, chunks: { ...index.tables.chunks, firsts: none } } },
    { tables: { ...index.tables, chunks: { ...index.tables.chunks, descriptions: [9] } } },
  ];
  for (const forgery of forgeries) {
    const forged = { ...track!, index: formatIndex({ ...index, ...forgery }) };
    const { open } = createOpener();
    const presentation = await openPackage({ ...pack, tracks: [forged, ...others] }, open);
    assertEquals(
      collectResults(presentation),
      collectResults(await openPackage(withoutIndex(pack), open)),
      JSON.stringify(Object.keys(forgery)),
    );
  }
});

const RECORDED = 60_001;
const STILL = 30_000;

/** Frames of 40 ms with a still stretch of a minute in the middle, of which the next frame is decoded at the start. */
function buildLongRecording(): Source {
  const toTime = (frame: number) => 40 * frame + (frame <= STILL ? 40 : 60_040);
  const toFrame = (sample: number) => sample === 0 ? 0 : sample % 2 ? sample + 1 : sample - 1;
  const toDecodeTime = (sample: number) => sample === 0 ? 0 : toTime(sample - 1);
  const samples = Array.from({ length: RECORDED }, (_, i) => i);
  const header = moov(trak({
    timescale: 1000,
    tables: stbl({
      stsd: sampleDescriptions({ like: "test-avc-2997fps.mp4" }),
      stsz: fullBox("stsz", 0, 0, u32(0, RECORDED), buildSizes(RECORDED)),
      stts: table("stts", ...samples.map((i) => [1, toDecodeTime(i + 1) - toDecodeTime(i)])),
      ctts: table("ctts", ...samples.map((i) => [1, toTime(toFrame(i)) - toDecodeTime(i)])),
      stss: table("stss", ...samples.filter((i) => i % 50 === 0).map((i) => [i + 1])),
      stsc: table("stsc", [1, RECORDED, 1]),
      stco: table("stco", [10_000_000]),
    }),
  }));
  return {
    ...memorySource(concat(header, u32(0), ascii("mdat")), "recording.mp4").source,
    size: 2 ** 30,
  };
}

Deno.test("openPackage() takes derived decode times from the index, without a scan", async () => {
  const sources = { "recording.mp4": buildLongRecording() };
  const { open } = createOpener(sources);
  const inputs = [{ file: "recording.mp4", language: "eng" }];
  const pack = toPackage(await openInputs(inputs, { segmentDuration: 8, open, maxProbes: 0 }));
  const [track] = pack.tracks;
  const index = parseIndex(track!.index!)!;
  assertEquals([...index.retiming!.samples], [STILL + 1]);
  const old = { ...track!, index: formatIndex({ ...index, retiming: undefined }) };
  const openWith = async (tracks: Package["tracks"]) => {
    const { open, read } = createOpener(sources);
    const presentation = await openPackage({ ...pack, tracks }, open);
    return { ...collectResults(presentation) as object, warnings: presentation.warnings, read };
  };
  const { read: all, ...plain } = await openWith(withoutIndex(pack).tracks);
  const whole = { ...plain, warnings: [] }; // key frames are far apart, of which amspackager warns
  const { read: some, ...older } = await openWith([old]);
  const { read: few, ...quick } = await openWith([...pack.tracks]);
  assertEquals(older, whole);
  assertEquals(quick, whole);
  const [allBytes, someBytes, fewBytes] = [all, some, few].map((read) => read["recording.mp4"]!);
  assert(
    fewBytes! < someBytes! / 2 && someBytes! < allBytes!,
    `${[allBytes, someBytes, fewBytes]}`,
  );
  const { samples, shifts } = index.retiming!;
  const forgeries = [
    { ...index.retiming!, samples: samples.with(0, RECORDED + 1) },
    { ...index.retiming!, shifts: shifts.map((shift) => 2 * shift) },
  ];
  for (const retiming of forgeries) {
    const forgedTrack = { ...track!, index: formatIndex({ ...index, retiming }) };
    const { read: _, ...forged } = await openWith([forgedTrack]);
    assertEquals(forged, whole);
  }
});

Deno.test("openPackage() warns of an index that is damaged or of another version", async () => {
  const pack = await buildPackage();
  const [track, ...others] = pack.tracks;
  const { index } = track!;
  const changed = `${index!.slice(0, 40)}${index![40] === "A" ? "B" : "A"}${index!.slice(41)}`;
  for (const index of [changed, "0123456789abcdefAAAA"]) {
    await checkRejected({ ...pack, tracks: [{ ...track!, index }, ...others] }, 1);
  }
});

Deno.test("toPackage() writes indexes without sync samples where they would be long", async () => {
  const inputs = [{ file: "movie.mp4" }, { file: "audio.mp4" }];
  const { open } = createOpener();
  const presentation = await openInputs(inputs, { segmentDuration: 8, open, maxProbes: 0 });
  const parse = (pack: Package) => pack.tracks.map(({ index }) => parseIndex(index!)!);
  const [full, short] = [{}, { maxIndexLength: 1000 }].map((options) =>
    parse(toPackage(presentation, options))
  );
  assert(full!.some(({ syncs }) => syncs));
  assertEquals(short, full!.map(({ syncs: _, ...index }) => index));
});

Deno.test("toPackage() writes an index of small tables", async () => {
  const { open } = createOpener({ "short.mp4": buildShortMovie() });
  const presentation = await openInputs([{ file: "short.mp4" }], { segmentDuration: 2, open });
  const [index, ...others] = toPackage(presentation).tracks.map(({ index }) => parseIndex(index!)!);
  assertEquals(others, []);
  assertEquals(index!.moov?.offset, 8);
});

function buildShortMovie(): Source {
  const header = moov(trak({ handler: "soun", tables: stbl({ stsd: stsd(opus()) }) }));
  return memorySource(concat(header, new Uint8Array(1000))).source;
}
