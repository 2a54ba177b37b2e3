/** What the query of a manifest's URL says: what to select, and what to carry on. */

import { RequestError } from "../errors.ts";
import { PROPERTY_NAMES } from "../selection/filter_properties.ts";
import { parseFilter } from "../selection/filter.ts";
import type { SelectionQuery } from "../selection/select.ts";
import { formatQuery, getParameterValue, parseQuery, type QueryParameter } from "../url/query.ts";

/** Parameters that select. */
const SELECTING = ["filter", "start", "end"] as const;

type Selecting = typeof SELECTING[number];

/** Characters that are carried on, at most: each segment of a playlist has them. */
const MAX_FORWARDED = 2048;

/**
 * What is wished for; undefined: the whole, as it is. Parameters that mean nothing here are ignored.
 *
 * @param passed names of parameters that are carried on
 * @throws RequestError `BAD_REQUEST`
 */
export function readManifestQuery(
  rawQuery: string,
  passed: ReadonlySet<string>,
): SelectionQuery | undefined {
  if (rawQuery === "") return undefined;
  const parameters = parseQuery(rawQuery);
  const selecting = parameters.filter(({ name }) => isSelecting(name));
  const carried = parameters.filter(({ name }) => passed.has(name));
  if (selecting.length + carried.length === 0) return undefined;
  rejectUnescapedAmpersands(rawQuery);
  carried.forEach(getParameterValue); // what can't be decoded is refused, as everywhere
  const mediaQuery = formatQuery(carried);
  if (mediaQuery.length > MAX_FORWARDED) {
    throw badRequest(
      `Cannot carry on ${mediaQuery.length} characters of a query: over ${MAX_FORWARDED}`,
    );
  }
  const [filter, start, end] = SELECTING.map((name) => getSingle(selecting, name));
  return {
    filter: filter === undefined ? undefined : parseFilter(filter),
    start: start === undefined ? undefined : parseSeconds("start", start),
    end: end === undefined ? undefined : parseSeconds("end", end),
    mediaQuery,
    playlistQuery: formatQuery(
      parameters.filter(({ name }) => isSelecting(name) || passed.has(name)),
    ),
  };
}

function isSelecting(name: string): boolean {
  return SELECTING.includes(name as Selecting);
}

/** The value of the one parameter of this name. */
function getSingle(parameters: readonly QueryParameter[], name: Selecting): string | undefined {
  const [first, second] = parameters.filter((parameter) => parameter.name === name);
  if (second) {
    throw badRequest(`Cannot use ${name} twice: '${getParameterValue(second).slice(0, 100)}'`);
  }
  return first && getParameterValue(first);
}

const EXPRESSION = new RegExp(
  `(?:^|&)filter=[^&]*&&(?:%20|%28|%21|[ +(!])*(?:${PROPERTY_NAMES.join("|")})\\b`,
  "i",
);

/** `&` parts parameters: half of an expression would be ignored, and more selected than was meant. */
function rejectUnescapedAmpersands(rawQuery: string): void {
  if (!EXPRESSION.test(rawQuery)) return;
  throw badRequest("Cannot read the filter: in a URL, its && has to be written as %26%26");
}

/** `90`, `90.5`, `01:30`, `00:01:30.5`. */
const TIME =
  /^(?:(?:([0-9]{1,9}):)?([0-5]?[0-9]):([0-5][0-9](?:\.[0-9]+)?)|([0-9]+(?:\.[0-9]+)?))$/;

/** Nothing lasts longer, and sums up to it are exact enough. In seconds: 285 years. */
const MAX_SECONDS = 9e9;

function parseSeconds(name: Selecting, text: string): number {
  const [, hours = "0", minutes, seconds, alone] = TIME.exec(text) ?? [];
  if (alone !== undefined) return Math.min(Number(alone), MAX_SECONDS);
  if (minutes === undefined) {
    throw badRequest(
      `Cannot read ${name}='${
        text.slice(0, 100)
      }': it is seconds, as 90 or 90.5, or a time, as 00:01:30.5`,
    );
  }
  return Math.min(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds), MAX_SECONDS);
}

function badRequest(message: string): RequestError {
  return new RequestError("BAD_REQUEST", message);
}
