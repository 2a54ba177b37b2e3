/** Keeps access tokens out of the log. */

/** Each layer of percent-encoding adds `25`. */
const PERCENT = "%(?:25)*";
const SLASHES = `(?:/|${PERCENT}2f)+`;
const TOKEN_DIRECTORY = `(?:\\.|${PERCENT}2e)(?:t|${PERCENT}74)${SLASHES}`;
const NAME = `(?:hdnts|token|hmac)(?:=|${PERCENT}3d)`;

/** The token in a raw path: up to the next slash, whatever it contains. */
const PATH_TOKEN = new RegExp(`(/(?:${TOKEN_DIRECTORY})+)[^/]+`, "gi");

/** A token in a path or a URL that a text quotes, also if that is percent-encoded. */
const QUOTED_TOKEN = new RegExp(
  `((?:^|[/\\s"']|${PERCENT}2f)(?:${TOKEN_DIRECTORY})+)(?:(?!${PERCENT}2f)[^/\\s"'\\\\])+`,
  "gi",
);

/** A token in a query, which error messages and CMCD can contain, and the secret part of one in any place. */
const NAMED_TOKEN = new RegExp(`(${NAME})(?:(?!${PERCENT}26)[^&/\\s"'\\\\])+`, "gi");

/** The header of a JWT begins with `{"`, and so does its payload. */
const JWT_START = "(?:(?<![\\w-])|(?<=%[0-9A-Fa-f]{2}))eyJ[\\w-]+\\.eyJ";
const JWT = new RegExp(`${JWT_START}[\\w-]+\\.[\\w-]*`, "g");

const ANY_TOKEN = new RegExp(`${TOKEN_DIRECTORY}|${NAME}|${JWT_START}`, "i");

/** Replaces tokens in a raw path: `/.t/-/films/video.json/.mpd`. */
export function redactPath(path: string): string {
  if (!ANY_TOKEN.test(path)) return path;
  return path.replace(PATH_TOKEN, "$1-").replace(NAMED_TOKEN, "$1-").replace(JWT, "-");
}

/** The path of a channel, behind which encoders have their key: `/live/news.json/KEY/feed.mp4`. */
const CHANNEL_PATH = /^(.*?\.(?:json|isml?)(?:\/|%2f))[^]+/i;

/** Replaces what follows a channel in a raw path to which an encoder publishes by mistake, since viewers request no such URL. */
export function redactPublishingPath(path: string): string {
  return redactPath(path).replace(CHANNEL_PATH, "$1-");
}

/** Replaces tokens in a text that may quote paths and queries. */
export function redactText(text: string): string {
  if (!ANY_TOKEN.test(text)) return text;
  return text.replace(QUOTED_TOKEN, "$1-").replace(NAMED_TOKEN, "$1-").replace(JWT, "-");
}
