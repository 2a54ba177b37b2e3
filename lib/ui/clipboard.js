/** Copies text to the clipboard. */

import { createElement } from "./dom.js";

const FEEDBACK_MS = 1500;

/**
 * @param {string} label
 * @param {string} text
 */
export function createCopyRow(label, text) {
  const source = createElement("code", { class: "copy-text" });
  for (const part of text.split(/(?<=[/?])(?!\/)/)) source.append(part, createElement("wbr")); // lines may break after slashes
  const button = createElement("button", {
    type: "button",
    class: "button small",
    "aria-label": `Copy ${label}`,
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
