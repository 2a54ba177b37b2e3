import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import {
  type FragmentRun,
  layOutMoof,
  moof,
  readMoof,
  readTfdt,
  readTfhd,
} from "../../lib/mp4/moof.ts";
import { readSaio, readSenc, type SampleEncryption } from "../../lib/mp4/sample_encryption.ts";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../lib/mp4/samples/sample_table.ts";
import { box, fullBox, type Part, u32, u64 } from "./movie_file.ts";

const body = (bytes: Uint8Array) => new ByteReader(bytes.subarray(8));

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
  assertEquals(bytes.length, layOutMoof(runs).size);
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
  ["equal sizes", { ...run({ sizes: [4, 4, 4] }), hasEqualSizes: true }, 0x20038, 0x1],
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

Deno.test("layOutMoof() sums the samples of all runs", () => {
  assertEquals(layOutMoof([run({}), run({ sizes: [1, 2, 3] })]).dataSize, 66);
});

Deno.test("readTfhd() reads a track_ID alone", () => {
  assertEquals(readTfhd(body(fullBox("tfhd", 0, 0, u32(3)))), {
    trackId: 3,
    baseDataOffset: undefined,
    defaultBaseIsMoof: false,
    descriptionIndex: undefined,
    duration: undefined,
    size: undefined,
    flags: undefined,
  });
});

Deno.test("readTfhd() reads every field", () => {
  const bytes = fullBox("tfhd", 0, 0x2003b, u32(3), u64(2 ** 40), u32(2, 1024, 400, 0x2000000));
  assertEquals(readTfhd(body(bytes)), {
    trackId: 3,
    baseDataOffset: 2 ** 40,
    defaultBaseIsMoof: true,
    descriptionIndex: 2,
    duration: 1024,
    size: 400,
    flags: 0x2000000,
  });
});

for (const [version, time] of [[0, 0], [0, 2 ** 32 - 1], [1, 2 ** 32], [1, 2 ** 53 - 1]] as const) {
  Deno.test(`readTfdt() reads the time ${time} of version ${version}`, () => {
    const field = version === 1 ? u64(time) : u32(time);
    assertEquals(readTfdt(body(fullBox("tfdt", version, 0, field))), time);
  });
}

const INVALID: [what: string, moof: Part, message: string][] = [
  ["a traf without tfhd", box("traf"), "traf: Cannot find a tfhd box"],
  ["a tfdt of version 2", box("traf", fullBox("tfdt", 2, 0)), "traf/tfdt: Cannot read version 2"],
  [
    "a tfdt past 2^53",
    box("traf", fullBox("tfdt", 1, 0, u32(2 ** 31, 0))),
    "traf/tfdt: Cannot repr",
  ],
  [
    "a truncated tfhd",
    box("traf", fullBox("tfhd", 0, 0x38, u32(1))),
    "traf/tfhd: Cannot read",
  ],
  [
    "more rows than bytes",
    box("traf", fullBox("trun", 0, 0x200, u32(2 ** 32 - 1, 7))),
    "traf/trun: Cannot read 4294967295 entries where 4 bytes are left",
  ],
  ["a traf past the end", [u32(50), box("traf").subarray(4)], "traf: Cannot read 42 bytes where 0"],
];

for (const [what, moof, message] of INVALID) {
  Deno.test(`readMoof() rejects ${what}`, () => {
    const bytes = box("moof", moof);
    assertThrows(() => readMoof(body(bytes)), MediaError, message);
  });
}

const ENCRYPTIONS: [what: string, SampleEncryption][] = [
  ["whole samples", { ivSize: 8, ivs: new Uint8Array(24).fill(5) }],
  ["subsamples and a constant IV", {
    ivSize: 0,
    ivs: new Uint8Array(0),
    subsamples: [Uint32Array.of(5, 5), Uint32Array.of(9, 11, 0, 0), Uint32Array.of(14, 16)],
  }],
];

for (const [what, encryption] of ENCRYPTIONS) {
  Deno.test(`moof() writes where the auxiliary information of each traf is: ${what}`, () => {
    const runs = [{ ...run({}), encryption }, { ...run({}, 15, 2), encryption }];
    const w = new ByteWriter(16);
    w.skip(24); // styp
    moof(w, { sequence: 7, trackId: 1, runs });
    const bytes = w.finish().subarray(24);
    assertEquals(bytes.length, layOutMoof(runs).size);
    let found = 0;
    const offsets: number[] = [];
    readBoxes(new ByteReader(bytes), {
      moof: (r) =>
        readBoxes(r, {
          traf: (r) =>
            readBoxes(r, {
              saio: (r) => offsets.push(...readSaio(r)),
              senc: (r) => {
                const start = r.bytes.byteOffset - bytes.byteOffset;
                assertEquals(offsets[found++], start + 8);
                assertEquals(readSenc(r, encryption.ivSize), encryption);
              },
            }),
        }),
    });
    assertEquals([found, offsets.length], [2, 2]);
  });
}

Deno.test("moof() writes only senc for whole samples with a constant IV", () => {
  const encryption: SampleEncryption = { ivSize: 0, ivs: new Uint8Array(0) };
  const runs = [{ ...run({}), encryption }];
  const w = new ByteWriter(16);
  moof(w, { sequence: 7, trackId: 1, runs });
  const bytes = w.finish();
  assertEquals(bytes.length, layOutMoof(runs).size);
  const types: string[] = [];
  const note = (type: string) => () => void types.push(type);
  readBoxes(new ByteReader(bytes), {
    moof: (r) =>
      readBoxes(r, {
        traf: (r) => readBoxes(r, { saiz: note("saiz"), saio: note("saio"), senc: note("senc") }),
      }),
  });
  assertEquals(types, ["senc"]);
});
