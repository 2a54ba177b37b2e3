/** URLs and shell commands to copy. */

/** Not encoded by encodeURIComponent. */
const UNESCAPED = /[!'()*]/g;

/**
 * Leaves letters, digits, `-`, `_`, `.`, `~` and percent signs only.
 *
 * @param {string} name
 */
export function encodePathSegment(name) {
  return encodeURIComponent(name).replace(
    UNESCAPED,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Omits query and fragment, and encodes every path segment.
 *
 * @param {string} href
 */
export function normalizePageUrl(href) {
  const { origin, pathname } = new URL(href);
  return origin +
    pathname.split("/").map((name) => encodePathSegment(decodePathSegment(name))).join("/");
}

/**
 * Returns the URL of the document root, given that of a file of the page, which is at `<root>/.ams/<digest>/<name>`.
 *
 * @param {string} moduleUrl
 */
export function getHomeUrl(moduleUrl = import.meta.url) {
  return new URL("../../", moduleUrl).pathname;
}

/**
 * Returns the names in the address below the document root, decoded.
 *
 * @param {string} pathname
 * @param {string} home path of the document root, as `getHomeUrl()`
 */
export function getPagePath(pathname = location.pathname, home = getHomeUrl()) {
  const path = pathname.startsWith(home) ? pathname.slice(home.length) : pathname.slice(1);
  const names = path.split("/").filter((name) => name !== "").map(decodePathSegment);
  return { home, names, isDirectory: pathname.endsWith("/") };
}

/** @param {string} name */
function decodePathSegment(name) {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    if (error instanceof URIError) return name; // an unescaped `%`
    throw error;
  }
}

/**
 * Quotes for a Unix or Windows shell.
 *
 * @param {string} argument
 * @param {boolean} windows
 */
export function quoteShellArgument(argument, windows) {
  if (/^[\w./:~=-]+$/.test(argument)) return argument;
  return windows ? `"${argument.replaceAll('"', "")}"` : `'${argument.replaceAll("'", "'\\''")}'`;
}

/**
 * @param {string} program
 * @param {string} url
 * @param {boolean} windows
 */
export function formatCommand(program, url, windows) {
  return `${program} ${quoteShellArgument(url, windows)}`;
}

/**
 * Returns true for loopback hosts, which other devices cannot reach.
 *
 * @param {string} href
 */
export function isLoopbackUrl(href) {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(href).hostname);
}

/**
 * Adds the access token in the query of the page, if it has one.
 *
 * @param {string} url
 */
export function addPageToken(url) {
  return addToken(url, location.search);
}

/**
 * Adds the access token of another query.
 *
 * @param {string} url
 * @param {string} search with `?`, or empty
 */
export function addToken(url, search) {
  const token = search.slice(1).split("&").find((parameter) => /^(hdnts|token)=./.test(parameter));
  return token ? `${url}${url.includes("?") ? "&" : "?"}${token}` : url;
}
