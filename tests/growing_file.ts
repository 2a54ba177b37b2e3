/** Fragmented files that are longer than those of testdata/, to be written piece by piece. */

import { concat } from "./mp4/movie_file.ts";
import { type BoxLocation, findBoxes } from "./robustness/boxes.ts";
import { readTestdata } from "./test_files.ts";

export interface FragmentedFile {
  /** ftyp and moov. */
  readonly init: Uint8Array;
  /** Each a moof and an mdat. */
  readonly fragments: readonly Uint8Array[];
}

/** Reads a file of testdata/, and repeats its fragments with later decode times. */
export function repeatFragments(name: string, times: number): FragmentedFile {
  const bytes = readTestdata(name);
  const boxes = findBoxes(bytes).filter(({ parents }) => parents.length === 0);
  const isFragment = (at: number) => boxes[at]?.type === "moof";
  const cut = ({ offset, size }: BoxLocation) => bytes.slice(offset, offset + size);
  const once = boxes.flatMap((box, i) =>
    isFragment(i) ? [concat(cut(box), cut(boxes[i + 1]!))] : []
  );
  const first = boxes.findIndex((_, i) => isFragment(i));
  const moov = boxes.slice(0, first).filter(({ type }) => type !== "sidx").map(cut);
  const durations = measureDurations(once);
  const fragments = Array.from(
    { length: times },
    (_, i) => once.map((fragment) => delay(fragment, (id) => i * durations.get(id)!)),
  );
  return { init: concat(...moov), fragments: fragments.flat() };
}

export function join({ init, fragments }: FragmentedFile): Uint8Array {
  return concat(init, ...fragments);
}

/** Moves the fragments of audio, in files with a fragment for each track, behind the next `count` of video. */
export function delayAudio({ init, fragments }: FragmentedFile, count: number): FragmentedFile {
  const delayed: { at: number; fragment: Uint8Array }[] = [];
  let video = 0;
  for (const fragment of fragments) {
    const isAudio = readTrafs(fragment).some(({ id }) => id === 2);
    if (!isAudio) video++;
    delayed.push({ at: isAudio ? video + count : video, fragment });
  }
  delayed.sort((a, b) => a.at - b.at);
  return { init, fragments: delayed.map(({ fragment }) => fragment) };
}

interface Traf {
  readonly id: number;
  /** Offset of the decode time in the fragment. */
  readonly timeAt: number;
  readonly time: number;
  readonly isLong: boolean;
  readonly duration: number;
}

function measureDurations(fragments: readonly Uint8Array[]): Map<number, number> {
  const spans = new Map<number, { start: number; end: number }>();
  for (const { id, time, duration } of fragments.flatMap(readTrafs)) {
    spans.set(id, { start: spans.get(id)?.start ?? time, end: time + duration });
  }
  return new Map([...spans].map(([id, { start, end }]) => [id, end - start]));
}

function delay(fragment: Uint8Array, getDelay: (trackId: number) => number): Uint8Array {
  const delayed = fragment.slice();
  const view = new DataView(delayed.buffer);
  for (const { id, timeAt, time, isLong } of readTrafs(fragment)) {
    if (isLong) view.setBigUint64(timeAt, BigInt(time + getDelay(id)));
    else view.setUint32(timeAt, time + getDelay(id));
  }
  return delayed;
}

function readTrafs(fragment: Uint8Array): Traf[] {
  const view = new DataView(fragment.buffer, fragment.byteOffset, fragment.byteLength);
  const boxes = findBoxes(fragment);
  return boxes.filter(({ type }) => type === "traf").map((traf) => {
    const find = (name: string) =>
      boxes.filter((box) => box.type === name && box.parents.includes(traf));
    const [tfhd, tfdt] = [find("tfhd")[0]!, find("tfdt")[0]!];
    const isLong = view.getUint8(tfdt.offset + 8) === 1;
    const timeAt = tfdt.offset + 12;
    return {
      id: view.getUint32(tfhd.offset + 12),
      timeAt,
      time: isLong ? Number(view.getBigUint64(timeAt)) : view.getUint32(timeAt),
      isLong,
      duration: find("trun").reduce((sum, trun) => sum + measureTrun(view, tfhd, trun), 0),
    };
  });
}

/** Optional fields of a tfhd, of 4 bytes each except the first, in order (14496-12 §8.8.7). */
const TFHD_FIELDS: readonly [flag: number, size: number][] = [[1, 8], [2, 4], [8, 4]];

/** Sums the durations of samples, of a trun or of the defaults in its tfhd. */
function measureTrun(view: DataView, tfhd: BoxLocation, trun: BoxLocation): number {
  const flags = view.getUint32(trun.offset + 8) & 0xffffff;
  const count = view.getUint32(trun.offset + 12);
  const first = trun.offset + 16 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  const rowSize = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4;
  if (!(flags & 0x100)) return count * readDefaultDuration(view, tfhd);
  let sum = 0;
  for (let i = 0; i < count; i++) sum += view.getUint32(first + i * rowSize);
  return sum;
}

function readDefaultDuration(view: DataView, { offset }: BoxLocation): number {
  const flags = view.getUint32(offset + 8) & 0xffffff;
  let at = offset + 16;
  for (const [flag, size] of TFHD_FIELDS) {
    if (flag === 8) break;
    if (flags & flag) at += size;
  }
  if (!(flags & 8)) throw new Error("no default duration");
  return view.getUint32(at);
}
