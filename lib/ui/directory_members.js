/** Files that are folded under the row of an entry. */

import { createElement } from "./dom.js";
import { formatCount } from "./format.js";

export class MemberList {
  rows = createElement("ul", { class: "members", "aria-label": "Files that it plays" });
  #summary = createElement("summary");
  #details = createElement("details", { class: "row-more" }, this.#summary, this.rows);
  #isSearched = false;

  /** @param {HTMLElement} owner the list item of the entry */
  constructor(owner) {
    owner.append(this.#details);
  }

  /** @param {number} count */
  setCount(count) {
    this.#summary.textContent = formatCount(count, "file");
  }

  /**
   * Opens the list while a search matches files in it.
   *
   * @param {boolean} isMatch
   */
  search(isMatch) {
    if (isMatch === this.#isSearched) return;
    this.#isSearched = isMatch;
    this.#details.open = isMatch;
  }
}

/**
 * Puts rows into an order, and leaves those at the start which are in it: moving a row ends its focus.
 *
 * @param {HTMLElement} list
 * @param {readonly HTMLElement[]} rows
 */
export function placeRows(list, rows) {
  const first = rows.findIndex((row, i) => list.children[i] !== row);
  if (first < 0) return;
  const focused = document.activeElement;
  for (const row of rows.slice(first)) list.append(row);
  if (focused instanceof HTMLElement && focused !== document.activeElement) {
    focused.focus({ preventScroll: true });
  }
}
