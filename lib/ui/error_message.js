/** Errors on the page. */

import { byId, createElement, showControlCharacters } from "./dom.js";

/** @param {unknown} error */
export function errorText(error) {
  return showControlCharacters(error instanceof Error ? error.message : String(error));
}

/** @param {unknown} error */
export function showError(error) {
  const text = createElement("p", { class: "problem", role: "alert" }, errorText(error));
  byId("main", HTMLElement).replaceChildren(text);
}
