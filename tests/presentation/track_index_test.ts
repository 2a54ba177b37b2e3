import { assert, assertEquals } from "@std/assert";
import { buildMpd } from "../../lib/dash/mpd.ts";
import { buildMediaPlaylist } from "../../lib/hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import { formatPackage, type Package, parsePackage } from "../../lib/package/package.ts";
import { formatIndex, parseIndex, type TrackIndex } from "../../lib/package/track_index.ts";
import { openInputs, openPackage } from "../../lib/presentation/open.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { computeSegmentBytes } from "../../lib/presentation/segment_bytes.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { syntheticMovie } from "../../lib/ams/warm_up.ts";
import type { Source } from "../../lib/storage/source.ts";
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

/** Of a sound whose sizes alone take more than a head may have that is read whole. */
const FRAMES = 240_000;

/** A sample entry. */
function opus(): Uint8Array {
  const dOps = box("dOps", u8(0, 2), u16(312), u32(48000), u16(0), u8(0));
  return box("Opus", u16(0, 0, 0, 1), u32(0, 0), u16(2, 16, 0, 0), u32(48000 * 65536), dOps);
}

/** With many runs of durations and of chunks, and two descriptions. */
function sound(): Source {
  const rows = Array.from({ length: FRAMES / 3 }, (_, i) => i);
  const head = moov(trak({
    handler: "soun",
    timescale: 48000,
    tables: stbl({
      stsd: stsd(opus(), opus()),
      stsz: fullBox("stsz", 0, 0, u32(0, FRAMES), sizes()),
      stts: table("stts", ...rows.map((i) => [3, 960 + i % 2])),
      stsc: table("stsc", ...rows.map((i) => [i + 1, 3, i < 50_000 ? 1 : 2])),
      stco: table("stco", ...rows.map((i) => [1000 + 300 * i])),
    }),
  }));
  return {
    ...memorySource(concat(head, u32(0), ascii("mdat")), "sound.mp4").source,
    size: 2 ** 30,
  };
}

function sizes(): Uint8Array {
  const rows = new DataView(new ArrayBuffer(4 * FRAMES));
  for (let i = 0; i < FRAMES; i++) rows.setUint32(4 * i, 20 + (i * 37) % 80);
  return new Uint8Array(rows.buffer);
}

const SOURCES: Record<string, Source> = { "film.mp4": syntheticMovie(), "sound.mp4": sound() };

/** How many bytes are read of each file. */
function opener(sources = SOURCES) {
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

async function packaged(segmentDuration = 8): Promise<Package> {
  const inputs = [{ file: "film.mp4" }, { file: "film.mp4" }, { file: "sound.mp4" }];
  const { open } = opener();
  const presentation = await openInputs(inputs, { segmentDuration, open, maxProbes: 0 });
  return parsePackage(formatPackage(toPackage(presentation)));
}

function withoutIndex(pack: Package): Package {
  return { ...pack, tracks: pack.tracks.map(({ index: _, ...track }) => track) };
}

/** All that an index is used for, and what is made of it. */
function answers(presentation: Presentation): unknown {
  const renditions = [...presentation.renditions.values()] as MediaRendition[];
  return {
    version: presentation.version,
    mpd: buildMpd(presentation),
    hls: buildMultivariantPlaylist(presentation, "fmp4"),
    renditions: renditions.map((rendition) => ({
      playlist: buildMediaPlaylist(presentation, rendition, "fmp4"),
      stream: rendition.type === "video" && buildMediaPlaylist(presentation, rendition, "ts"),
      timeline: rendition.timeline,
      bytes: computeSegmentBytes(rendition),
      segments: [0, 1, 30, 77, rendition.timeline.firstSampleTimes.length - 1].map((index) => {
        const { header, ranges } = planCmafSegment(rendition, index);
        return [header, ranges.map(({ offset, size }) => [offset, size])];
      }),
    })),
  };
}

Deno.test("openPackage() gives the same with the index of long tracks, and reads little of their tables", async () => {
  const pack = await packaged();
  assertEquals(pack.tracks.filter(({ index }) => index).length, 3);
  const [plain, indexed] = [opener(), opener()];
  const whole = await openPackage(withoutIndex(pack), plain.open);
  const quick = await openPackage(pack, indexed.open);
  for (const file of Object.keys(SOURCES)) {
    const [less, more] = [indexed.read[file]!, plain.read[file]!];
    assert(less < more / 2, `${file}: ${less} bytes of ${more}`);
  }
  assertEquals(quick.warnings, whole.warnings);
  assertEquals(answers(quick), answers(whole));
  assertEquals(toPackage(quick), toPackage(whole));
});

/** What is said of an index that is of no use. */
const OF_ANOTHER = /^\S+: the index of \S+ in the package is of another file or segment duration: /;

async function checkRefused(pack: Package, refused: number, sources = SOURCES): Promise<void> {
  const { open } = opener(sources);
  const whole = await openPackage(withoutIndex(pack), open);
  const careful = await openPackage(pack, open);
  const warned = careful.warnings.filter((warning) => OF_ANOTHER.test(warning));
  assertEquals(warned.length, refused);
  assertEquals(careful.warnings.filter((warning) => !OF_ANOTHER.test(warning)), whole.warnings);
  assertEquals(answers(careful), answers(whole));
}

Deno.test("openPackage() says so where an index was cut by another duration, and passes through the tables", async () => {
  await checkRefused({ ...await packaged(), segmentDuration: 6 }, 3);
});

Deno.test("openPackage() says so where an index is of another file, and passes through the tables", async () => {
  const pack = await packaged();
  const longer = { ...SOURCES["sound.mp4"]!, size: 2 ** 30 + 1 };
  await checkRefused(pack, 1, { ...SOURCES, "sound.mp4": longer });
  const film = SOURCES["film.mp4"]!;
  const last = film.size - 60_000 * 1000 - 1; // of the offsets of chunks
  const other: Source = {
    ...film,
    read(offset, into) {
      film.read(offset, into);
      if (offset <= last && last < offset + into.length) into[last - offset]!--;
    },
  };
  await checkRefused(pack, 2, { ...SOURCES, "film.mp4": other });
});

Deno.test("openPackage() believes no index that could not be", async () => {
  const pack = await packaged();
  const [track, ...others] = pack.tracks;
  const index = parseIndex(track!.index!)!;
  const { times, samples } = index;
  const none = new Float64Array();
  const lies: Partial<TrackIndex>[] = [
    { samples: samples.with(3, samples[2]!) },
    { samples: samples.with(samples.length - 1, samples.at(-1)! + 1) },
    { samples: samples.with(0, 1) },
    { times: times.with(1, NaN) },
    { times: times.subarray(1) },
    { totals: index.totals.subarray(1) },
    {
      times: new Float64Array(),
      samples: new Float64Array(),
      firstSampleTimes: new Float64Array(),
    },
    { tables: { ...index.tables, offsets: { ...index.tables.offsets!, firsts: none } } },
    { tables: { ...index.tables, chunks: { ...index.tables.chunks, firsts: none } } },
  ];
  for (const lie of lies) {
    const forged = { ...track!, index: formatIndex({ ...index, ...lie }) };
    const { open } = opener();
    const presentation = await openPackage({ ...pack, tracks: [forged, ...others] }, open);
    assertEquals(
      answers(presentation),
      answers(await openPackage(withoutIndex(pack), open)),
      JSON.stringify(Object.keys(lie)),
    );
  }
});

Deno.test("openPackage() says so where an index is no index, or one of another version", async () => {
  const pack = await packaged();
  const [track, ...others] = pack.tracks;
  const { index } = track!;
  const changed = `${index!.slice(0, 40)}${index![40] === "A" ? "B" : "A"}${index!.slice(41)}`;
  for (const index of [changed, "0123456789abcdefAAAA"]) {
    await checkRefused({ ...pack, tracks: [{ ...track!, index }, ...others] }, 1);
  }
});

Deno.test("toPackage() says nothing of tables that are read at once", async () => {
  const { open } = opener({ "short.mp4": shortFilm() });
  const presentation = await openInputs([{ file: "short.mp4" }], { segmentDuration: 2, open });
  assertEquals(toPackage(presentation).tracks.map(({ index }) => index), [undefined]);
});

function shortFilm(): Source {
  const head = moov(trak({ handler: "soun", tables: stbl({ stsd: stsd(opus()) }) }));
  return memorySource(concat(head, new Uint8Array(1000))).source;
}
