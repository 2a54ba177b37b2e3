/** Keeps access tokens out of the log. */

/** A token in a path, relative or not, or in a URL, also if that is percent-encoded. */
const PATH_TOKEN = /((?:^|[/\s"']|%2f)(?:\.|%2e)(?:t|%74)(?:\/|%2f))(?:(?!%2f)[^/\s"'\\])+/gi;
const TOKEN_DIRECTORY = /(?:^|[/\s"']|%2f)(?:\.|%2e)(?:t|%74)(?:\/|%2f)/i;

/** A token in a query, which error messages and CMCD can contain. */
const QUERY_TOKEN = /((?:hdnts|token)(?:=|%3d))(?:(?!%26)[^&\s"'\\])+/gi;

/** Replaces tokens in a path: `/.t/-/films/video.json/.mpd`. */
export function redactPath(path: string): string {
  return TOKEN_DIRECTORY.test(path) ? path.replace(PATH_TOKEN, "$1-") : path;
}

/** Replaces tokens in a text that may quote paths and queries. */
export function redactText(text: string): string {
  return redactPath(text).replace(QUERY_TOKEN, "$1-");
}
