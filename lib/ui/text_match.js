/** What a search finds. */

/** What NFD parts from letters. */
const MARKS = /\p{Mark}/gu;

/**
 * Whether all words of a query are in a text, without regard to case and accents.
 *
 * @param {string} text
 * @param {string} query
 */
export function matchesQuery(text, query) {
  const folded = fold(text);
  return fold(query).split(/\s+/).every((word) => folded.includes(word));
}

/**
 * @param {string} text
 */
function fold(text) {
  return text.normalize("NFD").replace(MARKS, "").toLowerCase();
}
