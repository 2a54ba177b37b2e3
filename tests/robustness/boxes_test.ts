/** Files without a movie, and boxes with wrong sizes. */

import { ascii, box, concat, u32 } from "../mp4/movie_file.ts";
import { type Case, singleTrackMovie, testCases, VIDEO } from "./cases.ts";
import { syntheticMovie } from "./synthetic_movie.ts";

/** Nested boxes of one type, written without copying each level. */
function nestBoxes(type: string, depth: number): Uint8Array {
  const bytes = new Uint8Array(8 * depth);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < depth; i++) {
    view.setUint32(8 * i, bytes.length - 8 * i);
    bytes.set(ascii(type), 8 * i + 4);
  }
  return bytes;
}

const validMovie = () => singleTrackMovie({ like: VIDEO });
const boxHeader = (size: number, type = "free") => concat(u32(size), ascii(type));

const BOXES: Case[] = [
  ["no bytes", () => new Uint8Array(0), /^film\.mp4: Cannot read an empty file$/],
  ["one byte", () => new Uint8Array(1), /Cannot find a moov box: this is not an MP4 file$/],
  ["zeros", () => new Uint8Array(100000), /Cannot find a moov box: this is not an MP4 file$/],
  [
    "text",
    () => ascii("It was a dark night.\n".repeat(5000)),
    /Cannot find a moov box: this is not an MP4 file$/,
  ],
  ["only ftyp", () => box("ftyp", ascii("isom"), u32(0)), /Cannot find a moov box$/],
  ["an empty moov", () => box("moov"), /film\.mp4: moov: Cannot find a mvhd box$/],
  ["two moov boxes", () => concat(validMovie(), validMovie().subarray(1008))],
  ["10,000 nested boxes", () => nestBoxes("udta", 10000), /Cannot find a moov box$/],
  ["10,000 nested moov boxes", () => nestBoxes("moov", 10000), /moov: Cannot find a mvhd box$/],
  [
    "10,000 nested boxes in moov",
    () => syntheticMovie([], 9, nestBoxes("trak", 10000)),
    /moov\/trak: Cannot find a tkhd box$/,
  ],
  [
    "a million boxes",
    () => concat(box("ftyp"), repeatBox("free", 1e6), validMovie().subarray(8)),
    /Cannot /,
  ],
  ["100,000 boxes before a movie", () => concat(validMovie(), repeatBox("free", 1e5))],
  [
    "60,000 boxes in moov",
    () => syntheticMovie([{ like: VIDEO, sizes: [5] }], 9, repeatBox("free", 6e4)),
  ],
  [
    "100,000 boxes in moov",
    () => syntheticMovie([{ like: VIDEO, sizes: [5] }], 9, repeatBox("free", 1e5)),
    /moov: Cannot read more than 65536 boxes$/,
  ],
  ["a size of 7 after a movie", () => concat(validMovie(), boxHeader(7), new Uint8Array(99))],
  [
    "a size of 7 in moov",
    () => syntheticMovie([], 9, boxHeader(7)),
    /moov\/free: Cannot read a box smaller than its header$/,
  ],
  [
    "a size past the end in moov",
    () => syntheticMovie([], 9, boxHeader(99)),
    /moov\/free: Cannot read 91 bytes where 0 are left$/,
  ],
  [
    "a moov past the end",
    () => boxHeader(2 ** 32 - 1, "moov"),
    /moov: Cannot read 4294967295 bytes where 8 are left$/,
  ],
  [
    "a 64-bit size past 2^53",
    () => concat(boxHeader(1, "moov"), u32(2 ** 32 - 1, 0)),
    /moov: Cannot read \d+ bytes where 16 are left$/,
  ],
];

/** Consecutive empty boxes. */
function repeatBox(type: string, count: number): Uint8Array {
  const one = box(type);
  const bytes = new Uint8Array(8 * count);
  for (let at = 0; at < bytes.length; at += 8) bytes.set(one, at);
  return bytes;
}

testCases(BOXES);
