/** Breadcrumb navigation. */

import { byId, createElement, isolate, showControlCharacters } from "./dom.js";

/**
 * Shows links from `path`, below the document root. A reverse proxy may serve AMS below another path, so they are relative.
 *
 * @param {string} path
 * @param {string} label
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
 * @param {number} levels
 * @param {boolean} hasView
 */
function createCrumb(name, levels, hasView) {
  const text = name === "" ? "All files" : isolate(name);
  if (levels === 0 && !hasView) return createElement("li", { "aria-current": "page" }, text);
  return createElement("li", {}, createElement("a", { href: "../".repeat(levels) || "./" }, text));
}
