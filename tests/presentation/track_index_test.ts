import { assert, assertEquals } from "@std/assert";
import { buildMpd } from "../../lib/dash/mpd.ts";
import { buildIframePlaylist } from "../../lib/hls/iframe_playlist.ts";
import { buildMediaPlaylist } from "../../lib/hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import {
  formatPackage,
  type Package,
  type PackageTrack,
  parsePackage,
} from "../../lib/package/package.ts";
import { formatIndex, parseIndex, type TrackIndex } from "../../lib/package/track_index.ts";
import { openInputs, openPackage } from "../open_presentation.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { createWarmUpMovie } from "../../lib/ams/warm_up_movie.ts";
import type { Source } from "../../lib/storage/source.ts";
import { syntheticMovie } from "../robustness/synthetic_movie.ts";
import {
  ascii,
  box,
  concat,
  fullBox,
  memorySource,
  moov,
  stbl,
  stsd,
  table,
  trak,
  u16,
  u32,
  u8,
} from "../mp4/movie_file.ts";

/** Enough frames that their sizes alone exceed a moov that is read as a whole. */
const FRAMES = 240_000;

/** Returns a sample entry of Opus. */
function opus(): Uint8Array {
  const dOps = box("dOps", u8(0, 2), u16(312), u32(48000), u16(0), u8(0));
  return box("Opus", u16(0, 0, 0, 1), u32(0, 0), u16(2, 16, 0, 0), u32(48000 * 65536), dOps);
}

/** Returns an audio file with many runs of durations and of chunks, and two sample descriptions. */
function buildLongAudio(): Source {
  const rows = Array.from({ length: FRAMES / 3 }, (_, i) => i);
  const header = moov(trak({
    handler: "soun",
    timescale: 48000,
    tables: stbl({
      stsd: stsd(opus(), opus()),
      stsz: fullBox("stsz", 0, 0, u32(0, FRAMES), buildSizes()),
      stts: table("stts", ...rows.map((i) => [3, 960 + i % 2])),
      stsc: table("stsc", ...rows.map((i) => [i + 1, 3, i < 50_000 ? 1 : 2])),
      stco: table("stco", ...rows.map((i) => [1000 + 300 * i])),
    }),
  }));
  return {
    ...memorySource(concat(header, u32(0), ascii("mdat")), "audio.mp4").source,
    size: 2 ** 30,
  };
}

function buildSizes(): Uint8Array {
  const rows = new DataView(new ArrayBuffer(4 * FRAMES));
  for (let i = 0; i < FRAMES; i++) rows.setUint32(4 * i, 20 + (i * 37) % 80);
  return new Uint8Array(rows.buffer);
}

const SOURCES: Record<string, Source> = {
  "movie.mp4": createWarmUpMovie(),
  "audio.mp4": buildLongAudio(),
};

/** Returns a function that opens files, and the number of bytes read from each. */
function createOpener(sources = SOURCES) {
  const read: Record<string, number> = {};
  const open = (file: string): Source => {
    const source = sources[file]!;
    return {
      ...source,
      read(offset, into) {
        read[file] = (read[file] ?? 0) + into.length;
        return source.read(offset, into);
      },
    };
  };
  return { open, read };
}

async function buildPackage(segmentDuration = 8): Promise<Package> {
  const inputs = [{ file: "movie.mp4" }, { file: "movie.mp4" }, { file: "audio.mp4" }];
  const { open } = createOpener();
  const presentation = await openInputs(inputs, { segmentDuration, open, maxProbes: 0 });
  return parsePackage(formatPackage(toPackage(presentation)));
}

function withoutIndex(pack: Package): Package {
  return { ...pack, tracks: pack.tracks.map(({ index: _, ...track }) => track) };
}

/** Returns everything that is computed with an index. */
function collectResults(presentation: Presentation): unknown {
  const renditions = [...presentation.renditions.values()] as MediaRendition[];
  return {
    version: presentation.version,
    mpd: buildMpd(presentation),
    hls: buildMultivariantPlaylist(presentation, "fmp4"),
    renditions: renditions.map((rendition) => ({
      playlist: buildMediaPlaylist(presentation, rendition, "fmp4"),
      iframes: rendition.type === "video" && buildIframePlaylist(presentation, rendition, "fmp4"),
      stream: rendition.type === "video" && buildMediaPlaylist(presentation, rendition, "ts"),
      timeline: rendition.timeline,
      segments: [0, 1, 30, 77, rendition.timeline.firstSampleTimes.length - 1].map((index) => {
        const { header, ranges } = planCmafSegment(rendition, index);
        return [header, ranges.map(({ offset, size }) => [offset, size])];
      }),
    })),
  };
}

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

Deno.test("toPackage() writes no index of small tables", async () => {
  const { open } = createOpener({ "short.mp4": buildShortMovie() });
  const presentation = await openInputs([{ file: "short.mp4" }], { segmentDuration: 2, open });
  assertEquals(toPackage(presentation).tracks.map(({ index }) => index), [undefined]);
});

function buildShortMovie(): Source {
  const header = moov(trak({ handler: "soun", tables: stbl({ stsd: stsd(opus()) }) }));
  return memorySource(concat(header, new Uint8Array(1000))).source;
}
