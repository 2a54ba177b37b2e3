/** Builds pictures of HEVC with tiles (23008-2): PCM blocks, whose arithmetic code is a few bits. */

import { bitsOf, bytesOf, nalOf, se, ue } from "../../tests/codecs/entry.ts";
import { type Box, buildBody, find } from "./boxes.ts";
import { changeSamples } from "./tables.ts";

/** NAL unit header of layer 0. */
const header = (type: number) => "0" + type.toString(2).padStart(6, "0") + "000000" + "001";

/** Main profile, level 1. */
const PROFILE = "00000001" + "01100000" + "0".repeat(24) + "1001" + "0".repeat(44) + "00011110";

const VPS = nalOf(
  header(32) + "0000" + "11" + "000000" + "000" + "1" + "1".repeat(16) + PROFILE + "1" +
    ue(0, 0, 0) + "000000" + ue(0) + "0" + "0",
);

/** 32 × 32 pixels: four blocks of 16 × 16, which may be PCM of one bit. */
const SPS = nalOf(
  header(33) + "0000" + "000" + "1" + PROFILE + ue(0, 1, 32, 32) + "0" + ue(0, 0) + ue(4) + "1" +
    ue(0, 0, 0) + ue(0, 1, 0, 2, 0, 0) + "0" + "0" + "0" + "1" + "0000" + "0000" + ue(1, 0) + "1" +
    ue(0) + "0" + "0" + "0" + "0" + "0",
);

/** Two rows of two tiles, and dependent slice segments. */
const PPS = nalOf(
  header(34) + ue(0, 0) + "1" + "0" + "000" + "0" + "0" + ue(0, 0) + se(0) + "0" + "0" + "0" +
    se(0, 0) + "0" + "00" + "0" + "1" + "0" + ue(1, 1) + "1" + "0" + "0" + "0" + "0" + "0" + ue(0) +
    "0" + "0",
);

/** Replaces the frames of a file whose frames are all intra. */
export function toTiledPictures(boxes: Box[]): void {
  const hvcC = find(boxes, "moov/trak/mdia/minf/stbl/stsd/hvc1/hvcC");
  hvcC.body = buildHvcC(hvcC.body);
  changeSamples(boxes, (_, i) => buildTiledPicture(i));
}

/** Replaces the profile and the parameter sets of a configuration. */
function buildHvcC(hvcC: Uint8Array): Uint8Array {
  return buildBody((w) => {
    w.u8(1);
    w.bytes(bytesOf(PROFILE));
    w.bytes(hvcC.subarray(13, 22));
    w.u8(3);
    for (const [type, nal] of [[32, VPS], [33, SPS], [34, PPS]] as const) {
      w.u8(0x80 | type);
      w.u16(1);
      w.u16(nal.length);
      w.bytes(nal);
    }
  });
}

interface SliceSegment {
  readonly first: number;
  readonly tiles: number;
  readonly dependent: boolean;
}

/** Slice segments of a picture of four tiles: one, two, or four, of which the second and the last depend on those before. */
const PICTURES: readonly (readonly SliceSegment[])[] = [
  [{ first: 0, tiles: 4, dependent: false }],
  [{ first: 0, tiles: 2, dependent: false }, { first: 2, tiles: 2, dependent: true }],
  [
    { first: 0, tiles: 1, dependent: false },
    { first: 1, tiles: 1, dependent: true },
    { first: 2, tiles: 1, dependent: false },
    { first: 3, tiles: 1, dependent: true },
  ],
];

function buildTiledPicture(index: number): Uint8Array {
  const nals = PICTURES[index % PICTURES.length]!.map(buildSliceSegment);
  return buildBody((w) => {
    for (const nal of nals) {
      w.u32(nal.length);
      w.bytes(nal);
    }
  });
}

function buildSliceSegment({ first, tiles, dependent }: SliceSegment): Uint8Array {
  const data = Array.from({ length: tiles }, (_, i) => buildTile(first + i, i === tiles - 1));
  const address = first.toString(2).padStart(2, "0");
  const start = first ? "0" + "0" + ue(0) + (dependent ? "1" : "0") + address : "1" + "0" + ue(0);
  const offsets = data.slice(0, -1).map((bits) =>
    (bits.length / 8 - 1).toString(2).padStart(8, "0")
  );
  const entries = ue(offsets.length) + (offsets.length ? ue(7) + offsets.join("") : "");
  const head = header(20) + start + (dependent ? "" : ue(2) + se(0)) + entries + "1";
  const bits = head.padEnd(Math.ceil(head.length / 8) * 8, "0") + data.join("");
  return nalOf(bits.slice(0, bits.lastIndexOf("1"))); // of the last tile, the stop bit
}

/** Builds a block of 256 luma and 128 chroma samples, without zero bytes. */
function buildTile(tile: number, isLast: boolean): string {
  const encoder = new ArithmeticEncoder();
  encoder.encodeLikely(240); // split_cu_flag of 0, in state 0
  encoder.encodeEnd(true); // pcm_flag
  const samples = Uint8Array.from({ length: 48 }, (_, i) => 0x81 | i << 1 | tile << 3);
  const pcm = align(encoder.finish()) + bitsOf(samples);
  const rest = new ArithmeticEncoder();
  if (!isLast) rest.encodeEnd(false); // end_of_slice_segment_flag
  rest.encodeEnd(true);
  return align(pcm + rest.finish());
}

const align = (bits: string) => bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");

/** Encodes few bins (9.3.4). */
class ArithmeticEncoder {
  #low = 0;
  #range = 510;
  #outstanding = 0;
  #isFirst = true;
  #bits = "";

  /** @param unlikely the part of the range for the other value */
  encodeLikely(unlikely: number): void {
    this.#range -= unlikely;
    this.#normalize();
  }

  encodeEnd(bin: boolean): void {
    this.#range -= 2;
    if (bin) [this.#low, this.#range] = [this.#low + this.#range, 2];
    this.#normalize();
  }

  #normalize(): void {
    for (; this.#range < 256; this.#range *= 2, this.#low *= 2) {
      if (this.#low < 256) this.#put("0");
      else if (this.#low >= 512) (this.#low -= 512, this.#put("1"));
      else (this.#low -= 256, this.#outstanding++);
    }
  }

  #put(bit: "0" | "1"): void {
    if (!this.#isFirst) this.#bits += bit;
    this.#isFirst = false;
    this.#bits += (bit === "0" ? "1" : "0").repeat(this.#outstanding);
    this.#outstanding = 0;
  }

  /** Ends with the stop bit. */
  finish(): string {
    this.#put(this.#low & 512 ? "1" : "0");
    return this.#bits + (this.#low & 256 ? "1" : "0") + "1";
  }
}
