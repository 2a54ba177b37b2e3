/** Builds field-coded pictures of H.264 (14496-10): intra blocks without residual, and skipped ones. */

import { nalOf, se, ue } from "../../tests/codecs/entry.ts";
import { type Box, buildBody, createBox, find } from "./boxes.ts";
import { changeSamples } from "./tables.ts";

/** Macroblocks of a field, in one row: 640 × 32 pixels a frame. */
const BLOCKS = 40;

/** Main profile, 8 bits of pic_order_cnt_lsb, one reference frame, fields. */
const SPS = nalOf(
  "01100111" + "01001101" + "00000000" + "00011110" + ue(0) + ue(0, 0, 4) + ue(1) + "0" +
    ue(BLOCKS - 1, 0) + "0" + "0" + "1" + "0" + "0",
);

/** CAVLC, explicit weights of P slices, and control of the deblocking filter. */
const PPS = nalOf(
  "01101000" + ue(0, 0) + "0" + "0" + ue(0) + ue(0, 0) + "1" + "00" + se(0, 0, 0) + "1" + "0" + "0",
);

/** Replaces the frames of a file whose frames are all intra, with slices of all sizes. */
export function toFieldPairs(boxes: Box[]): void {
  const avc1 = find(boxes, "moov/trak/mdia/minf/stbl/stsd/avc1");
  find(avc1.children, "avcC").body = buildAvcC();
  avc1.children.push(createBox("fiel", Uint8Array.of(2, 1))); // top field first
  changeSamples(boxes, (_, i) => buildFieldPair(i, i || BLOCKS - 1));
}

function buildAvcC(): Uint8Array {
  return buildBody((w) => {
    w.bytes(Uint8Array.of(1, ...SPS.subarray(1, 4), 0xff, 0xe1));
    w.u16(SPS.length);
    w.bytes(SPS);
    w.u8(1);
    w.u16(PPS.length);
    w.bytes(PPS);
  });
}

/** Builds a frame of two fields whose slices have `split` macroblocks and the others: an IDR field, and one predicted from it. */
function buildFieldPair(index: number, split: number): Uint8Array {
  const slices = [[0, split], [split, BLOCKS - split]];
  const nals = [
    ...slices.map(([first, count]) => buildIntraSlice(index, first!, count!)),
    ...slices.map(([first, count]) => buildPredictedSlice(first!, count!)),
  ];
  return buildBody((w) => {
    for (const nal of nals) {
      w.u32(nal.length);
      w.bytes(nal);
    }
  });
}

/** No deblocking. */
const END_OF_HEADER = se(0) + ue(1);

/** A byte a macroblock: Intra 16x16 with DC prediction, and no coefficients. */
const INTRA = ue(3) + ue(0) + se(0) + "1";

function buildIntraSlice(index: number, first: number, count: number): Uint8Array {
  const order = ue(1 + index % 2) + "00000000";
  const start = ue(first, 7, 0) + "0000" + "10" + order;
  return nalOf("01100101" + start + "00" + END_OF_HEADER + INTRA.repeat(count));
}

/** Skips macroblocks, or has intra ones. */
function buildPredictedSlice(first: number, count: number): Uint8Array {
  const weights = ue(5, 5) + "1" + se(20, 3) + "0";
  const start = ue(first, 5, 0) + "0000" + "11" + "00000001";
  const header = start + "0" + "0" + weights + "0" + END_OF_HEADER;
  const intra = ue(0) + ue(8) + ue(0) + se(0) + "1";
  const data = first % 3 === 1 ? intra.repeat(count) : ue(count);
  return nalOf("01100001" + header + data);
}
