/** Breadcrumb navigation. */

import { byId, createElement, isolate, showControlCharacters } from "./dom.js";
import { getPagePath } from "./urls.js";

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

/** Shows links from the address, where the server described nothing. */
export function showPageBreadcrumbs() {
  const { home, names, isDirectory } = getPagePath();
  const crumbs = [createElement("li", {}, createElement("a", { href: home }, "All files"))];
  names.forEach((name, i) => {
    const levels = names.length - 1 - i;
    const href = levels > 0 ? "../".repeat(isDirectory ? levels : levels - 1) || "./" : undefined;
    const text = isolate(name);
    crumbs.push(
      href === undefined
        ? createElement("li", { "aria-current": "page" }, text)
        : createElement("li", {}, createElement("a", { href }, text)),
    );
  });
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
