/** Absolute URLs to copy, and commands to paste into a shell. */

/** Characters that encodeURIComponent leaves, and that mean something to a shell. */
const UNESCAPED = /[!'()*]/g;

/**
 * A name as a segment of a URL: letters, digits, `-`, `_`, `.`, `~` and percent signs alone.
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
 * The address of a page without query and fragment, each name in it spelled in the one way of `segment()`.
 *
 * @param {string} href of the page
 */
export function normalizePageUrl(href) {
  const { origin, pathname } = new URL(href);
  return origin +
    pathname.split("/").map((name) => encodePathSegment(decodePathSegment(name))).join("/");
}

/**
 * @param {string} name percent-encoded, or as somebody typed it
 */
function decodePathSegment(name) {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    if (error instanceof URIError) return name; // a bare `%`
    throw error;
  }
}

/**
 * A word of a command line, for the shells of Unix or those of Windows.
 *
 * @param {string} word
 * @param {boolean} windows
 */
export function quoteArgument(word, windows) {
  if (/^[\w./:~=-]+$/.test(word)) return word;
  return windows ? `"${word.replaceAll('"', "")}"` : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * @param {string} program
 * @param {string} url
 * @param {boolean} windows
 */
export function formatCommand(program, url, windows) {
  return `${program} ${quoteArgument(url, windows)}`;
}

/**
 * Whether the address leads to this machine alone: a phone that is given it won't get here.
 *
 * @param {string} href
 */
export function isLoopbackUrl(href) {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(href).hostname);
}
