/** What went wrong, said on the page. */

import { byId, element, visible } from "./dom.js";

/**
 * @param {unknown} error
 */
export function reason(error) {
  return visible(error instanceof Error ? error.message : String(error));
}

/**
 * Instead of all that the page would show.
 *
 * @param {unknown} error
 */
export function complain(error) {
  const text = element("p", { class: "problem", role: "alert" }, reason(error));
  byId("main", HTMLElement).replaceChildren(text);
}
