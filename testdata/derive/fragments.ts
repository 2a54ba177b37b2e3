/** Rewrites movie fragments (14496-12 §8.8) into equivalent ones. */

import { ByteReader } from "../../lib/bytes.ts";
import { type Box, buildBody, createBox } from "./boxes.ts";

/** Flags of trun: data offset, flags of the first sample, sizes and composition offsets. */
const FLAGS = 0xa05;
const FIRST_SAMPLE_FLAGS = 4;

/**
 * Splits a run into runs of at most `count` samples. Each declares a data offset: without one, ffmpeg 5.1 reads data from
 * the start of the moof instead of the end of the previous run.
 */
export function splitRuns(trun: Box, count: number): Box[] {
  const r = new ByteReader(trun.body);
  if (r.u32() !== FLAGS) throw new Error("Cannot read this trun");
  const samples = r.u32();
  let offset = r.i32();
  const firstFlags = r.u32();
  const runs: Box[] = [];
  for (let first = 0; first < samples; first += count) {
    const rows = Array.from({ length: Math.min(count, samples - first) }, () => [r.u32(), r.u32()]);
    runs.push(createBox(
      "trun",
      buildBody((w) => {
        w.u32(first ? FLAGS - FIRST_SAMPLE_FLAGS : FLAGS);
        w.u32(rows.length);
        w.i32(offset);
        if (!first) w.u32(firstFlags);
        for (const value of rows.flat()) w.u32(value);
      }),
    ));
    offset += rows.reduce((sum, [size]) => sum + size!, 0);
  }
  return runs;
}

/** Moves equal defaults of duration and flags from every tfhd to the trex. */
export function moveDefaultsToTrex(trex: Box, tfhds: readonly Box[]): void {
  const defaults = tfhds.map(readDefaults);
  const [duration, , flags] = defaults[0]!;
  if (defaults.some(([d, , f]) => d !== duration || f !== flags)) {
    throw new Error("Cannot move defaults that differ");
  }
  trex.body = buildBody((w) => {
    w.bytes(trex.body.subarray(0, 12)); // version, track, description
    w.u32(duration!);
    w.u32(0); // every run declares its sizes
    w.u32(flags!);
  });
  for (const tfhd of tfhds) {
    tfhd.body = buildBody((w) => {
      w.u32(0x020000); // default-base-is-moof
      w.bytes(tfhd.body.subarray(4, 8));
    });
  }
}

function readDefaults({ body }: Box): number[] {
  const r = new ByteReader(body);
  if (r.u32() !== 0x020038) throw new Error("Cannot read this tfhd");
  r.skip(4);
  return [r.u32(), r.u32(), r.u32()];
}
