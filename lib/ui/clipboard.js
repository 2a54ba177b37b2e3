/** Copies text to the clipboard. */

import { createElement } from "./dom.js";

const FEEDBACK_MS = 1500;

/** A URL that may follow a command: what precedes the host, scheme and host, and path. */
const URL_TEXT = /^(.*?)(https?:\/\/[^/?#]+)(.*)$/s;

/**
 * Creates one line with a label, a text and a button that copies it. A URL is a link, whose host is less prominent.
 *
 * @param {string} label
 * @param {string} text
 * @param {string} [name] what the button copies, where other lines have the same label
 */
export function createCopyRow(label, text, name = label) {
  const source = createCopyText(text);
  const button = createElement("button", {
    type: "button",
    class: "button small",
    "aria-label": `Copy ${name}`,
    onclick: () => copy(text, source, button),
  }, "Copy");
  return createElement(
    "div",
    { class: "copy-row" },
    createElement("span", { class: "copy-label" }, label),
    source,
    button,
  );
}

/** @param {string} text */
function createCopyText(text) {
  const [, before = "", host = "", path = text] = URL_TEXT.exec(text) ?? [];
  const children = host === ""
    ? [path]
    : [before, createElement("span", { class: "copy-host" }, host), path];
  const content = createElement("bdi", { dir: "ltr" }, ...children); // the start is cut where space is short
  return host !== "" && before === ""
    ? createElement("a", { class: "copy-text", href: text, title: text }, content)
    : createElement("code", { class: "copy-text", title: text }, content);
}

/**
 * @param {string} text
 * @param {HTMLElement} source
 * @param {HTMLButtonElement} button
 */
async function copy(text, source, button) {
  await copyText(text, source);
  button.textContent = "Copied";
  setTimeout(() => button.textContent = "Copy", FEEDBACK_MS);
}

/**
 * Without TLS there is no clipboard API: the text is selected, copied with `execCommand`, and stays selected.
 *
 * @param {string} text
 * @param {HTMLElement} [source]
 */
export async function copyText(text, source) {
  if (navigator.clipboard) return await navigator.clipboard.writeText(text);
  const target = source ?? document.body.appendChild(createElement("code", {}, text));
  getSelection()?.selectAllChildren(target);
  document.execCommand("copy");
  if (!source) target.remove();
}
