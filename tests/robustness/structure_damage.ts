/** Rearranges the boxes of a file, and grafts tables of another file, with correct sizes of all parents. */

import { type BoxLocation, findBoxes, replaceBox } from "./boxes.ts";
import { applyDamages, type Damages, type Subject } from "./damage.ts";
import { concat, u32 } from "../mp4/movie_file.ts";
import type { Prng } from "./prng.ts";

/** Boxes that contradict each other when they are of different files. */
const TABLES = [
  ...["stts", "ctts", "stsc", "stsz", "stz2", "stco", "co64", "stss", "sdtp", "sbgp", "sgpd"],
  ...["elst", "tkhd", "mdhd", "mvhd", "hdlr", "stsd", "tref", "trex", "mehd"],
  ...["mfhd", "tfhd", "tfdt", "trun", "sidx", "saio", "saiz", "senc", "mfra"],
];

const CONTAINERS = ["moov", "trak", "edts", "mdia", "minf", "stbl", "mvex", "moof", "traf", "udta"];

/** Levels of a box that contains itself. */
const DEPTHS = [2, 30, 300, 3000];

const DAMAGES: Damages = {
  "tables of another file": (subject) => {
    let { bytes } = subject;
    const types = subject.prng.shuffle(TABLES).slice(0, 1 + subject.prng.below(4));
    for (const type of types) bytes = graft({ ...subject, bytes }, type);
    return bytes;
  },
  "a track of another file": (subject) => graft(subject, subject.prng.pick(["trak", "traf"])),
  "boxes swapped": ({ bytes, boxes, prng }) => {
    const [one, other] = [prng.pick(boxes), prng.pick(boxes)].sort((a, b) => a.offset - b.offset);
    if (one!.offset + one!.size > other!.offset) return bytes; // one is in the other
    const swapped = replaceBox(bytes, other!, slice(bytes, one!));
    return replaceBox(swapped, withSizes(swapped, one!), slice(bytes, other!));
  },
  "a box inside another": ({ bytes, boxes, prng }) => {
    const containers = boxes.filter(({ type }) => CONTAINERS.includes(type));
    if (containers.length === 0) return bytes;
    const [container, child] = [prng.pick(containers), prng.pick(boxes)];
    const children = bytes.subarray(container.offset + 8, container.offset + container.size);
    const added = slice(bytes, child);
    const order = prng.below(2) === 0 ? [added, children] : [children, added];
    return replaceBox(bytes, container, wrap(container.type, concat(...order)));
  },
  "a box inside itself": ({ bytes, boxes, prng }) => {
    const box = prng.pick(boxes.filter(({ type }) => type !== "mdat"));
    if (!box) return bytes;
    const depth = prng.pick(DEPTHS);
    const headers = Array.from({ length: depth }, (_, i) => {
      return concat(u32(box.size + 8 * (depth - i)), readType(bytes, box));
    });
    return replaceBox(bytes, box, concat(...headers, slice(bytes, box)));
  },
  "many copies of a box": ({ bytes, boxes, prng }) => {
    const small = boxes.filter(({ size }) => size < 1000);
    if (small.length === 0) return bytes;
    const box = prng.pick(small);
    const copies = Array.from({ length: 2 + prng.below(50) }, () => slice(bytes, box));
    return replaceBox(bytes, box, concat(...copies));
  },
};

/** Rearranges a file up to three times; `how` lists the kinds. */
export function damageStructure(
  bytes: Uint8Array,
  donor: Uint8Array,
  prng: Prng,
): { bytes: Uint8Array; how: string } {
  return applyDamages(DAMAGES, prng.pick([1, 2, 3]), { bytes, donor, prng });
}

/** Replaces each box of a type by one of the donor, if both files have it. */
function graft({ bytes, prng, donor }: Subject, type: string): Uint8Array {
  const parts = findBoxes(donor).filter((part) => part.type === type);
  const targets = findBoxes(bytes).filter((box) => box.type === type);
  if (parts.length === 0) return bytes;
  let result = bytes;
  for (const target of targets.reverse()) { // so that the offsets of those before it stay
    if (prng.below(3) === 0) continue;
    result = replaceBox(result, withSizes(result, target), slice(donor, prng.pick(parts)));
  }
  return result;
}

/** Reads the sizes of a box and of its parents again, which earlier replacements of later boxes changed. */
function withSizes(bytes: Uint8Array, box: BoxLocation): BoxLocation {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const update = <T extends { offset: number; size: number }>(location: T) => {
    const size = view.getUint32(location.offset);
    return size === 1 ? location : { ...location, size }; // of 64 bits, which no replacement changes
  };
  return { ...update(box), parents: box.parents.map(update) };
}

function slice(bytes: Uint8Array, { offset, size }: BoxLocation): Uint8Array {
  return bytes.subarray(offset, offset + size);
}

function readType(bytes: Uint8Array, { offset }: BoxLocation): Uint8Array {
  return bytes.subarray(offset + 4, offset + 8);
}

function wrap(type: string, content: Uint8Array): Uint8Array {
  return concat(u32(8 + content.length), new TextEncoder().encode(type), content);
}
