/** Breadcrumb navigation at the top of a page. */

import { byId, createElement, isolate, showControlCharacters } from "./dom.js";

/**
 * Shows links to all parent directories, and sets the document title. Links are relative, because a reverse proxy may
 * serve AMS below a path of its own.
 *
 * @param {string} path of the directory or asset, relative to the document root; "" for the root
 * @param {string} label of a view below the page itself
 */
export function showBreadcrumbs(path, label = "") {
  const names = path === "" ? [] : path.split("/");
  document.title = [showControlCharacters(names.at(-1) ?? "All files"), "AMS"].join(" · ");
  const crumbs = ["", ...names].map((name, i) => createCrumb(name, names.length - i, label !== ""));
  if (label) crumbs.push(createElement("li", { "aria-current": "page" }, label));
  byId("path", HTMLElement).replaceChildren(createElement("ol", {}, ...crumbs));
}

/**
 * @param {string} name
 * @param {number} levels number of levels above the current directory
 * @param {boolean} hasView whether a view below the page is shown
 */
function createCrumb(name, levels, hasView) {
  const text = name === "" ? "All files" : isolate(name);
  if (levels === 0 && !hasView) return createElement("li", { "aria-current": "page" }, text);
  return createElement("li", {}, createElement("a", { href: "../".repeat(levels) || "./" }, text));
}
