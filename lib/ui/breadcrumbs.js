/** Where the page is, as links to each folder above it. */

import { byId, createElement, isolate, showControlCharacters } from "./dom.js";

/**
 * Shows the path of a folder or a title at the top of the page, and its name as the title of the window. Links are
 * relative: a proxy may have put all of it into a folder of its own.
 *
 * @param {string} path relative to the document root, with `/`; "" is the root
 * @param {string} view what is shown of it, where that is not the page itself
 */
export function showBreadcrumbs(path, view = "") {
  const names = path === "" ? [] : path.split("/");
  document.title = [showControlCharacters(names.at(-1) ?? "All files"), "AMS"].join(" · ");
  const steps = ["", ...names].map((name, i) => createCrumb(name, names.length - i, view));
  if (view) steps.push(createElement("li", { "aria-current": "page" }, view));
  byId("path", HTMLElement).replaceChildren(createElement("ol", {}, ...steps));
}

/**
 * @param {string} name
 * @param {number} above how many folders up from here
 * @param {string} view
 */
function createCrumb(name, above, view) {
  const text = name === "" ? "All files" : isolate(name);
  if (above === 0 && !view) return createElement("li", { "aria-current": "page" }, text);
  return createElement("li", {}, createElement("a", { href: "../".repeat(above) || "./" }, text));
}
