/** Channel files: what a live channel accepts, keeps and declares. Their published schema is channel_file.schema.json. */

import * as v from "valibot";
import { MediaError } from "../errors.ts";
import { formatJsonError } from "../json_error.ts";
import { describeIssues, jsonObject, jsonRecord, jsonText } from "../json_object.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { toBcp47 } from "../language.ts";
import { findRepeatedChannel } from "./closed_captions.ts";
import { LABEL_TEXT, OPERATOR_ENTRIES, PACKAGE_VERSION } from "./schema.ts";

export const CHANNEL_SEGMENT_DURATION = { min: 1, max: 30 } as const;

/** In seconds: ten years. */
export const MAX_CHANNEL_SECONDS = 315_360_000;

export const CHANNEL_DEFAULTS = {
  segmentDuration: 4,
  window: 3600,
  keep: "window",
  reconnect: 60,
} as const;

/** A key in clear. */
export const STREAM_KEY = /^[A-Za-z0-9_-]{16,200}$/;

/** In bytes. */
export const MAX_CHANNEL_FILE_SIZE = 2 ** 20;

const LABEL = jsonText(LABEL_TEXT, "expected text on one line");

const PUBLISHER = jsonObject({
  name: jsonText(/^[A-Za-z0-9_.-]{1,64}$/, "expected 1 to 64 of A-Z a-z 0-9 _ . and -"),
  key: jsonText(
    /^(?:sha256:[0-9a-f]{64}|[A-Za-z0-9_-]{16,200})$/,
    "expected sha256: and 64 digits 0-9a-f, or a key of 16 to 200 of A-Z a-z 0-9 _ and -",
  ),
});

const PUBLISHERS = v.pipe(
  v.array(PUBLISHER, "expected loopback, or a list of publishers"),
  v.maxLength(1000, "expected at most 1000 publishers"),
  v.check(
    (all) => new Set(all.map(({ name }) => name)).size === all.length,
    "expected publishers with different names",
  ),
);

const TRACK = v.pipe(
  jsonObject({
    ...OPERATOR_ENTRIES,
    skip: v.exactOptional(v.boolean("expected true or false")),
  }),
  v.check(
    ({ captions = [] }) => findRepeatedChannel(captions) < 0,
    "expected captions with different channels",
  ),
);

const LIVE_ENTRIES = {
  label: v.exactOptional(LABEL),
  segmentDuration: v.exactOptional(
    seconds(CHANNEL_SEGMENT_DURATION.min, CHANNEL_SEGMENT_DURATION.max),
  ),
  window: v.exactOptional(v.lazy((input) => wordOr(input, "all", 1))),
  keep: v.exactOptional(v.lazy(chooseKeep)),
  reconnect: v.exactOptional(v.lazy((input) => wordOr(input, "always", 0))),
  publishers: v.exactOptional(
    v.lazy((input) => input === "loopback" ? v.literal("loopback") : PUBLISHERS),
  ),
  tracks: v.exactOptional(
    jsonRecord(
      jsonText(/^[A-Za-z0-9_=-]{1,100}$/, "expected the name of a track"),
      TRACK,
      1000,
    ),
  ),
};

export const CHANNEL_KEYS = Object.keys(LIVE_ENTRIES) as (keyof typeof LIVE_ENTRIES)[];

const CHANNEL_SCHEMA = jsonObject({
  ams: v.literal(PACKAGE_VERSION, `expected ${PACKAGE_VERSION}`),
  live: v.pipe(
    jsonObject(LIVE_ENTRIES),
    v.forward(
      v.check(
        ({ window = CHANNEL_DEFAULTS.window, keep = CHANNEL_DEFAULTS.keep }) =>
          typeof keep === "string" || (window !== "all" && keep >= window),
        'expected at least window, or "window" or "all"',
      ),
      ["keep"],
    ),
  ),
});

/** With defaults. */
export interface ChannelFile {
  readonly label?: string;
  /** Target in seconds. */
  readonly segmentDuration: number;
  /** Seconds that viewers can go back; `all`: to the start of the broadcast. */
  readonly window: number | "all";
  /** Seconds of archive that are not deleted; `window`: what viewers can go back to. */
  readonly keep: number | "window" | "all";
  /** Seconds that a broadcast waits for a publisher; `always`: it is never over. */
  readonly reconnect: number | "always";
  /** `loopback`: everyone from a loopback address. */
  readonly publishers: "loopback" | readonly ChannelPublisher[];
  /** By name. */
  readonly tracks: ReadonlyMap<string, ChannelTrack>;
  /** Names of publishers whose keys are not digests. */
  readonly clearKeys: readonly string[];
}

export interface ChannelPublisher {
  readonly name: string;
  /** `sha256:` and 64 hexadecimal digits, or a key in clear. */
  readonly key: string;
}

/** What the operator declares of a track. */
export type ChannelTrack = v.InferOutput<typeof TRACK>;

/** Keys of a channel file with values other than their defaults. */
export type ChannelFileEntries = Partial<Omit<ChannelFile, "clearKeys" | "tracks">>;

/** Returns true if a JSON document is a channel file, valid or not. */
export function isChannelFile(document: unknown): boolean {
  return typeof document === "object" && document !== null && Object.hasOwn(document, "live");
}

/** @throws MediaError `PACKAGE_INVALID` that names the key and what is expected, never a value */
export function parseChannelFile(text: string): ChannelFile {
  const document = parseJson(text);
  checkVersion(document);
  const result = v.safeParse(CHANNEL_SCHEMA, document, { abortPipeEarly: true });
  if (!result.success) throw invalid(describeIssues(result.issues));
  const { tracks = {}, publishers = [], ...entries } = result.output.live;
  const isClear = ({ key }: ChannelPublisher) => !key.startsWith("sha256:");
  return {
    ...CHANNEL_DEFAULTS,
    ...entries,
    publishers,
    tracks: new Map(Object.entries(tracks).map(([name, track]) => [name, toTrack(track)])),
    clearKeys: publishers === "loopback" ? [] : publishers.filter(isClear).map(({ name }) => name),
  };
}

/** Returns the warnings of a channel file. */
export function findChannelWarnings({ clearKeys }: ChannelFile): string[] {
  if (clearKeys.length === 0) return [];
  const names = clearKeys.join(", ");
  return [
    `keys of ${names} are in clear: every reader of the file can publish, see sha256: in the documentation of channel files`,
  ];
}

/** Formats a channel file, without keys that have their defaults. */
export function formatChannelFile(settings: ChannelFileEntries): string {
  const keys = CHANNEL_KEYS.flatMap((key) => {
    if (key === "tracks") return [];
    const isDefault = Object.hasOwn(CHANNEL_DEFAULTS, key) &&
      settings[key] === CHANNEL_DEFAULTS[key as keyof typeof CHANNEL_DEFAULTS];
    return isDefault ? [] : [[key, settings[key]] as const];
  });
  const live = omitUndefined(Object.fromEntries(keys));
  return `${JSON.stringify({ ams: PACKAGE_VERSION, live }, null, 2)}\n`;
}

function toTrack({ language, captions, ...track }: ChannelTrack): ChannelTrack {
  return {
    ...track,
    ...language !== undefined && { language: toBcp47(language) },
    ...captions && {
      captions: captions.map((it) => ({ ...it, language: toBcp47(it.language) })),
    },
  };
}

function parseJson(text: string): unknown {
  if (text.length > MAX_CHANNEL_FILE_SIZE) {
    throw invalid(`Cannot read a channel file of more than ${MAX_CHANNEL_FILE_SIZE} bytes`);
  }
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text; // some editors write a byte order mark
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [position] = formatJsonError(json, error).split(":"); // the rest would quote the file
    throw invalid(`${position}: expected JSON`);
  }
}

/** A file of a later version may have unknown keys, so the version is checked first. */
function checkVersion(document: unknown): void {
  if (typeof document !== "object" || document === null || !("ams" in document)) return;
  if (typeof document.ams !== "number" || document.ams === PACKAGE_VERSION) return;
  throw invalid(`ams: Cannot read this version, expected ${PACKAGE_VERSION}`);
}

function invalid(message: string): MediaError {
  return new MediaError(message, "PACKAGE_INVALID");
}

function seconds(min: number, max: number, others = "") {
  const message = `expected seconds from ${min} to ${max}${others}`;
  return v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message));
}

function wordOr<const Word extends string>(input: unknown, word: Word, min: number) {
  return input === word ? v.literal(word) : seconds(min, MAX_CHANNEL_SECONDS, `, or "${word}"`);
}

function chooseKeep(input: unknown) {
  if (input === "window") return v.literal("window");
  if (input === "all") return v.literal("all");
  return seconds(1, MAX_CHANNEL_SECONDS, ', or "window" or "all"');
}
