/** Heads of the columns, which sort the list. */

import { createElement } from "./dom.js";
import { COLUMNS } from "./directory_order.js";

/** @typedef {import("./directory_order.js").Order} Order */

/** @param {(order: Order) => void} onChange */
export function createSortBar(onChange) {
  /** @type {Order} */
  let shown;
  const buttons = COLUMNS.map(({ key, label, parameter, descending }) => {
    const onclick = () => {
      onChange({ key, descending: shown.key === key ? !shown.descending : descending });
    };
    const arrow = createElement("span", { class: "sort-arrow", "aria-hidden": "true" });
    const button = createElement(
      "button",
      { type: "button", class: `sort cell-${parameter}`, onclick },
      label,
      arrow,
    );
    return { key, label, button, arrow };
  });
  const element = createElement(
    "div",
    { class: "sorts", role: "group", "aria-label": "Sort by" },
    ...buttons.map(({ button }) => button),
  );
  const show = (/** @type {Order} */ order) => {
    shown = order;
    for (const { key, label, button, arrow } of buttons) {
      const isSorted = key === order.key;
      arrow.textContent = isSorted ? order.descending ? "↓" : "↑" : "";
      button.setAttribute("aria-pressed", `${isSorted}`);
      const direction = order.descending ? "descending" : "ascending";
      button.setAttribute("aria-label", isSorted ? `${label}, ${direction}` : label);
    }
  };
  return { element, show };
}
