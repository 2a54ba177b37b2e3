/** Shows errors on the page. */

import { byId, createElement, showControlCharacters } from "./dom.js";

/**
 * Returns the message of an error for display.
 *
 * @param {unknown} error
 */
export function errorText(error) {
  return showControlCharacters(error instanceof Error ? error.message : String(error));
}

/**
 * Replaces the content of the page by an error message.
 *
 * @param {unknown} error
 */
export function showError(error) {
  const text = createElement("p", { class: "problem", role: "alert" }, errorText(error));
  byId("main", HTMLElement).replaceChildren(text);
}
