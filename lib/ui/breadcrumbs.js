/** Where the page is, as links to each folder above it. */

import { byId, element, foreign, visible } from "./dom.js";

/**
 * Shows the path of a folder or a title at the top of the page, and its name as the title of the window. Links are
 * relative: a proxy may have put all of it into a folder of its own.
 *
 * @param {string} path relative to the document root, with `/`; "" is the root
 * @param {string} view what is shown of it, where that is not the page itself
 */
export function showPath(path, view = "") {
  const names = path === "" ? [] : path.split("/");
  document.title = [visible(names.at(-1) ?? "All files"), "AMS"].join(" · ");
  const steps = ["", ...names].map((name, i) => step(name, names.length - i, view));
  if (view) steps.push(element("li", { "aria-current": "page" }, view));
  byId("path", HTMLElement).replaceChildren(element("ol", {}, ...steps));
}

/**
 * @param {string} name
 * @param {number} above how many folders up from here
 * @param {string} view
 */
function step(name, above, view) {
  const text = name === "" ? "All files" : foreign(name);
  if (above === 0 && !view) return element("li", { "aria-current": "page" }, text);
  return element("li", {}, element("a", { href: "../".repeat(above) || "./" }, text));
}
