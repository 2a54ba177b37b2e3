/** A text with a button that copies it. */

import { element } from "./dom.js";

/** How long a button says that it is done. In milliseconds. */
const DONE = 1500;

/**
 * @param {string} label what the text is
 * @param {string} text
 */
export function copyRow(label, text) {
  const said = element("code", { class: "copy-text" });
  for (const part of text.split(/(?<=[/?])(?!\/)/)) said.append(part, element("wbr")); // lines end at slashes
  const button = element("button", {
    type: "button",
    class: "button small",
    "aria-label": `Copy ${label}`,
    onclick: () => copy(text, said, button),
  }, "Copy");
  return element(
    "div",
    { class: "copy-row" },
    element("span", { class: "copy-label" }, label),
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
  setTimeout(() => button.textContent = "Copy", DONE);
}

/**
 * @param {string} text
 * @param {HTMLElement} [said] where it stands: pages without TLS have no clipboard, and can only copy what is selected;
 * it stays so, for a person to do it where this fails
 */
export async function copyText(text, said) {
  if (navigator.clipboard) return await navigator.clipboard.writeText(text);
  const place = said ?? document.body.appendChild(element("code", {}, text));
  getSelection()?.selectAllChildren(place);
  document.execCommand("copy");
  if (!said) place.remove();
}
