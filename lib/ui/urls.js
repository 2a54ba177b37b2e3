/** URLs and shell commands to copy. */

/** Shell metacharacters that encodeURIComponent does not encode. */
const UNESCAPED = /[!'()*]/g;

/**
 * Encodes a name as a URL path segment of letters, digits, `-`, `_`, `.`, `~` and percent signs only.
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
 * Returns a URL without query and fragment, with every path segment encoded as by `encodePathSegment()`.
 *
 * @param {string} href
 */
export function normalizePageUrl(href) {
  const { origin, pathname } = new URL(href);
  return origin +
    pathname.split("/").map((name) => encodePathSegment(decodePathSegment(name))).join("/");
}

/**
 * @param {string} name percent-encoded or as typed
 */
function decodePathSegment(name) {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    if (error instanceof URIError) return name; // an unescaped `%`
    throw error;
  }
}

/**
 * Quotes an argument for a Unix or Windows shell.
 *
 * @param {string} argument
 * @param {boolean} windows
 */
export function quoteShellArgument(argument, windows) {
  if (/^[\w./:~=-]+$/.test(argument)) return argument;
  return windows ? `"${argument.replaceAll('"', "")}"` : `'${argument.replaceAll("'", "'\\''")}'`;
}

/**
 * Formats a shell command with a URL as its argument.
 *
 * @param {string} program
 * @param {string} url
 * @param {boolean} windows
 */
export function formatCommand(program, url, windows) {
  return `${program} ${quoteShellArgument(url, windows)}`;
}

/**
 * Tells whether a URL has a loopback host, which other devices cannot reach.
 *
 * @param {string} href
 */
export function isLoopbackUrl(href) {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(href).hostname);
}
