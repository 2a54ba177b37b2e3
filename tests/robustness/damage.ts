/** Damages bits, bytes, boxes and their fields; reproducible by seed. */

import { type BoxLocation, findBoxes, replaceBox } from "./boxes.ts";
import type { Prng } from "./prng.ts";

/** Numbers that break readers: zero, less than a header, sign bits, maxima. */
const EXTREME_VALUES = [
  0,
  1,
  7,
  8,
  255,
  65536,
  2 ** 24,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 2,
  2 ** 32 - 1,
];

export interface Subject {
  readonly bytes: Uint8Array;
  readonly boxes: readonly BoxLocation[];
  readonly prng: Prng;
  /** Another file, whose boxes are inserted. */
  readonly donor: Uint8Array;
}

/** Kinds of damage, by name. Each returns a copy. */
export type Damages = Readonly<Record<string, (subject: Subject) => Uint8Array>>;

const DAMAGES: Damages = {
  "bits flipped": (subject) =>
    modifyCopy(subject, (view, { prng }) => {
      for (let i = 1 + prng.below(8); i > 0; i--) {
        const at = pickOffset(subject);
        view.setUint8(at, view.getUint8(at) ^ (1 << prng.below(8)));
      }
    }),
  "a run of bytes overwritten": (subject) =>
    modifyCopy(subject, (view, { prng }) => {
      const start = pickOffset(subject);
      const end = Math.min(view.byteLength, start + 1 + prng.below(64));
      const value = prng.pick([0, 255, -1]);
      for (let at = start; at < end; at++) view.setUint8(at, value < 0 ? prng.below(256) : value);
    }),
  "truncated": ({ bytes, boxes, prng }) => {
    const { offset, size } = prng.pick(boxes);
    const ends = [
      offset,
      offset + 4,
      offset + 8,
      offset + prng.below(size),
      prng.below(bytes.length),
    ];
    return bytes.slice(0, prng.pick(ends));
  },
  "a field of a box": (subject) => modifyCopy(subject, corruptField),
  "several fields of boxes": (subject) =>
    modifyCopy(subject, (view) => {
      for (let i = 2 + subject.prng.below(4); i > 0; i--) corruptField(view, subject);
    }),
  "the size of a box": (subject) =>
    modifyCopy(subject, (view, { boxes, prng }) => {
      const { offset, size } = prng.pick(boxes);
      const near = [size - 1, size + 1, size - 8, size + 8, 2 * size];
      view.setUint32(offset, prng.pick([...EXTREME_VALUES, ...near]));
    }),
  "the type of a box": (subject) =>
    modifyCopy(subject, (view, { boxes, prng }) => {
      const [one, other] = [prng.pick(boxes), prng.pick(boxes)];
      const type = view.getUint32(one.offset + 4);
      view.setUint32(one.offset + 4, view.getUint32(other.offset + 4));
      view.setUint32(other.offset + 4, type);
    }),
  "the version and flags of a box": (subject) =>
    modifyCopy(subject, (view, { boxes, prng }) => {
      const { offset, size } = prng.pick(boxes);
      if (size < 12) return;
      view.setUint32(offset + 8, prng.pick([0, 1, 2]) * 2 ** 24 + prng.below(4096));
    }),
  "a box removed": ({ bytes, boxes, prng }) =>
    replaceBox(bytes, prng.pick(boxes), new Uint8Array(0)),
  "a box duplicated": ({ bytes, boxes, prng }) => {
    const box = prng.pick(boxes);
    const body = bytes.subarray(box.offset, box.offset + box.size);
    return replaceBox(bytes, box, concat(body, body));
  },
  "boxes reordered": ({ bytes, boxes, prng }) => {
    const one = prng.pick(boxes);
    const next = boxes.find(({ offset }) => offset === one.offset + one.size);
    const end = one.offset + one.size;
    const other = next ? bytes.subarray(end, end + next.size) : new Uint8Array(0);
    const both = { ...one, size: one.size + other.length };
    return replaceBox(bytes, both, concat(other, bytes.subarray(one.offset, end)));
  },
  "a box of another file": ({ bytes, boxes, prng, donor }) => {
    const parts = findBoxes(donor);
    const box = prng.pick(boxes);
    const part = parts.find(({ type }) => type === box.type) ?? prng.pick(parts);
    return replaceBox(bytes, box, donor.subarray(part.offset, part.offset + part.size));
  },
};

/** Damages a file up to three times; `how` lists the kinds. */
export function damageFile(
  bytes: Uint8Array,
  donor: Uint8Array,
  prng: Prng,
): { bytes: Uint8Array; how: string } {
  return applyDamages(DAMAGES, prng.pick([1, 1, 2, 3]), { bytes, donor, prng });
}

/** Applies kinds of damage at random, one after the other. */
export function applyDamages(
  damages: Damages,
  count: number,
  { bytes, donor, prng }: Omit<Subject, "boxes">,
): { bytes: Uint8Array; how: string } {
  const how: string[] = [];
  let result = bytes;
  while (how.length < count) {
    const boxes = findBoxes(result);
    if (boxes.length === 0) break;
    const name = prng.pick(Object.keys(damages));
    how.push(name);
    result = damages[name]!({ bytes: result, boxes, prng, donor });
  }
  return { bytes: result, how: how.join(", ") };
}

/** Damages text, which has no boxes: changes bits and runs of bytes, duplicates it, or truncates it. */
export function damageText(bytes: Uint8Array, prng: Prng): { bytes: Uint8Array; how: string } {
  const boxes = [{ type: "text", offset: 0, size: bytes.length, parents: [] }];
  const subject = { bytes, boxes, prng, donor: bytes };
  const how = prng.pick([
    "bits flipped",
    "a run of bytes overwritten",
    "truncated",
    "a box duplicated",
  ]);
  return { bytes: DAMAGES[how]!(subject), how };
}

function modifyCopy(
  subject: Subject,
  change: (view: DataView, subject: Subject) => void,
): Uint8Array {
  const copy = subject.bytes.slice();
  change(new DataView(copy.buffer), subject);
  return copy;
}

/** Picks the offset of a byte, rarely of media, since readers parse the other boxes. */
function pickOffset({ bytes, boxes, prng }: Subject): number {
  const metadata = boxes.filter(({ type }) =>
    !["mdat", "moov", "trak", "mdia", "minf"].includes(type)
  );
  if (metadata.length === 0 || prng.below(8) === 0) return prng.below(bytes.length);
  const { offset, size } = prng.pick(metadata);
  return offset + prng.below(size);
}

/** Sets a 32-bit field in the first 64 bytes of a body, or anywhere in it. */
function corruptField(view: DataView, { boxes, prng }: Subject): void {
  const small = boxes.filter(({ type, size }) => type !== "mdat" && size >= 16);
  if (small.length === 0) return;
  const { offset, size } = prng.pick(small);
  const words = Math.floor((size - 8) / 4);
  const word = prng.below(prng.pick([Math.min(words, 16), words]));
  view.setUint32(
    offset + 8 + 4 * word,
    prng.pick([...EXTREME_VALUES, prng.below(2 ** 32), prng.below(1000)]),
  );
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
