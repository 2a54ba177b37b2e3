import { assertEquals } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import {
  getDataSize,
  getMdatHeaderSize,
  getMoofSize,
  mdatHeader,
  moof,
  styp,
} from "../../lib/mp4/moof.ts";
import type { FragmentRun } from "../../lib/mp4/moof.ts";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../lib/mp4/samples/sample_table.ts";

function run(
  columns: Partial<Record<keyof FragmentRun, number[]>>,
  time = 0,
  description = 1,
): FragmentRun {
  const { sizes = [10, 20, 30], durations = [5, 5, 5], compositionOffsets = [0, 0, 0] } = columns;
  return {
    descriptionIndex: description,
    time,
    sizes: Uint32Array.from(sizes),
    durations: Uint32Array.from(durations),
    compositionOffsets: Uint32Array.from(compositionOffsets),
    flags: Uint32Array.from(columns.flags ?? sizes.map(() => SYNC_FLAGS)),
  };
}

/** Writes a moof, and reads the flags of tfhd and trun, the time of tfdt and the data offset of trun. */
function writeMoof(runs: FragmentRun[]) {
  const w = new ByteWriter(16);
  moof(w, { sequence: 7, trackId: 1, runs });
  const bytes = w.finish();
  assertEquals(bytes.length, getMoofSize(runs));
  const trafs: { tfhd: number; time: number; trun: number; dataOffset: number }[] = [];
  const traf = { tfhd: 0, time: 0, trun: 0, dataOffset: 0 };
  readBoxes(new ByteReader(bytes), {
    moof: (r) =>
      readBoxes(r, {
        traf: (r) => {
          readBoxes(r, {
            tfhd: (r) => traf.tfhd = r.u32(),
            tfdt: (r) => (assertEquals(r.u32() >>> 24, 1), traf.time = r.u64()),
            trun: (r) => {
              traf.trun = r.u32();
              r.skip(4);
              traf.dataOffset = r.u32();
            },
          });
          trafs.push({ ...traf });
        },
      }),
  });
  return { trafs, size: bytes.length };
}

const shapes: [name: string, FragmentRun, tfhd: number, trun: number][] = [
  ["sizes only, as in audio", run({}), 0x20028, 0x000201],
  [
    "a sync sample at the start",
    run({ flags: [SYNC_FLAGS, NON_SYNC_FLAGS, NON_SYNC_FLAGS] }),
    0x20028,
    0x205,
  ],
  [
    "sync samples in the middle",
    run({ flags: [SYNC_FLAGS, NON_SYNC_FLAGS, SYNC_FLAGS] }),
    0x20008,
    0x601,
  ],
  ["different durations", run({ durations: [5, 6, 5] }), 0x20020, 0x301],
  ["composition offsets", run({ compositionOffsets: [0, 9, 0] }), 0x20028, 0xA01],
  [
    "uniform composition offsets other than 0",
    run({ compositionOffsets: [9, 9, 9] }),
    0x20028,
    0xA01,
  ],
  ["a second description", run({}, 0, 2), 0x2002A, 0x201],
];

for (const [name, samples, tfhd, trun] of shapes) {
  Deno.test(`moof() writes no redundant fields: ${name}`, () => {
    const { trafs } = writeMoof([samples]);
    assertEquals([trafs[0]!.tfhd, trafs[0]!.trun], [tfhd, trun]);
  });
}

for (const time of [0, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
  Deno.test(`moof() writes a 64-bit tfdt: ${time}`, () => {
    assertEquals(writeMoof([run({}, time)]).trafs[0]!.time, time);
  });
}

Deno.test("moof() sets the data offset of each traf to its samples in mdat", () => {
  const runs = [run({}), run({ sizes: [40, 50, 60] }, 15, 2)];
  const { trafs, size } = writeMoof(runs);
  assertEquals(trafs.map(({ dataOffset }) => dataOffset), [size + 8, size + 8 + 60]);
});

Deno.test("mdatHeader() writes 64 bits if 32 are not enough", () => {
  assertEquals([getMdatHeaderSize(2 ** 32 - 9), getMdatHeaderSize(2 ** 32 - 8)], [8, 16]);
  for (const size of [60, 2 ** 32 - 8]) {
    const w = new ByteWriter(16);
    mdatHeader(w, size);
    const r = new ByteReader(w.finish());
    const small = r.u32();
    assertEquals(r.ascii(4), "mdat");
    assertEquals(small === 1 ? r.u64() - 16 : small - 8, size);
  }
});

Deno.test("getDataSize() sums the samples of all runs", () => {
  assertEquals(getDataSize([run({}), run({ sizes: [1, 2, 3] })]), 66);
});

Deno.test("styp() repeats its major brand among the compatible ones", () => {
  const w = new ByteWriter(16);
  styp(w, ["msdh", "cmfs"]);
  readBoxes(new ByteReader(w.finish()), {
    styp: (r) => assertEquals([r.ascii(4), r.u32(), r.ascii(r.left)], ["msdh", 0, "msdhcmfs"]),
  });
});
