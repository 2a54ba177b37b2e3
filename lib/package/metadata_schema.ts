/** Schema of what a package says about the whole presentation. A test compares it with schema.json. */

import * as v from "valibot";

/** Code points are counted, as in JSON Schema. */
// deno-lint-ignore no-control-regex -- excluded
export const TITLE_TEXT = /^[^\u0000-\u001F\u007F]{1,500}$/u;

// deno-lint-ignore no-control-regex -- excluded
export const DESCRIPTION_TEXT = /^(?:[^\u0000-\u001F\u007F]|[\t\n\r]){1,2000}$/u;

const TITLE = v.pipe(
  v.string("expected text on one line"),
  v.regex(TITLE_TEXT, "expected 1 to 500 characters on one line"),
);

const DESCRIPTION = v.pipe(
  v.string("expected text"),
  v.regex(
    DESCRIPTION_TEXT,
    "expected 1 to 2000 characters, without control characters other than tabs and line breaks",
  ),
);

const POSTER_MESSAGE = 'expected the path of a JPEG or PNG below the package, without ".."';

/** A relative path that leads down alone. */
// deno-lint-ignore no-control-regex -- operating systems end paths at NUL
export const POSTER_PATH = /^(?!\/)(?!(?:[\s\S]*\/)?\.\.(?:\/|$))[^\\\u0000]+$/u;

const POSTER = v.pipe(v.string(POSTER_MESSAGE), v.regex(POSTER_PATH, POSTER_MESSAGE));

/** In seconds: ten years. */
const MAX_START = 315_360_000;

const START = `expected seconds from 0 to ${MAX_START}`;

const CHAPTER_ENTRIES = {
  start: v.pipe(v.number(START), v.minValue(0, START), v.maxValue(MAX_START, START)),
  title: TITLE,
};

/** In the order of a package file. */
export const CHAPTER_KEYS = Object.keys(CHAPTER_ENTRIES) as (keyof typeof CHAPTER_ENTRIES)[];

const CHAPTERS_MESSAGE = "expected an array of chapters, or the path of a WebVTT file";

const CHAPTER_LIST = v.pipe(
  v.array(
    v.pipe(v.custom<object>(isPlainObject, "expected an object"), v.strictObject(CHAPTER_ENTRIES)),
    CHAPTERS_MESSAGE,
  ),
  v.maxLength(1000, "expected at most 1000 chapters"),
);

const CHAPTERS_FILE = v.pipe(
  v.string(CHAPTERS_MESSAGE),
  // deno-lint-ignore no-control-regex -- operating systems end paths at NUL
  v.regex(/^[^\\\u0000]+$/, 'expected a path relative to the package, with "/"'),
);

export const METADATA_ENTRIES = {
  title: v.exactOptional(TITLE),
  description: v.exactOptional(DESCRIPTION),
  poster: v.exactOptional(POSTER),
  chapters: v.exactOptional(
    v.lazy((input) => typeof input === "string" ? CHAPTERS_FILE : CHAPTER_LIST),
  ),
};

/** In the order of a package file. */
export const METADATA_KEYS = Object.keys(METADATA_ENTRIES) as (keyof typeof METADATA_ENTRIES)[];

function isPlainObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
