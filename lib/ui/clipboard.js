/** Copies text to the clipboard. */

import { createElement } from "./dom.js";

/** Duration of the label "Copied". */
const FEEDBACK_MS = 1500;

/**
 * Creates a row with a text and a button that copies it.
 *
 * @param {string} label of the text
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
 * @param {HTMLElement} source element that contains the text
 * @param {HTMLButtonElement} button
 */
async function copy(text, source, button) {
  await copyText(text, source);
  button.textContent = "Copied";
  setTimeout(() => button.textContent = "Copy", FEEDBACK_MS);
}

/**
 * Copies a text. Without TLS there is no clipboard API: the text is then selected and copied with `execCommand`, and
 * stays selected so that the user can copy it if that fails.
 *
 * @param {string} text
 * @param {HTMLElement} [source] element that contains the text
 */
export async function copyText(text, source) {
  if (navigator.clipboard) return await navigator.clipboard.writeText(text);
  const target = source ?? document.body.appendChild(createElement("code", {}, text));
  getSelection()?.selectAllChildren(target);
  document.execCommand("copy");
  if (!source) target.remove();
}
