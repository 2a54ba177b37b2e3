/** What a package file may hold, and what to say where it doesn't. A test holds schema.json to it. */

import * as v from "valibot";
import { MediaError } from "../errors.ts";
import { CHANNEL } from "./closed_captions.ts";
import { parseRole, ROLE_NAMES, ROLES } from "./role.ts";

/** Of the package file: the value of `ams`. */
export const VERSION = 1;

/** In seconds. */
export const SEGMENT_DURATION = { min: 0.5, max: 3600 } as const;

/** ISO 639-2. */
export const LANGUAGE = /^[a-z]{3}$/;

const TYPES = ["video", "audio", "text", "image"] as const;

const SECONDS = `a number from ${SEGMENT_DURATION.min} to ${SEGMENT_DURATION.max} is wanted`;

const DURATION = v.pipe(
  v.number(SECONDS),
  v.minValue(SEGMENT_DURATION.min, SECONDS),
  v.maxValue(SEGMENT_DURATION.max, SECONDS),
);

// deno-lint-ignore no-control-regex -- manifests can't carry control characters
export const LABEL = /^[^\u0000-\u001F\u007F]+$/;

/** A digest, and base64. */
const INDEX = /^[0-9a-f]{16}(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const CAPTIONS_ENTRIES = {
  channel: text(CHANNEL, "CC1 to CC4, or SERVICE1 to SERVICE63, is wanted"),
  language: text(LANGUAGE, "three small letters of ISO 639-2 are wanted"),
  label: v.exactOptional(text(LABEL, "text on one line is wanted")),
};

const TRACK_ENTRIES = {
  // deno-lint-ignore no-control-regex -- a NUL ends a path in every system
  file: text(/^[^\\\u0000]+$/, 'a path relative to the package, with "/", is wanted'),
  track: v.exactOptional(integer(1, 2 ** 32 - 1)),
  type: v.picklist(TYPES, `one of ${TYPES.join(", ")} is wanted`),
  language: text(LANGUAGE, "three small letters of ISO 639-2 are wanted"),
  name: text(
    /^(?!(?:master|ts)$)[A-Za-z0-9_=-]+$/,
    'letters, digits, "_", "=" and "-" are wanted, but neither "master" nor "ts"',
  ),
  label: v.exactOptional(text(LABEL, "text on one line is wanted")),
  role: v.exactOptional(role()),
  default: v.exactOptional(v.boolean("true or false is wanted")),
  captions: v.exactOptional(
    v.pipe(
      v.array(object(CAPTIONS_ENTRIES), "an array is wanted"),
      v.minLength(1, "at least one channel is wanted"),
      v.maxLength(67, "at most 67 channels are wanted"),
    ),
  ),
  codec: v.exactOptional(text(/^[!-~]+$/, "a codec string of RFC 6381 is wanted")),
  bandwidth: v.exactOptional(integer(0)),
  averageBandwidth: v.exactOptional(integer(0)),
  width: v.exactOptional(integer(1)),
  height: v.exactOptional(integer(1)),
  frameRate: v.exactOptional(
    text(/^[1-9][0-9]*(?:\/[1-9][0-9]*)?$/, 'a rate such as "25" or "30000/1001" is wanted'),
  ),
  openGop: v.exactOptional(v.boolean("true or false is wanted")),
  channels: v.exactOptional(integer(1)),
  sampleRate: v.exactOptional(integer(1)),
  index: v.exactOptional(text(INDEX, "what amspackager wrote is wanted, or nothing")),
};

const PACKAGE_ENTRIES = {
  ams: v.literal(VERSION, `${VERSION} is wanted`),
  segmentDuration: DURATION,
  tracks: v.pipe(
    v.array(object(TRACK_ENTRIES), "an array is wanted"),
    v.minLength(1, "at least one track is wanted"),
    v.maxLength(1000, "at most 1000 tracks are wanted"),
  ),
};

export const PACKAGE = object(PACKAGE_ENTRIES);

const PACKAGE_KEYS = Object.keys(PACKAGE_ENTRIES);

/** In the order in which they are written. */
export const TRACK_KEYS = Object.keys(TRACK_ENTRIES) as (keyof typeof TRACK_ENTRIES)[];

/** Of the package, of a track, of the captions of one. */
const KEYS: readonly (readonly string[])[] = [
  PACKAGE_KEYS,
  TRACK_KEYS,
  Object.keys(CAPTIONS_ENTRIES),
];

function text(pattern: RegExp, wanted: string) {
  return v.pipe(v.string(wanted), v.regex(pattern, wanted));
}

function integer(least: number, most = Number.MAX_SAFE_INTEGER) {
  const wanted = `an integer from ${least} on is wanted`;
  return v.pipe(
    v.number(wanted),
    v.integer(wanted),
    v.minValue(least, wanted),
    v.maxValue(most, wanted),
  );
}

function role() {
  const wanted = `one of ${ROLES.join(", ")} is wanted`;
  return v.pipe(v.picklist(ROLE_NAMES, wanted), v.transform((word) => parseRole(word)!));
}

/** Says no to arrays first, which JSON Schema keeps apart and `strictObject` would search for keys. */
function object<const Entries extends v.ObjectEntries>(entries: Entries) {
  const isObject = (value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  return v.pipe(v.custom<object>(isObject, "an object is wanted"), v.strictObject(entries));
}

type Issue = v.BaseIssue<unknown>;

/**
 * One sentence for all that is wrong, with the key as the error's path. An unknown key goes first: its
 * misspelling is why another seems to be missing.
 */
export function packageError(issues: readonly [Issue, ...Issue[]]): MediaError {
  const issue = issues.find(isUnknownKey) ?? issues[0];
  const error = new MediaError(reason(issue), "PACKAGE_INVALID");
  const path = keyPath(issue.path?.map(({ key }) => key) ?? []);
  return path ? error.in(path) : error;
}

function isUnknownKey(issue: Issue): boolean {
  return issue.type === "strict_object" && issue.expected === "never";
}

function reason(issue: Issue): string {
  if (isUnknownKey(issue)) {
    const keys = KEYS[issue.path!.filter(({ key }) => typeof key !== "number").length - 1]!;
    return `Cannot use this key: ${keys.join(", ")} are known`;
  }
  if (issue.type === "strict_object") return "Cannot do without this key";
  return `Cannot use ${shown(issue.input)}: ${issue.message}`;
}

/** `tracks[1].nmae`; a key that is not a plain word in quotes, so that it stays on one line. */
function keyPath(keys: readonly unknown[]): string {
  const steps = keys.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^\w{1,40}$/.test(String(key)) ? `.${key}` : `[${shown(key)}]`;
  });
  return steps.join("").replace(/^\./, "");
}

/** Short, on one line, and never deep: a value may be nested beyond what the stack can bear. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
