/** Keeps access tokens out of the log. */

const TOKEN_DIRECTORY = "(?:\\.|%2e)(?:t|%74)(?:/|%2f)";

/** The token in a raw path: up to the next slash, whatever it contains. */
const PATH_TOKEN = new RegExp(`(/${TOKEN_DIRECTORY})[^/]+`, "gi");

/** A token in a path or a URL that a text quotes, also if that is percent-encoded. */
const QUOTED_TOKEN = new RegExp(
  `((?:^|[/\\s"']|%2f)${TOKEN_DIRECTORY})(?:(?!%2f)[^/\\s"'\\\\])+`,
  "gi",
);

/** A token in a query, which error messages and CMCD can contain, and the secret part of one in any place. */
const NAMED_TOKEN = /((?:hdnts|token|hmac)(?:=|%3d))(?:(?!%26)[^&/\s"'\\])+/gi;

const ANY_TOKEN = new RegExp(`${TOKEN_DIRECTORY}|(?:hdnts|token|hmac)(?:=|%3d)`, "i");

/** Replaces tokens in a raw path: `/.t/-/films/video.json/.mpd`. */
export function redactPath(path: string): string {
  if (!ANY_TOKEN.test(path)) return path;
  return path.replace(PATH_TOKEN, "$1-").replace(NAMED_TOKEN, "$1-");
}

/** Replaces tokens in a text that may quote paths and queries. */
export function redactText(text: string): string {
  if (!ANY_TOKEN.test(text)) return text;
  return text.replace(QUOTED_TOKEN, "$1-").replace(NAMED_TOKEN, "$1-");
}
