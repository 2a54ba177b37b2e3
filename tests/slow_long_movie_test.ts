/** A packaged movie of ten hours on a source with latency: few reads of few bytes. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { planCmafSegment } from "../lib/cmaf/segment.ts";
import { buildMpd } from "../lib/dash/mpd.ts";
import { measureBandwidths } from "../lib/hls/stored_bandwidths.ts";
import { buildMediaPlaylist } from "../lib/hls/media_playlist.ts";
import { PAGE_SIZE, withPages } from "../lib/mp4/samples/pages.ts";
import { formatPackage, type Package, parsePackage } from "../lib/package/package.ts";
import { formatIndex, parseIndex } from "../lib/package/index_text.ts";
import type { TrackIndex } from "../lib/package/track_index.ts";
import type { StoredMoov } from "../lib/mp4/samples/checkpoints.ts";
import type { MediaRendition, Presentation } from "../lib/presentation/presentation.ts";
import { toPackage } from "../lib/presentation/to_package.ts";
import type { Source } from "../lib/storage/source.ts";
import { buildLongFile } from "./long_movie.ts";
import { MemoryStorage } from "./memory_storage.ts";
import { openInputs, openPackage } from "./open_presentation.ts";
import { serveFiles } from "./serve_files.ts";
import { LocalFiles } from "./test_files.ts";
import { CLEAR } from "./clear_protection.ts";

const { source: FAST, reads } = buildLongFile({ thumbnails: true });
const SLOW: Source = {
  ...FAST,
  synchronous: false,
  async read(offset, into) {
    await Promise.resolve();
    FAST.read(offset, into);
  },
};

const openBare = (source: Source) =>
  openInputs([{ file: "long.mp4", language: "und" }], {
    ...{ segmentDuration: 4, open: () => source, maxProbes: 0 },
  });

const PRESENTATION = await openBare(FAST);
const PACKAGE_TEXT = formatPackage(
  toPackage(PRESENTATION, { bandwidths: measureBandwidths(PRESENTATION) }),
);
const PACKAGE: Package = parsePackage(PACKAGE_TEXT);
const WITHOUT_INDEX = formatPackage({
  ...PACKAGE,
  tracks: PACKAGE.tracks.map(({ index: _, ...track }) => track),
});

function sumReads(): number {
  return reads.reduce((sum, [, size]) => sum + size, 0);
}

function getMedia({ renditions }: Presentation): MediaRendition[] {
  return [...renditions.values()] as MediaRendition[];
}

function listResults(presentation: Presentation): unknown {
  return [presentation.version, buildMpd(presentation)].concat(
    getMedia(presentation).map((rendition) => buildMediaPlaylist(presentation, rendition, "fmp4")),
  );
}

Deno.test("openPackage() reads little of a movie of ten hours on a slow source", async () => {
  reads.length = 0;
  const presentation = await openPackage(PACKAGE, () => SLOW);
  const results = listResults(presentation);
  const bytes = sumReads() + PACKAGE_TEXT.length;
  assertLess(bytes, 1e6, `${bytes} bytes, of which ${PACKAGE_TEXT.length} of the package`);
  assert(reads.length + 1 <= 8, JSON.stringify(reads)); // one for the package
  assertEquals(results, listResults(PRESENTATION));
  assertEquals(presentation.warnings, PRESENTATION.warnings);
});

Deno.test("planCmafSegment() reads few pages of a movie of ten hours on a slow source", async () => {
  const presentation = await openPackage(PACKAGE, () => SLOW);
  for (const [i, rendition] of getMedia(presentation).entries()) {
    const expected = getMedia(PRESENTATION)[i]!;
    for (const index of [5000, 0, 8999, 77, 78, 4321]) {
      reads.length = 0;
      const { header, ranges } = await withPages(() => planCmafSegment(rendition, index, CLEAR));
      const bytes = sumReads();
      assertLess(bytes, 256 * 1024, `${rendition.name} ${index}: ${JSON.stringify(reads)}`);
      const plan = planCmafSegment(expected, index, CLEAR);
      assertEquals(header, plan.header);
      assertEquals(
        ranges.map(({ offset, size }) => [offset, size]),
        plan.ranges.map(({ offset, size }) => [offset, size]),
      );
    }
  }
  assertLess(presentation.residentBytes(), 3e6);
});

Deno.test("openInputs() reads each page of a movie of ten hours on a slow source once", async () => {
  reads.length = 0;
  const presentation = await openBare(SLOW);
  assertEquals(listResults(presentation), listResults(PRESENTATION));
  assertLess(sumReads(), 20e6);
  assertLess(presentation.residentBytes(), 3e6);
});

Deno.test("openPackage() detects other media and another moov on a slow source", async () => {
  const changeBytes = (from: number): Source => ({
    ...SLOW,
    async read(offset, into) {
      await SLOW.read(offset, into);
      for (let i = Math.max(0, from - offset); i < into.length; i++) into[i]! ^= 1;
    },
  });
  const media = await openPackage(PACKAGE, () => changeBytes(20_000_000));
  assert(media.version !== PRESENTATION.version);
  assertEquals(media.version, (await openBare(changeBytes(20_000_000))).version);
  const movie: Source = {
    ...SLOW,
    async read(offset, into) {
      await SLOW.read(offset, into);
      if (offset <= 24 && offset + into.length > 24) into[24 - offset]! ^= 1; // modification time
    },
  };
  const other = await openPackage(PACKAGE, () => movie);
  assertEquals(other.warnings.length, PRESENTATION.warnings.length + PACKAGE.tracks.length);
  assertEquals(listResults(other), listResults(PRESENTATION));
});

const BYTES = new Uint8Array(FAST.size);
FAST.read(0, BYTES);

/** Writes the movie, `long.mp4`, and its package, `long.json`. */
function write<Files extends MemoryStorage | LocalFiles>(files: Files, text = PACKAGE_TEXT): Files {
  files.write("long.mp4", BYTES);
  files.write("long.json", text);
  return files;
}

const RENDITION_MANIFESTS = ["m3u8", "ts.m3u8", "iframes.m3u8", "ts.iframes.m3u8"];

const MANIFESTS = [".mpd", "wvtt.mpd", ".m3u8", "ts.m3u8", "Manifest", "about.json"].concat(
  getMedia(PRESENTATION).flatMap(({ type, name }) =>
    RENDITION_MANIFESTS.filter((suffix) => type === "video" || !suffix.includes("iframes"))
      .map((suffix) => `${name}.${suffix}`)
  ),
);

Deno.test("handle() serves each manifest of a packaged movie of ten hours with few reads", async () => {
  using expected = serveFiles(write(new LocalFiles(), WITHOUT_INDEX));
  const storage = write(new MemoryStorage());
  for (const manifest of MANIFESTS) {
    storage.requests.length = 0;
    using server = serveFiles(storage);
    const response = await server.get(`/long.json/${manifest}`);
    const reads = storage.requests.filter(({ kind }) => kind === "read");
    assert(reads.length <= 8, `${manifest}: ${JSON.stringify(reads)}`);
    assertLess(storage.bytesRead, 1e6, manifest);
    assertEquals(response[0], 200);
    assertEquals(response, await expected.get(`/long.json/${manifest}`), manifest);
  }
});

Deno.test("handle() serves the same from a movie of ten hours on slow and fast storage", async () => {
  using slow = serveFiles(write(new MemoryStorage()));
  using fast = serveFiles(write(new LocalFiles()));
  const { version } = PRESENTATION;
  for (const asset of ["/long.json", "/long.mp4"]) {
    const urls = [...MANIFESTS];
    for (const { name, timeline: { times } } of getMedia(PRESENTATION)) {
      const [middle, last] = [times[Math.floor(times.length / 2)]!, times.at(-2)!];
      urls.push(`${version}/${name}/init.mp4`);
      urls.push(...[middle, last].flatMap((time) => [
        `${version}/${name}/${time}.m4s`,
        `${version}/${name}/${time}.ts`,
        `${version}/${name}/${time}.jpg`,
        `${version}/${name}/${time}.iframe.m4s`,
        `${version}/${name}/${time}.iframe.ts`,
      ]));
    }
    for (const url of urls) {
      const response = await slow.get(`${asset}/${url}`);
      assert(response[0] < 500, url);
      assertEquals(response, await fast.get(`${asset}/${url}`), `${asset}/${url}`);
    }
  }
});

Deno.test("handle() generates slices of a segment whose rows are released while its samples are read", async () => {
  const storage = write(new MemoryStorage());
  using server = serveFiles(storage, {
    maxWhole: 2 ** 20,
    maxBuffered: 2 ** 20,
    maxInFlight: 100,
    sliceSize: 1000,
  });
  using expected = serveFiles(write(new LocalFiles()));
  const [{ name, timeline: { times } }] = getMedia(PRESENTATION) as [MediaRendition];
  const toUrl = (index: number) => `/long.json/${PRESENTATION.version}/${name}/${times[index]!}.ts`;
  const plan = async (url: string) =>
    assertEquals((await server.get(url, { "if-none-match": "*" }))[0], 304);
  const url = toUrl(5);
  await plan(url);
  const { promise, resolve } = Promise.withResolvers<void>();
  storage.hold = ({ size }) => size < PAGE_SIZE ? promise : undefined;
  const response = server.get(url);
  for (let i = 0; i < 40; i++) await plan(toUrl(1000 + 200 * i));
  resolve();
  assertEquals(await response, await expected.get(url));
});

const OLDER: Record<string, (index: TrackIndex) => TrackIndex> = {
  "the first index": ({ tables, segmentationId, times, samples, ...index }) => {
    const { firstSampleTimes, totals, headers } = index;
    return { tables, segmentationId, times, samples, firstSampleTimes, totals, headers };
  },
  "an index with moov but without a digest of its rows": ({
    track: _track,
    syncs: _syncs,
    bandwidths: _bandwidths,
    moov,
    ...index
  }) => {
    const { checks: _checks, ...older } = moov ?? {};
    return { ...index, ...moov && { moov: older as StoredMoov } };
  },
};

for (const [description, toOlder] of Object.entries(OLDER)) {
  Deno.test(`handle() serves the same with a package that has ${description}`, async () => {
    const tracks = PACKAGE.tracks.map((track) => {
      return { ...track, index: formatIndex(toOlder(parseIndex(track.index!)!)) };
    });
    const text = formatPackage({ ...PACKAGE, tracks });
    assertLess(text.length, PACKAGE_TEXT.length);
    using expected = serveFiles(write(new LocalFiles()));
    using fast = serveFiles(write(new LocalFiles(), text));
    using slow = serveFiles(write(new MemoryStorage(), text));
    for (const manifest of MANIFESTS) {
      const response = await expected.get(`/long.json/${manifest}`);
      assertEquals(await fast.get(`/long.json/${manifest}`), response, manifest);
      assertEquals(await slow.get(`/long.json/${manifest}`), response, manifest);
    }
  });
}

for (const first of [-100_000, -1, 1, 1e15]) {
  Deno.test(`a forged index whose chunks start at ${first} is ignored on any source`, async () => {
    const tracks = PACKAGE.tracks.map((track) => {
      const index = parseIndex(track.index!)!;
      index.tables.chunks.firsts.fill(first);
      return { ...track, index: formatIndex(index) };
    });
    for (const source of [FAST, SLOW]) {
      const presentation = await openPackage({ ...PACKAGE, tracks }, () => source);
      const ignored = presentation.warnings.filter((text) => text.includes("the index of"));
      assertEquals(ignored.length, tracks.length);
      for (const [i, rendition] of getMedia(presentation).entries()) {
        const last = rendition.timeline.bytes.length - 1;
        for (const index of [0, last]) {
          const { ranges } = await withPages(() => planCmafSegment(rendition, index, CLEAR));
          const expected = await planCmafSegment(getMedia(PRESENTATION)[i]!, index, CLEAR);
          assertEquals(
            ranges.map(({ offset }) => offset),
            expected.ranges.map(({ offset }) => offset),
          );
        }
      }
    }
  });
}
