/** Movie fragments as Smooth Streaming wants them, written ([MS-SSTR] 2.2.4). */

import type { ByteWriter } from "../bytes.ts";
import {
  DATA_OFFSET,
  getMdatHeaderSize,
  SAMPLE_COMPOSITION_OFFSET,
  SAMPLE_DURATION,
  SAMPLE_FLAGS,
  SAMPLE_SIZE,
} from "./fragment.ts";

/** A fragment of Smooth Streaming: one description, times in ticks of 100 ns. */
export interface SmoothFragment {
  readonly sequence: number;
  readonly trackId: number;
  /** When the first sample is decoded, and how long all last. */
  readonly time: number;
  readonly duration: number;
  readonly sizes: Uint32Array;
  readonly durations: Uint32Array;
  /** Signed. */
  readonly compositionOffsets: Int32Array;
  /** As in trun. */
  readonly flags: Uint32Array;
}

/** Type of a TfxdBox ([MS-SSTR] 2.2.4.4), as a uuid box has it. */
const TFXD_UUID = [0x6D1D9B05, 0x42D544E6, 0x80E2141D, 0xAFF757B2];

/**
 * Movie Fragment as [MS-SSTR] 2.2.4 has it: the time stands in tfxd, and dependencies in sdtp for old devices.
 *
 * @param dataSize bytes of all samples
 */
export function smoothMoof(w: ByteWriter, fragment: SmoothFragment, dataSize: number): void {
  const start = w.length;
  let dataOffsetAt = 0;
  w.box("moof", () => {
    w.fullBox("mfhd", 0, 0, () => w.u32(fragment.sequence));
    w.box("traf", () => {
      w.fullBox("tfhd", 0, 0, () => w.u32(fragment.trackId));
      dataOffsetAt = smoothTrun(w, fragment);
      w.fullBox("sdtp", 0, 0, () => fragment.flags.forEach((flags) => w.u8(flags >>> 20 & 255)));
      w.box("uuid", () => tfxd(w, fragment));
    });
  });
  w.patchU32(dataOffsetAt, w.length - start + getMdatHeaderSize(dataSize));
}

/** Track Run of version 1, every column listed. In traf. Gives back where its data offset, still 0, stands. */
function smoothTrun(
  w: ByteWriter,
  { sizes, durations, compositionOffsets, flags }: SmoothFragment,
): number {
  let dataOffsetAt = 0;
  const columns = DATA_OFFSET | SAMPLE_DURATION | SAMPLE_SIZE | SAMPLE_FLAGS |
    SAMPLE_COMPOSITION_OFFSET;
  w.fullBox("trun", 1, columns, () => {
    w.u32(sizes.length);
    dataOffsetAt = w.skip(4);
    for (let i = 0; i < sizes.length; i++) {
      w.u32(durations[i]!);
      w.u32(sizes[i]!);
      w.u32(flags[i]!);
      w.i32(compositionOffsets[i]!);
    }
  });
  return dataOffsetAt;
}

/** TfxdBox, its body. In traf. */
function tfxd(w: ByteWriter, { time, duration }: SmoothFragment): void {
  for (const part of TFXD_UUID) w.u32(part);
  w.u32(0x01000000); // version 1: 64-bit
  w.u64(time);
  w.u64(duration);
}
