/** Boxes as a tree of `<details>` elements. */

import { createElement } from "./dom.js";
import { formatBytes } from "./format.js";

/**
 * @typedef {import("./boxes.js").BoxNode} BoxNode
 * @typedef {import("./boxes.js").BoxTable} BoxTable
 */

const INITIAL_ROWS = 20;
const MORE_ROWS = 200;

const MAX_SUMMARY_FIELDS = 3;

/**
 * @param {{ boxes: BoxNode[], problem?: string }} tree
 * @returns {HTMLElement[]}
 */
export function createBoxTree({ boxes, problem }) {
  const list = createElement(
    "ul",
    {},
    ...boxes.map((box) => createElement("li", {}, createBoxNode(box))),
  );
  return problem === undefined ? [list] : [list, createProblem(problem)];
}

/** @param {BoxNode} box */
function createBoxNode(box) {
  const { fields, table, boxes, problem } = box;
  const heading = createBoxHeading(box);
  if (fields.length === 0 && !table && boxes.length === 0 && problem === undefined) {
    return createElement("div", { class: "leaf" }, ...heading);
  }
  const summary = createElement("summary", {}, ...heading);
  const details = createElement(
    "details",
    { open: boxes.length > 0 || problem !== undefined },
    summary,
  );
  if (fields.length > 0) details.append(createFieldList(fields));
  if (table && table.count > 0) details.append(createTable(table));
  details.append(...createBoxTree(problem === undefined ? { boxes } : { boxes, problem }));
  return details;
}

/** @param {BoxNode} box */
function createBoxHeading({ type, name, offset, size, fields, boxes }) {
  const shown = fields.filter(([name]) => name !== "version" && name !== "flags").slice(
    0,
    MAX_SUMMARY_FIELDS,
  );
  const text = boxes.length > 0 ? "" : shown.map(([name, value]) => `${name} ${value}`).join(", ");
  return [
    createElement("b", {}, type),
    createElement("span", { class: "box-name" }, name ?? ""),
    createElement("span", { class: "box-location" }, `${formatBytes(size)} at offset ${offset}`),
    createElement("span", { class: "box-summary" }, text),
  ];
}

/** @param {import("./boxes.js").BoxField[]} fields */
function createFieldList(fields) {
  const items = fields.flatMap(([name, value]) => [
    createElement("dt", {}, name),
    createElement("dd", {}, value === true ? "yes" : String(value)),
  ]);
  return createElement("dl", {}, ...items);
}

/** @param {BoxTable} table */
function createTable(table) {
  const headings = ["#", ...table.columns].map((name) =>
    createElement("th", { scope: "col" }, name)
  );
  const body = createElement("tbody");
  const more = createElement("button", {
    type: "button",
    class: "button small",
    onclick: () => add(MORE_ROWS),
  });
  const add = (/** @type {number} */ count) => {
    const end = Math.min(table.count, body.rows.length + count);
    for (let i = body.rows.length; i < end; i++) body.append(createTableRow(table, i));
    more.textContent = `Show more (${end} of ${table.count.toLocaleString("en")} rows)`;
    more.hidden = end === table.count;
  };
  add(INITIAL_ROWS);
  const grid = createElement(
    "table",
    {},
    createElement("thead", {}, createElement("tr", {}, ...headings)),
    body,
  );
  return createElement("div", { class: "scroll" }, grid, more);
}

/**
 * @param {BoxTable} table
 * @param {number} i
 */
function createTableRow(table, i) {
  const cells = table.row(i).map((value) => createElement("td", {}, String(value)));
  return createElement("tr", {}, createElement("th", { scope: "row" }, String(i + 1)), ...cells);
}

/** @param {string} text */
function createProblem(text) {
  return createElement("p", { class: "problem" }, text);
}
