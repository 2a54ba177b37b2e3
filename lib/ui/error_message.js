/** Errors on the page: what happened, what to do, and the code. */

import { showPageBreadcrumbs } from "./breadcrumbs.js";
import { byId, createElement, showControlCharacters } from "./dom.js";
import { getErrorAdvice, getErrorTitle } from "./error_advice.js";
import { getHomeUrl } from "./urls.js";

/** An error response of AMS. */
export class ResponseError extends Error {
  /**
   * @param {string} reason
   * @param {{ code: string, status: number }} response
   */
  constructor(reason, { code, status }) {
    super(reason || `The server returned status ${status}`);
    this.code = code;
    this.status = status;
  }
}

/** @param {unknown} error */
export function errorText(error) {
  return showControlCharacters(error instanceof Error ? error.message : String(error));
}

/**
 * Replaces the content of the page with an error, and a way to other pages.
 *
 * @param {unknown} error
 */
export function showError(error) {
  const { code, status } = error instanceof ResponseError ? error : { code: "", status: 0 };
  showPageBreadcrumbs();
  const again = createElement(
    "button",
    { type: "button", class: "button", onclick: () => location.reload() },
    "Try again",
  );
  const main = byId("main", HTMLElement);
  main.classList.remove("asset");
  main.replaceChildren(
    createElement("h1", {}, getErrorTitle(code)),
    createElement("p", { class: "problem", role: "alert" }, errorText(error)),
    createElement("p", {}, getErrorAdvice(code)),
    createElement(
      "p",
      { class: "actions" },
      createElement("a", { class: "button", href: getHomeUrl() }, "All files"),
      again,
    ),
    ...code ? [createElement("p", { class: "note" }, `Error ${status}, ${code}`)] : [],
  );
}
