/** Text matching of the search field. */

const MARKS = /\p{Mark}/gu;

/**
 * Matches all words of `query`, ignoring case and accents.
 *
 * @param {string} text
 * @param {string} query
 */
export function matchesQuery(text, query) {
  const folded = fold(text);
  return fold(query).split(/\s+/).every((word) => folded.includes(word));
}

/** @param {string} text */
function fold(text) {
  return text.normalize("NFD").replace(MARKS, "").toLowerCase();
}
