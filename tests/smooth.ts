/** Smooth Streaming as a client reads it: the manifest's attributes and the boxes of a fragment. */

import { parse } from "@libs/xml/parse";
import { ByteReader } from "../lib/bytes.ts";
import { readBoxes } from "../lib/mp4/box.ts";

export interface SmoothIndex {
  readonly attributes: Record<string, string>;
  readonly levels: readonly Record<string, string>[];
  /** Start and duration of each chunk, `r` counted out. */
  readonly chunks: readonly { time: number; duration: number }[];
}

type Node = Record<string, unknown>;

/** The root's attributes, and its streams. */
export function readSmooth(
  text: string,
): { attributes: Record<string, string>; streams: SmoothIndex[] } {
  const root = (parse(text) as unknown as { SmoothStreamingMedia: Node }).SmoothStreamingMedia;
  return { attributes: attributesOf(root), streams: list(root.StreamIndex).map(readIndex) };
}

function readIndex(node: Node): SmoothIndex {
  const chunks: { time: number; duration: number }[] = [];
  let time = 0;
  for (const c of list(node.c)) {
    const { t, d, r = "1" } = attributesOf(c);
    if (t !== undefined) time = Number(t);
    for (let i = 0; i < Number(r); i++, time += Number(d)) {
      chunks.push({ time, duration: Number(d) });
    }
  }
  return {
    attributes: attributesOf(node),
    levels: list(node.QualityLevel).map(attributesOf),
    chunks,
  };
}

function list(value: unknown): Node[] {
  return value === undefined ? [] : [value].flat() as Node[];
}

function attributesOf(node: Node): Record<string, string> {
  const entries = Object.entries(node).filter(([key]) => key.startsWith("@"));
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(1), `${value}`]));
}

/** What a fragment says; times in ticks of 100 ns. */
export interface SmoothParts {
  /** Types of the boxes in traf, in order. */
  readonly boxes: string[];
  /** Of tfxd. */
  readonly time: number;
  readonly duration: number;
  readonly samples: readonly { duration: number; size: number; flags: number; offset: number }[];
  /** A byte a sample. */
  readonly sdtp: readonly number[];
  /** What stands in mdat, from where trun says. */
  readonly data: Uint8Array;
}

export function readFragment(bytes: Uint8Array): SmoothParts {
  const parts = {
    boxes: [] as string[],
    time: 0,
    duration: 0,
    samples: [] as SmoothParts["samples"][number][],
    sdtp: [] as number[],
  };
  let dataOffset = 0;
  const named = (type: string, read: (r: ByteReader) => void) => (r: ByteReader) => {
    parts.boxes.push(type);
    read(r);
  };
  const traf = {
    tfhd: named("tfhd", () => {}),
    trun: named("trun", (r) => {
      const flags = r.u32();
      if (flags !== 0x01000F01) throw new Error(`trun of ${flags.toString(16)}`);
      const count = r.u32();
      dataOffset = r.u32();
      for (let i = 0; i < count; i++) {
        parts.samples.push({ duration: r.u32(), size: r.u32(), flags: r.u32(), offset: r.i32() });
      }
    }),
    sdtp: named("sdtp", (r) => (r.skip(4), parts.sdtp.push(...r.rest().bytes))),
    uuid: named("uuid", (r) => {
      const type = Array.from(r.take(16).bytes, (byte) => byte.toString(16).padStart(2, "0")).join(
        "",
      );
      if (type !== "6d1d9b0542d544e680e2141daff757b2" || r.u32() !== 0x01000000) {
        throw new Error("no tfxd of version 1");
      }
      [parts.time, parts.duration] = [r.u64(), r.u64()];
    }),
  };
  readBoxes(new ByteReader(bytes), {
    moof: (r) => readBoxes(r, { traf: (r) => readBoxes(r, traf) }),
  });
  return { ...parts, data: bytes.subarray(dataOffset) };
}
