/** Corrects offsets of samples and fragments in a changed file. */

import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { type Box, findAll, getHeaderSize, getSize, writeBoxes } from "./boxes.ts";

/** Maps an offset in the original file to one in the new file. */
type MoveOffset = (offset: number) => number;

/** Writes the changed tree, with corrected chunk offsets, data offsets and mfra. */
export function writeFile(boxes: readonly Box[]): Uint8Array {
  const starts = getStarts(boxes);
  const sample = createSampleMover(boxes, starts);
  const fragment = createFragmentMover(boxes, starts);
  for (const stbl of findAll(boxes, "moov/trak/mdia/minf/stbl")) {
    for (const stco of findAll(stbl.children, "stco")) moveChunks(stco, 4, sample);
    for (const co64 of findAll(stbl.children, "co64")) moveChunks(co64, 8, sample);
  }
  boxes.forEach((box, i) => {
    if (box.type === "moof") moveRuns(box, starts[i]!, sample, fragment);
  });
  for (const tfra of findAll(boxes, "mfra/tfra")) moveFragments(tfra, fragment);
  const w = new ByteWriter();
  writeBoxes(w, boxes);
  return w.finish();
}

function getStarts(boxes: readonly Box[]): number[] {
  let end = 0;
  return boxes.map((box) => (end += getSize(box)) - getSize(box));
}

function createSampleMover(boxes: readonly Box[], starts: readonly number[]): MoveOffset {
  return (offset) => {
    const at = boxes.findIndex(({ type, bodyStart, body }) =>
      type === "mdat" && offset >= bodyStart && offset < bodyStart + body.length
    );
    if (at < 0) throw new Error(`Cannot find the mdat of byte ${offset}`);
    const mdat = boxes[at]!;
    return offset - mdat.bodyStart + starts[at]! + getHeaderSize(mdat);
  };
}

function createFragmentMover(boxes: readonly Box[], starts: readonly number[]): MoveOffset {
  return (offset) => {
    const at = boxes.findIndex(({ type, start }) => type === "moof" && start === offset);
    if (at < 0) throw new Error(`Cannot find a moof at byte ${offset}`);
    return starts[at]!;
  };
}

/** Corrects stco or co64 (14496-12 §8.7.5). */
function moveChunks(box: Box, width: 4 | 8, moved: MoveOffset): void {
  const r = new ByteReader(box.body);
  const w = new ByteWriter();
  w.bytes(r.take(8).bytes);
  while (r.left) {
    if (width === 4) w.u32(moved(r.u32()));
    else w.u64(moved(r.u64()));
  }
  box.body = w.finish();
}

/** Corrects tfhd and trun (14496-12 §8.8.7, §8.8.8) of files whose base is the moof, declared or by default. */
function moveRuns(moof: Box, start: number, sample: MoveOffset, fragment: MoveOffset): void {
  for (const traf of findAll([moof], "moof/traf")) {
    for (const tfhd of findAll(traf.children, "tfhd")) {
      if (!(tfhd.body[3]! & 1)) continue; // no base_data_offset
      const view = new DataView(tfhd.body.slice().buffer);
      view.setBigUint64(8, BigInt(fragment(Number(view.getBigUint64(8)))));
      tfhd.body = new Uint8Array(view.buffer);
    }
    for (const trun of findAll(traf.children, "trun")) {
      if (!(trun.body[3]! & 1)) continue; // continues at the end of the previous run
      const view = new DataView(trun.body.slice().buffer);
      view.setInt32(8, sample(moof.start + view.getInt32(8)) - start);
      trun.body = new Uint8Array(view.buffer);
    }
  }
}

/** Corrects tfra (14496-12 §8.8.10) of version 1 with one-byte numbers, as ffmpeg writes it. */
function moveFragments(tfra: Box, moved: MoveOffset): void {
  const view = new DataView(tfra.body.slice().buffer);
  if (tfra.body[0] !== 1 || view.getUint32(8) !== 0) throw new Error("Cannot read this tfra");
  for (let at = 16; at < tfra.body.length; at += 19) {
    view.setBigUint64(at + 8, BigInt(moved(Number(view.getBigUint64(at + 8)))));
  }
  tfra.body = new Uint8Array(view.buffer);
}
