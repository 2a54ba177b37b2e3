/** Queries of manifests: what they select, and which parameters are forwarded. */

import { RequestError } from "../errors.ts";
import { PROPERTY_NAMES } from "../selection/filter_properties.ts";
import { parseFilter } from "../selection/filter.ts";
import type { SelectionQuery } from "../selection/select.ts";
import { formatQuery, getParameterValue, parseQuery, type QueryParameter } from "../url/query.ts";

const SELECTION_PARAMETERS = ["filter", "start", "end", "only"] as const;

type SelectionParameter = typeof SELECTION_PARAMETERS[number];

/** In characters; applies to queries that select or forward anything. */
const MAX_QUERY_LENGTH = 16384;

/** Each URL of a playlist repeats the forwarded parameters. */
const MAX_FORWARDED_LENGTH = 2048;

/**
 * Returns undefined if the query neither selects nor forwards anything.
 *
 * @throws RequestError `BAD_REQUEST`
 */
export function readManifestQuery(
  rawQuery: string,
  forwardedNames: ReadonlySet<string>,
): SelectionQuery | undefined {
  if (rawQuery === "") return undefined;
  const parameters = parseQuery(rawQuery);
  const selection = parameters.filter(({ name }) => isSelecting(name));
  const forwarded = parameters.filter(({ name }) => forwardedNames.has(name));
  if (selection.length + forwarded.length === 0) return undefined;
  if (rawQuery.length > MAX_QUERY_LENGTH) {
    throw badRequest(
      `Cannot read a query of ${rawQuery.length} characters, expected at most ${MAX_QUERY_LENGTH}`,
    );
  }
  rejectUnescapedAmpersands(rawQuery);
  forwarded.forEach(getParameterValue); // rejects invalid percent-encoding
  const mediaQuery = formatQuery(forwarded);
  if (mediaQuery.length > MAX_FORWARDED_LENGTH) {
    throw badRequest(
      `Cannot forward ${mediaQuery.length} characters of a query, expected at most ${MAX_FORWARDED_LENGTH}`,
    );
  }
  const [filter, start, end, only] = SELECTION_PARAMETERS.map((name) => getSingle(selection, name));
  return {
    filter: filter === undefined ? undefined : parseFilter(filter),
    start: start === undefined ? undefined : parseSeconds("start", start),
    end: end === undefined ? undefined : parseSeconds("end", end),
    only: only === undefined ? undefined : parseOnly(only),
    mediaQuery,
    playlistQuery: formatQuery(
      parameters.filter(({ name }) => isSelecting(name) || forwardedNames.has(name)),
    ),
  };
}

function isSelecting(name: string): boolean {
  return SELECTION_PARAMETERS.includes(name as SelectionParameter);
}

function getSingle(
  parameters: readonly QueryParameter[],
  name: string,
): string | undefined {
  const [first, second] = parameters.filter((parameter) => parameter.name === name);
  if (second) {
    throw badRequest(`Cannot use ${name} twice: '${getParameterValue(second).slice(0, 100)}'`);
  }
  return first && getParameterValue(first);
}

const UNESCAPED_FILTER = new RegExp(
  `(?:^|&)filter=[^&]*&&(?:%20|%28|%21|[ +(!])*(?:${PROPERTY_NAMES.join("|")})\\b`,
  "i",
);

/** After an unescaped `&`, the rest of the filter would be ignored. */
function rejectUnescapedAmpersands(rawQuery: string): void {
  if (!UNESCAPED_FILTER.test(rawQuery)) return;
  throw badRequest("Cannot read the filter: && must be escaped as %26%26 in a URL");
}

/**
 * Returns the seconds in a parameter; undefined without it.
 *
 * @throws RequestError `BAD_REQUEST`
 */
export function readSeconds(rawQuery: string | undefined, name: string): number | undefined {
  const text = getSingle(parseQuery(rawQuery ?? ""), name);
  return text === undefined ? undefined : parseSeconds(name, text);
}

/** `90`, `90.5`, `01:30` or `00:01:30.5`. */
const TIME =
  /^(?:(?:([0-9]{1,9}):)?([0-5]?[0-9]):([0-5][0-9](?:\.[0-9]+)?)|([0-9]+(?:\.[0-9]+)?))$/;

/** Longer times are clamped to 285 years, so that sums stay exact enough. */
const MAX_SECONDS = 9e9;

function parseSeconds(name: string, text: string): number {
  const [, hours = "0", minutes, seconds, alone] = TIME.exec(text) ?? [];
  if (alone !== undefined) return Math.min(Number(alone), MAX_SECONDS);
  if (minutes === undefined) {
    const value = text.slice(0, 100);
    throw badRequest(
      `Cannot read ${name}='${value}', expected seconds (90.5) or a time (00:01:30.5)`,
    );
  }
  return Math.min(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds), MAX_SECONDS);
}

/** @throws RequestError for a value: there is nothing to choose */
function parseOnly(text: string): true {
  if (text === "") return true;
  throw badRequest(`Cannot read only='${text.slice(0, 100)}', expected no value`);
}

function badRequest(message: string): RequestError {
  return new RequestError("BAD_REQUEST", message);
}
