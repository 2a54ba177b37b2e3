import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../lib/mp4/samples/sample_table.ts";
import {
  computeSmoothMoofSize,
  readTfrf,
  type SmoothFragment,
  smoothMoof,
  tfrf,
  tfxd,
} from "../../lib/mp4/smooth_moof.ts";
import { hex } from "../codecs/entry.ts";

function write(fragment: SmoothFragment, dataSize: number, before = 0): Uint8Array {
  const w = new ByteWriter(16);
  w.skip(before);
  smoothMoof(w, fragment, dataSize);
  return w.finish().subarray(before);
}

const TWO: SmoothFragment = {
  sequence: 7,
  trackId: 1,
  time: 2 ** 33 + 5,
  duration: 800000,
  sizes: Uint32Array.of(0x1234, 0x10),
  durations: Uint32Array.of(400000, 400000),
  compositionOffsets: Int32Array.of(0, -400000),
  flags: Uint32Array.of(SYNC_FLAGS, NON_SYNC_FLAGS),
};

const BYTES = hex(`
  0000009e 6d6f6f66
    00000010 6d666864 00000000 00000007
    00000086 74726166
      00000010 74666864 00000000 00000001  # tfhd: track_ID only
      00000034 7472756e 01000f01 00000002 000000a6  # trun: data offset after the header of mdat
        00061a80 00001234 02000000 00000000
        00061a80 00000010 01010000 fff9e580
      0000000e 73647470 00000000 20 10  # sdtp: depends on none, depends on others
      0000002c 75756964 6d1d9b0542d544e680e2141daff757b2 01000000  # tfxd
        0000000200000005 00000000000c3500`);

Deno.test("smoothMoof() writes the boxes of [MS-SSTR] 2.2.4 in their order", () => {
  assertEquals(write(TWO, 0x1244).toHex(), BYTES.toHex());
});

Deno.test("computeSmoothMoofSize() computes the size of what smoothMoof() writes", () => {
  assertEquals(computeSmoothMoofSize(TWO), BYTES.length);
});

Deno.test("smoothMoof() writes the initialization vectors of encrypted samples after sdtp", () => {
  const encryption = {
    ivSize: 8,
    ivs: hex("0000000000000001 0000000000000002"),
    subsamples: [Uint32Array.of(5, 100), Uint32Array.of(6, 200)],
  } as const;
  const bytes = write({ ...TWO, encryption }, 0x1244);
  const uuid = hex(`00000040 75756964 a2394f525a9b4f14a2446c427c648df4 00000002 00000002
    0000000000000001 0001 0005 00000064
    0000000000000002 0001 0006 000000c8`);
  assertEquals(bytes.length, BYTES.length + uuid.length);
  assertEquals(computeSmoothMoofSize({ ...TWO, encryption }), bytes.length);
  const tfxdAt = BYTES.length - 44;
  assertEquals(bytes.toHex().slice(2 * tfxdAt, 2 * (tfxdAt + uuid.length)), uuid.toHex());
});

Deno.test("smoothMoof() counts the data offset from its own start", () => {
  assertEquals(write(TWO, 0x1244, 32), BYTES);
});

Deno.test("smoothMoof() reserves space for the header of a large mdat", () => {
  const large = write(TWO, 2 ** 32);
  const at = BYTES.toHex().indexOf("000000a6") / 2;
  assertEquals(new DataView(large.buffer, large.byteOffset).getUint32(at), 0xae);
});

/** Flags of trun (14496-12 §8.8.3.1), and the equivalent byte of sdtp (§8.6.4). */
const dependencies: [flags: number, sdtp: number][] = [
  [0x00000000, 0x00],
  [0x02000000, 0x20],
  [0x01010000, 0x10],
  [0x08410000, 0x84], // leading; others depend on it
  [0x00b10000, 0x0b], // none do; has redundant coding
  [0x0000ffff, 0x00],
  [0x0ff00000, 0xff],
];

for (const [flags, sdtp] of dependencies) {
  Deno.test(`smoothMoof() writes the flags ${flags.toString(16)} to sdtp as ${sdtp.toString(16)}`, () => {
    const one = { ...TWO, sizes: Uint32Array.of(1), flags: Uint32Array.of(flags) };
    const text = write(one, 1).toHex();
    assertEquals(
      text.slice(text.indexOf("73647470") + 16).slice(0, 2),
      hex(sdtp.toString(16).padStart(2, "0")).toHex(),
    );
  });
}

Deno.test("smoothMoof() names the fragments that follow in a tfrf", () => {
  const next = [{ time: 2 ** 33 + 6, duration: 7 }, { time: 2 ** 33 + 13, duration: 2 ** 32 }];
  const bytes = write({ ...TWO, next }, 0x1244);
  assertEquals(bytes.length, computeSmoothMoofSize({ ...TWO, next }));
  const tfrf = hex(`
      0000003d 75756964 d4807ef2ca3946958e5426cb9e46a79f 01000000 02
        0000000200000006 0000000000000007
        000000020000000d 0000000100000000`);
  assertEquals(bytes.slice(-tfrf.length), tfrf);
});

for (
  const next of [[], [{ time: 0, duration: 1 }], [{ time: 1, duration: 2 }, {
    time: 2 ** 53 - 1,
    duration: 2 ** 40,
  }]]
) {
  Deno.test(`readTfrf() reads what tfrf() wrote: ${next.length} fragments`, () => {
    const w = new ByteWriter();
    tfrf(w, next);
    const r = new ByteReader(w.finish());
    r.skip(8);
    assertEquals(readTfrf(r), next);
    assertEquals(r.left, 0);
  });
}

Deno.test("readTfrf() reads 32-bit times", () => {
  const box = hex(`d4807ef2ca3946958e5426cb9e46a79f 00000000 01 fffffffe 00000003`);
  assertEquals(readTfrf(new ByteReader(box)), [{ time: 4294967294, duration: 3 }]);
});

Deno.test("readTfrf() reads no other uuid box", () => {
  const w = new ByteWriter();
  tfxd(w, { time: 1, duration: 2 });
  const r = new ByteReader(w.finish());
  r.skip(8);
  assertEquals(readTfrf(r), undefined);
});

Deno.test("readTfrf() refuses entries that are not there", () => {
  const box = hex(`d4807ef2ca3946958e5426cb9e46a79f 01000000 02 0000000000000001 0000000000000001`);
  assertThrows(() => readTfrf(new ByteReader(box)), MediaError);
});
