/** Reads a fragment of Smooth Streaming ([MS-SSTR] 2.2.4). */

import { assertEquals } from "@std/assert";
import { ByteReader } from "../lib/bytes.ts";
import { readBoxes } from "../lib/mp4/box.ts";
import { readTfrf, type Tfxd } from "../lib/mp4/smooth_moof.ts";

export interface ReadFragment {
  readonly sequence: number;
  readonly trackId: number;
  /** Fields of tfxd. */
  readonly time: number;
  readonly duration: number;
  /** Entries of tfrf; undefined without one. */
  readonly next?: readonly Tfxd[] | undefined;
  /** Duration, size, flags and composition offset of each sample. */
  readonly samples: readonly (readonly [number, number, number, number])[];
  readonly dependencies: readonly number[];
  /** Content of mdat. */
  readonly data: Uint8Array;
}

const TFXD = "6d1d9b0542d544e680e2141daff757b2";

/** @throws AssertionError if boxes are missing, or not in the order that old devices require */
export function readFragment(bytes: Uint8Array): ReadFragment {
  const fragment = { sequence: 0, trackId: 0, time: 0, duration: 0, dependencies: [0] };
  const samples: [number, number, number, number][] = [];
  const order: string[] = [];
  let [dataOffset, mdatAt] = [0, 0];
  let data: Uint8Array = new Uint8Array();
  let next: readonly Tfxd[] | undefined;
  const named = (name: string, read: (r: ByteReader) => void) => (r: ByteReader) => {
    order.push(name);
    read(r);
  };
  const traf = {
    tfhd: named("tfhd", (r) => {
      assertEquals(r.u32(), 0, "flags of tfhd");
      fragment.trackId = r.u32();
    }),
    trun: named("trun", (r) => {
      assertEquals(r.u32(), 0x01000F01, "version and flags of trun");
      const count = r.u32();
      dataOffset = r.i32();
      for (let i = 0; i < count; i++) samples.push([r.u32(), r.u32(), r.u32(), r.i32()]);
    }),
    sdtp: named("sdtp", (r) => {
      r.skip(4);
      fragment.dependencies = Array.from({ length: r.left }, () => r.u8());
    }),
    uuid: (r: ByteReader) => {
      if (order.at(-1) === "tfxd") {
        order.push("tfrf");
        next = readTfrf(r);
        assertEquals(r.left, 0, "bytes behind the entries of tfrf");
        return;
      }
      order.push("tfxd");
      assertEquals(r.take(16).bytes.toHex(), TFXD);
      assertEquals(r.u32(), 0x01000000, "version of tfxd");
      [fragment.time, fragment.duration] = [r.u64(), r.u64()];
    },
  };
  const r = new ByteReader(bytes);
  readBoxes(r, {
    moof: (r) => {
      readBoxes(r, {
        mfhd: named("mfhd", (r) => {
          r.skip(4);
          fragment.sequence = r.u32();
        }),
        traf: (r) => readBoxes(r, traf),
      });
    },
    mdat: named("mdat", (body) => {
      data = body.bytes;
      mdatAt = bytes.length - data.length;
    }),
  });
  const tfrf = next ? ["tfrf"] : [];
  assertEquals(order, ["mfhd", "tfhd", "trun", "sdtp", "tfxd", ...tfrf, "mdat"]);
  assertEquals(r.left, 0);
  assertEquals(dataOffset, mdatAt, "data_offset");
  assertEquals(fragment.dependencies.length, samples.length);
  assertEquals(data.length, samples.reduce((sum, [, size]) => sum + size, 0));
  return { ...fragment, ...next && { next }, samples, data };
}
