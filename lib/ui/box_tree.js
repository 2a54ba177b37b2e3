/** Boxes as nodes that open and close. */

import { element } from "./dom.js";
import { byteSize } from "./format.js";

/**
 * @typedef {import("./boxes.js").Box} Box
 * @typedef {import("./boxes.js").Table} Table
 */

/** Rows of a table that are shown at first, and at each further click. */
const FIRST_ROWS = 20;
const MORE_ROWS = 200;

/** Members of a box that stand beside its name while it is closed. */
const GLANCE = 3;

/**
 * @param {{ boxes: Box[], problem?: string }} tree
 * @returns {HTMLElement[]}
 */
export function boxTree({ boxes, problem }) {
  const list = element("ul", {}, ...boxes.map((box) => element("li", {}, boxNode(box))));
  return problem === undefined ? [list] : [list, problemLine(problem)];
}

/**
 * Boxes of boxes are open.
 *
 * @param {Box} box
 */
function boxNode(box) {
  const { fields, table, boxes, problem } = box;
  const title = boxTitle(box);
  if (fields.length === 0 && !table && boxes.length === 0 && problem === undefined) {
    return element("div", { class: "leaf" }, ...title);
  }
  const summary = element("summary", {}, ...title);
  const details = element("details", { open: boxes.length > 0 || problem !== undefined }, summary);
  if (fields.length > 0) details.append(fieldList(fields));
  if (table && table.count > 0) details.append(tableNode(table));
  details.append(...boxTree(problem === undefined ? { boxes } : { boxes, problem }));
  return details;
}

/**
 * @param {Box} box
 */
function boxTitle({ type, name, offset, size, fields, boxes }) {
  const glance = fields.filter(([name]) => name !== "version" && name !== "flags").slice(0, GLANCE);
  const text = boxes.length > 0 ? "" : glance.map(([name, value]) => `${name} ${value}`).join(", ");
  return [
    element("b", {}, type),
    element("span", { class: "box-name" }, name ?? ""),
    element("span", { class: "box-place" }, `${byteSize(size)} at ${offset}`),
    element("span", { class: "box-glance" }, text),
  ];
}

/**
 * @param {import("./boxes.js").Field[]} fields
 */
function fieldList(fields) {
  const items = fields.flatMap(([name, value]) => [
    element("dt", {}, name),
    element("dd", {}, value === true ? "yes" : String(value)),
  ]);
  return element("dl", {}, ...items);
}

/**
 * @param {Table} table
 */
function tableNode(table) {
  const heads = ["#", ...table.columns].map((name) => element("th", { scope: "col" }, name));
  const body = element("tbody");
  const more = element("button", {
    type: "button",
    class: "button small",
    onclick: () => add(MORE_ROWS),
  });
  const add = (/** @type {number} */ count) => {
    const end = Math.min(table.count, body.rows.length + count);
    for (let i = body.rows.length; i < end; i++) body.append(tableRow(table, i));
    more.textContent = `Show more of the ${table.count.toLocaleString("en")} rows`;
    more.hidden = end === table.count;
  };
  add(FIRST_ROWS);
  const grid = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body);
  return element("div", { class: "scroll" }, grid, more);
}

/**
 * @param {Table} table
 * @param {number} i
 */
function tableRow(table, i) {
  const cells = table.row(i).map((value) => element("td", {}, String(value)));
  return element("tr", {}, element("th", { scope: "row" }, String(i + 1)), ...cells);
}

/**
 * @param {string} text
 */
function problemLine(text) {
  return element("p", { class: "problem" }, text);
}
