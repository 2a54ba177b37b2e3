/** A text with a button that copies it. */

import { createElement } from "./dom.js";

/** How long a button says that it is done. In milliseconds. */
const FEEDBACK_MS = 1500;

/**
 * @param {string} label what the text is
 * @param {string} text
 */
export function createCopyRow(label, text) {
  const said = createElement("code", { class: "copy-text" });
  for (const part of text.split(/(?<=[/?])(?!\/)/)) said.append(part, createElement("wbr")); // lines end at slashes
  const button = createElement("button", {
    type: "button",
    class: "button small",
    "aria-label": `Copy ${label}`,
    onclick: () => copy(text, said, button),
  }, "Copy");
  return createElement(
    "div",
    { class: "copy-row" },
    createElement("span", { class: "copy-label" }, label),
    said,
    button,
  );
}

/**
 * @param {string} text
 * @param {HTMLElement} said where the text stands
 * @param {HTMLButtonElement} button
 */
async function copy(text, said, button) {
  await copyText(text, said);
  button.textContent = "Copied";
  setTimeout(() => button.textContent = "Copy", FEEDBACK_MS);
}

/**
 * @param {string} text
 * @param {HTMLElement} [said] where it stands: pages without TLS have no clipboard, and can only copy what is selected;
 * it stays so, for a person to do it where this fails
 */
export async function copyText(text, said) {
  if (navigator.clipboard) return await navigator.clipboard.writeText(text);
  const place = said ?? document.body.appendChild(createElement("code", {}, text));
  getSelection()?.selectAllChildren(place);
  document.execCommand("copy");
  if (!said) place.remove();
}
