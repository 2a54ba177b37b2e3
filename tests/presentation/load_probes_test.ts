import { assert, assertEquals } from "@std/assert";
import type { Source } from "../../lib/storage/source.ts";
import { openInputs } from "../open_presentation.ts";
import { readTestdata } from "../test_files.ts";
import { memorySource } from "../mp4/movie_file.ts";

interface Place {
  readonly offset: number;
  readonly size: number;
}

/** A source that reads slowly, and records what is read after the first load of several ranges: that of a moov at the end is one. */
function createSlowSource(name: string) {
  const { source } = memorySource(readTestdata(name), name);
  const loads: Place[][] = [];
  const reads: Place[] = [];
  const slow: Source = {
    ...source,
    synchronous: false,
    async read(offset, into) {
      await Promise.resolve();
      if (loads.length > 0) reads.push({ offset, size: into.length });
      source.read(offset, into);
    },
    load: (ranges) => {
      if (ranges.length > 1) loads.push([...ranges]);
      return Promise.resolve();
    },
  };
  return { slow, loads, reads };
}

const FILES: [file: string, maxProbes: number | undefined][] = [
  ["pair-avc-aac.mp4", 16],
  ["ladder-avc-240p.mp4", 16],
  ["ladder-avc-240p.mp4", undefined],
  ["test-hevc-hvc1.mp4", 16],
  ["tone-aac-mono.m4a", 16],
];

for (const [file, maxProbes] of FILES) {
  Deno.test(`loadProbes() loads what the build of ${file} reads at once, at most ${maxProbes} probes`, async () => {
    const { slow, loads, reads } = createSlowSource(file);
    const presentation = await openInputs([{ file }], {
      segmentDuration: 2,
      open: () => slow,
      ...maxProbes !== undefined && { maxProbes },
    });
    const [loaded] = loads;
    assert(loaded && reads.length >= 16);
    const isLoaded = ({ offset, size }: Place) =>
      loaded.some((it) => it.offset <= offset && offset + size <= it.offset + it.size);
    assertEquals(reads.filter((read) => !isLoaded(read)), []);
    presentation.close();
  });
}
