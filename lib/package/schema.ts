/** Schema of package files. A test compares it with schema.json. */

import * as v from "valibot";
import { ENCRYPTION_SCHEMES } from "../drm/encryption_scheme.ts";
import { CONTENT_ID, KEY_SOURCE_NAME } from "../drm/key_id.ts";
import { getKeyPer } from "../drm/key_label.ts";
import { MediaError } from "../errors.ts";
import { LANGUAGE_TAG, MAX_LANGUAGE_TAG } from "../language.ts";
import { CHANNEL_NAME } from "./closed_captions.ts";
import { CHAPTER_KEYS, METADATA_ENTRIES } from "./metadata_schema.ts";
import { parseRole, ROLE_NAMES, ROLES } from "./role.ts";

export const PACKAGE_VERSION = 1;

export const SEGMENT_DURATION = { min: 0.5, max: 3600 } as const;

const TYPES = ["video", "audio", "text", "image"] as const;

const SECONDS = `expected a number from ${SEGMENT_DURATION.min} to ${SEGMENT_DURATION.max}`;

const DURATION = v.pipe(
  v.number(SECONDS),
  v.minValue(SEGMENT_DURATION.min, SECONDS),
  v.maxValue(SEGMENT_DURATION.max, SECONDS),
);

/** Manifests cannot contain control characters. */
// deno-lint-ignore no-control-regex -- excluded
export const LABEL_TEXT = /^[^\u0000-\u001F\u007F]+$/;

const INDEX = /^[0-9a-f]{16}(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const CAPTIONS_ENTRIES = {
  channel: text(CHANNEL_NAME, "expected CC1 to CC4 or SERVICE1 to SERVICE63"),
  language: language(),
  label: v.exactOptional(text(LABEL_TEXT, "expected text on one line")),
};

// deno-lint-ignore no-control-regex -- operating systems end paths at NUL
const FILE = text(/^[^\\\u0000]+$/, 'expected a path relative to the package, with "/"');

// deno-lint-ignore no-control-regex -- excluded (RFC 9110 §8.8.3)
const ENTITY_TAG = /^"[^"\u0000-\u0020\u007f]*"$/;

const SOURCE_ENTRIES = {
  file: FILE,
  size: v.exactOptional(integer(0)),
  digest: v.exactOptional(digest()),
  etag: v.exactOptional(text(ENTITY_TAG, "expected a strong entity tag in quotes")),
  content: v.exactOptional(digest()),
};

const KID = text(
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  "expected a UUID in lower case",
);

const KIDS_ENTRIES = {
  all: v.exactOptional(KID),
  audio: v.exactOptional(KID),
  video: v.exactOptional(KID),
  sd: v.exactOptional(KID),
  hd: v.exactOptional(KID),
  uhd: v.exactOptional(KID),
};

const PROTECTION_ENTRIES = {
  scheme: v.picklist(ENCRYPTION_SCHEMES, `expected one of ${ENCRYPTION_SCHEMES.join(", ")}`),
  source: text(KEY_SOURCE_NAME, "expected a name of at most 40 of a-z, 0-9 and -"),
  content: text(
    CONTENT_ID,
    "expected 1 to 128 of A-Z a-z 0-9 . _ : and -, the first a letter or digit",
  ),
  kids: v.exactOptional(v.pipe(
    object(KIDS_ENTRIES),
    v.check(
      (kids) => getKeyPer(Object.keys(kids)) !== undefined,
      "expected all, or some of audio and video, or some of audio, sd, hd and uhd",
    ),
  )),
};

/** What the operator may declare of a track of audio or video. */
export const OPERATOR_ENTRIES = {
  language: v.exactOptional(language()),
  label: v.exactOptional(text(LABEL_TEXT, "expected text on one line")),
  role: v.exactOptional(role()),
  default: v.exactOptional(v.boolean("expected true or false")),
  captions: v.exactOptional(
    v.pipe(
      v.array(object(CAPTIONS_ENTRIES), "expected an array"),
      v.minLength(1, "expected at least one channel"),
      v.maxLength(67, "expected at most 67 channels"),
    ),
  ),
};

const TRACK_ENTRIES = {
  file: FILE,
  track: v.exactOptional(integer(0, 2 ** 32 - 1)),
  type: v.picklist(TYPES, `expected one of ${TYPES.join(", ")}`),
  language: language(),
  name: text(
    /^(?!(?:index|master|ts)$)[A-Za-z0-9_=-]+$/,
    'expected letters, digits, "_", "=" and "-", and none of "index", "master", "ts"',
  ),
  label: OPERATOR_ENTRIES.label,
  role: OPERATOR_ENTRIES.role,
  default: OPERATOR_ENTRIES.default,
  captions: OPERATOR_ENTRIES.captions,
  codec: v.exactOptional(text(/^[!-~]+$/, "expected a codec string of RFC 6381")),
  bandwidth: v.exactOptional(integer(0)),
  averageBandwidth: v.exactOptional(integer(0)),
  width: v.exactOptional(integer(1)),
  height: v.exactOptional(integer(1)),
  frameRate: v.exactOptional(
    text(/^[1-9][0-9]*(?:\/[1-9][0-9]*)?$/, 'expected a rate such as "25" or "30000/1001"'),
  ),
  openGop: v.exactOptional(v.boolean("expected true or false")),
  channels: v.exactOptional(integer(1)),
  sampleRate: v.exactOptional(integer(1)),
  index: v.exactOptional(text(INDEX, "expected an index written by amspackager")),
};

const PACKAGE_ENTRIES = {
  ams: v.literal(PACKAGE_VERSION, `expected ${PACKAGE_VERSION}`),
  ...METADATA_ENTRIES,
  segmentDuration: DURATION,
  revision: v.exactOptional(integer(0)),
  sources: v.exactOptional(
    v.pipe(
      v.array(object(SOURCE_ENTRIES), "expected an array"),
      v.maxLength(1000, "expected at most 1000 sources"),
    ),
  ),
  protection: v.exactOptional(object(PROTECTION_ENTRIES)),
  tracks: v.pipe(
    v.array(object(TRACK_ENTRIES), "expected an array"),
    v.minLength(1, "expected at least one track"),
    v.maxLength(1000, "expected at most 1000 tracks"),
  ),
};

export const PACKAGE_SCHEMA = object(PACKAGE_ENTRIES);

/** In the order of a package file. */
export const TRACK_KEYS = Object.keys(TRACK_ENTRIES) as (keyof typeof TRACK_ENTRIES)[];

/** In the order of a package file. */
export const KIDS_KEYS = Object.keys(KIDS_ENTRIES) as (keyof typeof KIDS_ENTRIES)[];

/** By the keys that lead to the object. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(PACKAGE_ENTRIES),
  chapters: CHAPTER_KEYS,
  sources: Object.keys(SOURCE_ENTRIES),
  protection: Object.keys(PROTECTION_ENTRIES),
  "protection kids": KIDS_KEYS,
  tracks: TRACK_KEYS,
  "tracks captions": Object.keys(CAPTIONS_ENTRIES),
};

function digest() {
  return text(/^sha256:[0-9a-f]{64}$/, 'expected "sha256:" and 64 digits 0-9a-f');
}

function text(pattern: RegExp, message: string) {
  return v.pipe(v.string(message), v.regex(pattern, message));
}

/** Three letters of ISO 639-2 are well-formed tags, too. */
function language() {
  const message = 'expected a BCP 47 tag such as "fr" or "pt-BR", or "und"';
  return v.pipe(text(LANGUAGE_TAG, message), v.maxLength(MAX_LANGUAGE_TAG, message));
}

function integer(min: number, max = Number.MAX_SAFE_INTEGER) {
  const message = `expected an integer of at least ${min}`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

function role() {
  const message = `expected one of ${ROLES.join(", ")}`;
  return v.pipe(v.picklist(ROLE_NAMES, message), v.transform((name) => parseRole(name)!));
}

/** Rejects arrays first, since `strictObject()` accepts them. */
function object<const Entries extends v.ObjectEntries>(entries: Entries) {
  const isObject = (value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  return v.pipe(v.custom<object>(isObject, "expected an object"), v.strictObject(entries));
}

type Issue = v.BaseIssue<unknown>;

/**
 * Converts the first issue to an error with the key as its path. Unknown keys take precedence, since a misspelled key also
 * leaves one missing.
 */
export function toPackageError(issues: readonly [Issue, ...Issue[]]): MediaError {
  const issue = issues.find(isUnknownKey) ?? issues[0];
  const error = new MediaError(getReason(issue), "PACKAGE_INVALID");
  const path = formatPath(issue.path?.map(({ key }) => key) ?? []);
  return path ? error.in(path) : error;
}

function isUnknownKey(issue: Issue): boolean {
  return issue.type === "strict_object" && issue.expected === "never";
}

function getReason(issue: Issue): string {
  if (isUnknownKey(issue)) {
    const parents = issue.path!.slice(0, -1).map(({ key }) => key);
    const keys = KEYS[parents.filter((key) => typeof key === "string").join(" ")]!;
    return `Cannot use this key: expected one of ${keys.join(", ")}`;
  }
  if (issue.type === "strict_object") return "Cannot find this key";
  return `Cannot use ${formatValue(issue.input)}: ${issue.message}`;
}

/** Quotes special characters, so that the path is one line. */
function formatPath(keys: readonly unknown[]): string {
  const steps = keys.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^\w{1,40}$/.test(String(key)) ? `.${key}` : `[${formatValue(key)}]`;
  });
  return steps.join("").replace(/^\./, "");
}

/** Avoids recursion, since the value may be nested deeper than the stack allows. */
function formatValue(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
