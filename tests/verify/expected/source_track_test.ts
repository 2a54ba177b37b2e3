import { assertEquals } from "@std/assert";
import { avc } from "../../../lib/codecs/avc.ts";
import type { Movie } from "../../../lib/mp4/movie.ts";
import { IS_NON_SYNC } from "../../../lib/mp4/samples/sample_table.ts";
import type { MediaRendition } from "../../../lib/presentation/presentation.ts";
import { getSourceSample, SourceTrack } from "../../../lib/verify/expected/source_track.ts";
import { buildTrack, MOVIE_TIMESCALE, SOURCE } from "../../presentation/synthetic_track.ts";

const NO_OFFSET = { ticks: 0, timescale: 1 };

const SIZES = [3, 2, 4, 1];

/** Samples of SIZES; there is a gap in the file before the third one. The last one is not served. */
function openSourceTrack(): { track: SourceTrack; reads: [offset: number, size: number][] } {
  const columns = { durations: 40, count: 4, sizes: SIZES, secondDescription: 2 };
  const track = buildTrack(columns, 1000, [{ duration: 0, mediaTime: 0, rate: 1 }]);
  const readSamples = (first: number, end: number) => {
    const samples = track.samples.readSamples(first, end);
    return { ...samples, offsets: Float64Array.of(1000, 1003, 2000, 2004).subarray(first, end) };
  };
  const own = { ...track, id: 7, samples: { ...track.samples, readSamples } };
  const reads: [offset: number, size: number][] = [];
  const source = {
    ...SOURCE,
    read: (offset: number, into: Uint8Array) => {
      reads.push([offset, into.length]);
      return SOURCE.read(offset, into);
    },
  };
  const timing = { first: 0, end: 3, timescale: 2000 };
  const rendition = { track: { id: 7 }, timing, source, type: "video", codec: avc };
  const movie = { timescale: MOVIE_TIMESCALE, tracks: [track, own] };
  return {
    track: new SourceTrack(
      rendition as unknown as MediaRendition,
      movie as unknown as Movie,
      NO_OFFSET,
    ),
    reads,
  };
}

Deno.test("SourceTrack.samples() returns times in the rendition's timescale", async () => {
  const samples = await openSourceTrack().track.readSamples(1, 3);
  assertEquals([samples.first, samples.count, [...samples.sizes]], [1, 2, [2, 4]]);
  assertEquals([[...samples.durations], [...samples.decodeTimes]], [[80, 80], [80, 160]]);
  assertEquals([[...samples.presentationTimes], [...samples.descriptions]], [[80, 160], [0, 1]]);
});

Deno.test("SourceTrack.samples() reads adjacent samples at once", async () => {
  const { track, reads } = openSourceTrack();
  const samples = await track.readSamples(0, 3);
  assertEquals(reads, [[1000, 5], [2000, 4]]);
  assertEquals([...samples.byteOffsets], [0, 3, 5, 9]);
  const first = 2000 % 251; // each byte of SOURCE is its offset modulo 251
  assertEquals([...getSourceSample(samples, 2)], [first, first + 1, first + 2, first + 3]);
});

const ends: [first: number, bytes: number, extra: number, end: number][] = [
  ...[[0, 3, 0, 1], [0, 4, 0, 2], [0, 4, 1, 3], [1, 1, 0, 2], [2, 99, 5, 3], [1, 0, 1, 2]],
] as [number, number, number, number][];

for (const [first, bytes, extra, end] of ends) {
  Deno.test(`SourceTrack.findEnd() of ${bytes} bytes and ${extra} samples from ${first} on`, () => {
    assertEquals(openSourceTrack().track.findEnd(first, bytes, extra), end);
  });
}

Deno.test("SourceTrack reads the samples of several edits, and hides sync samples that no segment starts with", async () => {
  const edits = [
    { duration: 40, mediaTime: 0, rate: 1 },
    { duration: 120, mediaTime: 180, rate: 1 },
  ];
  const columns = {
    durations: 40,
    count: 8,
    compositionOffsets: [40, -40, 0, 0, 40, -40, 0, 0],
    syncs: [0, 4], // an open GOP: a frame that is presented before the second sync sample is behind it
  };
  const track = buildTrack(columns, 1000, edits);
  const rendition = {
    ...{ track, source: SOURCE, type: "video", codec: avc },
    timing: { first: 0, end: 10, timescale: 10_000 },
  };
  const source = new SourceTrack(
    rendition as unknown as MediaRendition,
    { timescale: MOVIE_TIMESCALE, tracks: [track] } as unknown as Movie,
    NO_OFFSET,
  );
  const samples = await source.readSamples(0, 99);
  assertEquals([source.end, samples.count], [10, 10]);
  const syncs = [...samples.flags].map((flags) => (flags & IS_NON_SYNC) === 0);
  assertEquals(syncs.flatMap((isSync, row) => isSync ? [row] : []), [0, 2]);
  const starts = [...samples.byteOffsets.subarray(0, 10)];
  assertEquals(starts, Array.from({ length: 10 }, (_, row) => 100 * row));
  assertEquals(samples.bytes[200], 1000 % 251); // the first sample again
  assertEquals(source.listPresentedDurations(samples).length, 4);
});
