/** Boxes as nodes that open and close. */

import { createElement } from "./dom.js";
import { formatBytes } from "./format.js";

/**
 * @typedef {import("./boxes.js").BoxNode} BoxNode
 * @typedef {import("./boxes.js").BoxTable} BoxTable
 */

/** Rows of a table that are shown at first, and at each further click. */
const INITIAL_ROWS = 20;
const MORE_ROWS = 200;

/** Members of a box that stand beside its name while it is closed. */
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

/**
 * Boxes of boxes are open.
 *
 * @param {BoxNode} box
 */
function createBoxNode(box) {
  const { fields, table, boxes, problem } = box;
  const title = createBoxHeading(box);
  if (fields.length === 0 && !table && boxes.length === 0 && problem === undefined) {
    return createElement("div", { class: "leaf" }, ...title);
  }
  const summary = createElement("summary", {}, ...title);
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

/**
 * @param {BoxNode} box
 */
function createBoxHeading({ type, name, offset, size, fields, boxes }) {
  const glance = fields.filter(([name]) => name !== "version" && name !== "flags").slice(
    0,
    MAX_SUMMARY_FIELDS,
  );
  const text = boxes.length > 0 ? "" : glance.map(([name, value]) => `${name} ${value}`).join(", ");
  return [
    createElement("b", {}, type),
    createElement("span", { class: "box-name" }, name ?? ""),
    createElement("span", { class: "box-place" }, `${formatBytes(size)} at ${offset}`),
    createElement("span", { class: "box-glance" }, text),
  ];
}

/**
 * @param {import("./boxes.js").BoxField[]} fields
 */
function createFieldList(fields) {
  const items = fields.flatMap(([name, value]) => [
    createElement("dt", {}, name),
    createElement("dd", {}, value === true ? "yes" : String(value)),
  ]);
  return createElement("dl", {}, ...items);
}

/**
 * @param {BoxTable} table
 */
function createTable(table) {
  const heads = ["#", ...table.columns].map((name) => createElement("th", { scope: "col" }, name));
  const body = createElement("tbody");
  const more = createElement("button", {
    type: "button",
    class: "button small",
    onclick: () => add(MORE_ROWS),
  });
  const add = (/** @type {number} */ count) => {
    const end = Math.min(table.count, body.rows.length + count);
    for (let i = body.rows.length; i < end; i++) body.append(createTableRow(table, i));
    more.textContent = `Show more of the ${table.count.toLocaleString("en")} rows`;
    more.hidden = end === table.count;
  };
  add(INITIAL_ROWS);
  const grid = createElement(
    "table",
    {},
    createElement("thead", {}, createElement("tr", {}, ...heads)),
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

/**
 * @param {string} text
 */
function createProblem(text) {
  return createElement("p", { class: "problem" }, text);
}
