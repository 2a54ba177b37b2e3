/** Tabs with automatic activation (ARIA Authoring Practices Guide). */

import { createElement } from "./dom.js";
import { replaceTab, selectsTab } from "./fragment.js";

/**
 * `open` is called each time the tab is selected.
 *
 * @typedef {{ element: HTMLElement, open?: () => void }} Panel
 */

/**
 * Creates tabs. The fragment of the page URL stores the selected one.
 *
 * @param {{ name: string, panel: Panel }[]} entries at least one
 * @returns {{ element: HTMLElement, show: (name: string) => void }}
 */
export function createTabs(entries) {
  const list = createElement("div", {
    role: "tablist",
    class: "tabs",
    "aria-label": "Inspector",
  });
  const buttons = entries.map(({ name, panel }) => {
    const id = name.toLowerCase();
    panel.element.id = `${id}-panel`;
    panel.element.setAttribute("role", "tabpanel");
    panel.element.setAttribute("aria-labelledby", `${id}-tab`);
    return createElement("button", {
      type: "button",
      role: "tab",
      id: `${id}-tab`,
      "aria-controls": `${id}-panel`,
      onclick: () => show(name),
    }, name);
  });
  const show = (/** @type {string} */ name) => {
    entries.forEach((entry, i) => select(entry, buttons[i], entry.name === name));
    history.replaceState(null, "", replaceTab(location.hash, name.toLowerCase()));
  };
  list.append(...buttons);
  list.addEventListener("keydown", (event) => handleArrowKeys(event, buttons));
  const first = entries.find(({ name }) => selectsTab(location.hash, name.toLowerCase()));
  entries.forEach((entry, i) => select(entry, buttons[i], entry === (first ?? entries[0])));
  const panels = entries.map(({ panel }) => panel.element);
  return { element: createElement("section", { class: "card inspector" }, list, ...panels), show };
}

/**
 * @param {{ panel: Panel }} entry
 * @param {HTMLElement | undefined} button
 * @param {boolean} selected
 */
function select({ panel }, button, selected) {
  button?.setAttribute("aria-selected", String(selected));
  button?.setAttribute("tabindex", selected ? "0" : "-1");
  panel.element.hidden = !selected;
  if (selected) panel.open?.();
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} buttons
 */
function handleArrowKeys(event, buttons) {
  const current = buttons.findIndex((button) => button === document.activeElement);
  const last = buttons.length - 1;
  /** @type {Record<string, number>} */
  const targets = {
    ArrowRight: current === last ? 0 : current + 1,
    ArrowLeft: current === 0 ? last : current - 1,
    Home: 0,
    End: last,
  };
  const target = buttons[targets[event.key] ?? -1];
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.click();
}
