/** Damage to a file, the same for the same seed: of bits and bytes, and of what boxes say. */

import { boxesOf, type BoxPlace, replaced } from "./boxes.ts";
import type { Dice } from "./prng.ts";

/** Numbers that break readers: nothing, less than a header, signs, the most. */
const LIES = [0, 1, 7, 8, 255, 65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1];

interface Patient {
  readonly bytes: Uint8Array;
  readonly boxes: readonly BoxPlace[];
  readonly dice: Dice;
  /** Another file, for parts. */
  readonly donor: Uint8Array;
}

/** Each gives back a file of its own. */
const DAMAGES: Record<string, (patient: Patient) => Uint8Array> = {
  "bits flipped": (patient) =>
    changed(patient, (view, { dice }) => {
      for (let i = 1 + dice.below(8); i > 0; i--) {
        const at = place(patient);
        view.setUint8(at, view.getUint8(at) ^ (1 << dice.below(8)));
      }
    }),
  "a run of bytes overwritten": (patient) =>
    changed(patient, (view, { dice }) => {
      const start = place(patient);
      const end = Math.min(view.byteLength, start + 1 + dice.below(64));
      const value = dice.pick([0, 255, -1]);
      for (let at = start; at < end; at++) view.setUint8(at, value < 0 ? dice.below(256) : value);
    }),
  "cut off": ({ bytes, boxes, dice }) => {
    const { offset, size } = dice.pick(boxes);
    const ends = [
      offset,
      offset + 4,
      offset + 8,
      offset + dice.below(size),
      dice.below(bytes.length),
    ];
    return bytes.slice(0, dice.pick(ends));
  },
  "a number of a box": (patient) => changed(patient, lieInBody),
  "more numbers of boxes": (patient) =>
    changed(patient, (view) => {
      for (let i = 2 + patient.dice.below(4); i > 0; i--) lieInBody(view, patient);
    }),
  "the size of a box": (patient) =>
    changed(patient, (view, { boxes, dice }) => {
      const { offset, size } = dice.pick(boxes);
      const near = [size - 1, size + 1, size - 8, size + 8, 2 * size];
      view.setUint32(offset, dice.pick([...LIES, ...near]));
    }),
  "the type of a box": (patient) =>
    changed(patient, (view, { boxes, dice }) => {
      const [one, other] = [dice.pick(boxes), dice.pick(boxes)];
      const type = view.getUint32(one.offset + 4);
      view.setUint32(one.offset + 4, view.getUint32(other.offset + 4));
      view.setUint32(other.offset + 4, type);
    }),
  "the version and flags of a box": (patient) =>
    changed(patient, (view, { boxes, dice }) => {
      const { offset, size } = dice.pick(boxes);
      if (size < 12) return;
      view.setUint32(offset + 8, dice.pick([0, 1, 2]) * 2 ** 24 + dice.below(4096));
    }),
  "a box left out": ({ bytes, boxes, dice }) =>
    replaced(bytes, dice.pick(boxes), new Uint8Array(0)),
  "a box twice": ({ bytes, boxes, dice }) => {
    const box = dice.pick(boxes);
    const body = bytes.subarray(box.offset, box.offset + box.size);
    return replaced(bytes, box, concat(body, body));
  },
  "boxes in another order": ({ bytes, boxes, dice }) => {
    const one = dice.pick(boxes);
    const behind = boxes.find(({ offset }) => offset === one.offset + one.size);
    const end = one.offset + one.size;
    const other = behind ? bytes.subarray(end, end + behind.size) : new Uint8Array(0);
    const both = { ...one, size: one.size + other.length };
    return replaced(bytes, both, concat(other, bytes.subarray(one.offset, end)));
  },
  "a box of another file": ({ bytes, boxes, dice, donor }) => {
    const parts = boxesOf(donor);
    const box = dice.pick(boxes);
    const part = parts.find(({ type }) => type === box.type) ?? dice.pick(parts);
    return replaced(bytes, box, donor.subarray(part.offset, part.offset + part.size));
  },
};

/** One damage after the other, up to three; `how` says which. */
export function damaged(
  bytes: Uint8Array,
  donor: Uint8Array,
  dice: Dice,
): { bytes: Uint8Array; how: string } {
  const how: string[] = [];
  let result = bytes;
  for (let left = dice.pick([1, 1, 2, 3]); left > 0; left--) {
    const boxes = boxesOf(result);
    if (boxes.length === 0) break;
    const name = dice.pick(Object.keys(DAMAGES));
    how.push(name);
    result = DAMAGES[name]!({ bytes: result, boxes, dice, donor });
  }
  return { bytes: result, how: how.join(", ") };
}

/** Text has no boxes: bits and runs of it are changed, lines are repeated, the end is lost. */
export function damagedText(bytes: Uint8Array, dice: Dice): { bytes: Uint8Array; how: string } {
  const boxes = [{ type: "text", offset: 0, size: bytes.length, parents: [] }];
  const patient = { bytes, boxes, dice, donor: bytes };
  const how = dice.pick(["bits flipped", "a run of bytes overwritten", "cut off", "a box twice"]);
  return { bytes: DAMAGES[how]!(patient), how };
}

function changed(patient: Patient, change: (view: DataView, patient: Patient) => void): Uint8Array {
  const copy = patient.bytes.slice();
  change(new DataView(copy.buffer), patient);
  return copy;
}

/** A byte, of media seldom: what matters stands in the other boxes. */
function place({ bytes, boxes, dice }: Patient): number {
  const heads = boxes.filter(({ type }) =>
    !["mdat", "moov", "trak", "mdia", "minf"].includes(type)
  );
  if (heads.length === 0 || dice.below(8) === 0) return dice.below(bytes.length);
  const { offset, size } = dice.pick(heads);
  return offset + dice.below(size);
}

/** Sets a number of 32 bits in the first 64 bytes of a body, or anywhere in it. */
function lieInBody(view: DataView, { boxes, dice }: Patient): void {
  const small = boxes.filter(({ type, size }) => type !== "mdat" && size >= 16);
  if (small.length === 0) return;
  const { offset, size } = dice.pick(small);
  const words = Math.floor((size - 8) / 4);
  const word = dice.below(dice.pick([Math.min(words, 16), words]));
  view.setUint32(
    offset + 8 + 4 * word,
    dice.pick([...LIES, dice.below(2 ** 32), dice.below(1000)]),
  );
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
