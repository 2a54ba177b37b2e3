/**
 * An **archive block** is a directory of up to ten minutes of one period: `block.json`, a file a track, and `index`
 * (index_record.ts). `block.json` never changes; `index` contains what happens after it was written.
 */

import * as v from "valibot";
import { MediaError } from "../errors.ts";
import { describeIssues, jsonInteger, jsonObject, jsonRecord, jsonText } from "../json_object.ts";
import { OPERATOR_ENTRIES } from "../package/schema.ts";

const BLOCK_VERSION = 1;

/** Name of a rendition, part of URLs and file names. Playlists and members of every object have the excluded names. */
export const CHANNEL_RENDITION_NAME =
  /^(?!(?:index|master|ts|__proto__|constructor|prototype)$)[A-Za-z0-9_=-]{1,100}$/;

const NAME = jsonText(
  CHANNEL_RENDITION_NAME,
  "expected 1 to 100 of A-Z a-z 0-9 _ = and -, and no reserved name",
);

// deno-lint-ignore no-control-regex -- excluded
const ONE_LINE = /^[^\u0000-\u001F\u007F]{0,200}$/;

const WORD = jsonText(ONE_LINE, "expected up to 200 characters on one line");

/** UTC in µs since 1970. */
const UTC = jsonInteger(0);

/** Bit rates in the blocks before, of one broadcast: see segment_rates.ts. */
const RATES_ENTRIES = {
  peak: jsonInteger(0),
  bytes: jsonInteger(0),
  duration: jsonInteger(0),
  listed: v.exactOptional(jsonInteger(0)),
};

const TICKS = jsonText(/^-?[0-9]{1,24}$/, "expected an integer as text");

/** What follows the name of the stream in those of renditions, by track_ID of the moov. */
export const TRACK_NAMES = v.record(
  jsonText(/^[1-9][0-9]{0,9}$/, "expected a track_ID"),
  jsonText(/^[a-z]{1,10}(?:-[0-9]{1,10})?$/, "expected a name such as video-1"),
  "expected an object",
);

/** What the publisher's times and init must be like for the period to go on after a restart. */
const RESUME_ENTRIES = {
  /** Decode time of the publisher that is 0 in the period. */
  decodeOrigin: TICKS,
  /** Added to decode time and composition offset of the publisher: the presentation time in the period. */
  presentationShift: TICKS,
  /** Equal for equal inits of the publisher. */
  initKey: v.pipe(v.string("expected text"), v.maxLength(2 ** 22, "expected less text")),
  /** Body of the publisher's moov, in Base64. */
  moov: v.exactOptional(jsonText(/^[A-Za-z0-9+/]{0,1500000}={0,2}$/, "expected Base64")),
  names: v.exactOptional(TRACK_NAMES),
};

const TRACK_ENTRIES = {
  name: NAME,
  type: v.picklist(["video", "audio"], "expected video or audio"),
  timescale: jsonInteger(1, 2 ** 32 - 1),
  /** M: presentation time = decode time + composition offset - M. */
  mediaTime: jsonInteger(0),
  /** Bytes of ftyp and moov, where the file of the track starts. */
  initBytes: jsonInteger(8, 2 ** 26),
  /** Name under which the publisher pushes. */
  stream: WORD,
  publisher: WORD,
  /** Bit/s that the encoder announces. */
  bandwidth: v.exactOptional(jsonInteger(0)),
  /** Ordinal in the period of the first segment in this block, from 0. */
  first: jsonInteger(0, 2 ** 32 - 1),
  /** Ordinal in the channel of the first segment of the period, from 1; absent until the period is counted. */
  ordinal: v.exactOptional(jsonInteger(1, 2 ** 32 - 1)),
  rates: v.exactOptional(jsonObject(RATES_ENTRIES)),
  resume: v.exactOptional(jsonObject(RESUME_ENTRIES)),
  ...OPERATOR_ENTRIES,
};

const BLOCK_SCHEMA = jsonObject({
  ams: v.literal(BLOCK_VERSION, `expected ${BLOCK_VERSION}`),
  broadcast: jsonObject({
    /** Counts from 1, as all numbers here. */
    number: jsonInteger(1),
    /** UTC of the start of its first period. */
    epoch: UTC,
    /** Target duration in seconds; absent until it is fixed. */
    target: v.exactOptional(jsonInteger(1)),
  }),
  period: jsonObject({
    /** Running number of periods, counted or not. */
    id: jsonInteger(1),
    start: UTC,
    /** Why it began. */
    reason: v.exactOptional(WORD),
    /** Number in the channel; absent until it is counted. */
    number: v.exactOptional(jsonInteger(1)),
  }),
  tracks: v.pipe(
    v.array(jsonObject(TRACK_ENTRIES), "expected an array"),
    v.minLength(1, "expected at least one track"),
    v.maxLength(1000, "expected at most 1000 tracks"),
    v.check(
      (tracks) => new Set(tracks.map(({ name }) => name.toLowerCase())).size === tracks.length,
      "expected tracks with different names",
    ),
  ),
  /** What the channel had counted when the block was written. */
  counts: jsonObject({
    periods: jsonInteger(0),
    /** Segments with an ordinal, by the name of each rendition that the channel ever had. */
    segments: jsonRecord(NAME, jsonInteger(0, 2 ** 32 - 1), 100_000),
  }),
});

type BlockEntries = v.InferOutput<typeof BLOCK_SCHEMA>;

export type Block = Omit<BlockEntries, "ams">;

export type BlockTrack = Block["tracks"][number];

export type ChannelCounts = Block["counts"];

export const BLOCK_FILE = "block.json";
export const INDEX_FILE = "index";

export function getTrackFile({ name }: Pick<BlockTrack, "name">): string {
  return `${name}.mp4`;
}

/** Formats `block.json`. */
export function formatBlock(block: Block): string {
  return `${JSON.stringify({ ams: BLOCK_VERSION, ...block }, null, 1)}\n`;
}

/** @throws MediaError that names the key and what is expected */
export function parseBlock(text: string): Block {
  const result = v.safeParse(BLOCK_SCHEMA, parseJson(text), { abortPipeEarly: true });
  if (!result.success) throw new MediaError(describeIssues(result.issues));
  const { ams: _, ...block } = result.output;
  return block;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new MediaError("Cannot read JSON");
    throw error;
  }
}

/** Returns the name of the directory of a block: `00000042`. */
export function formatBlockName(number: number): string {
  return String(number).padStart(8, "0");
}

/** Returns the number of a block; undefined for the name of another file. */
export function parseBlockName(name: string): number | undefined {
  const number = /^[0-9]{8,15}$/.test(name) ? Number(name) : 0;
  return number > 0 && formatBlockName(number) === name ? number : undefined;
}
