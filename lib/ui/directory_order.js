/** Order and search of a directory's list, which the URL of the page keeps. */

/**
 * An entry of the list. What a value is missing of comes last.
 *
 * @typedef {{
 *   name: string,
 *   rank: number,
 *   duration?: number | undefined,
 *   bytes?: number | undefined,
 *   modified?: string | undefined,
 * }} ListEntry
 *
 * @typedef {"name" | "duration" | "bytes" | "modified"} SortKey
 * @typedef {{ key: SortKey, descending: boolean }} Order
 * @typedef {{ query: string, order: Order }} ListState
 */

/**
 * The columns, by which a list can be sorted; `descending` is the first direction.
 *
 * @type {readonly { key: SortKey, label: string, parameter: string, descending: boolean }[]}
 */
export const COLUMNS = [
  { key: "name", label: "Name", parameter: "name", descending: false },
  { key: "duration", label: "Duration", parameter: "duration", descending: true },
  { key: "bytes", label: "Size", parameter: "size", descending: true },
  { key: "modified", label: "Date", parameter: "date", descending: true },
];

/** @type {Order} */
export const DEFAULT_ORDER = { key: "name", descending: false };

const COLLATOR = new Intl.Collator("en", { numeric: true });

/** @param {Order} order */
export function isDefaultOrder({ key, descending }) {
  return key === DEFAULT_ORDER.key && descending === DEFAULT_ORDER.descending;
}

/**
 * Returns a function that compares entries. By name, packages precede directories and other files in both directions.
 *
 * @param {Order} order
 * @returns {(a: ListEntry, b: ListEntry) => number}
 */
export function createComparison({ key, descending }) {
  const sign = descending ? -1 : 1;
  if (key === "name") return (a, b) => a.rank - b.rank || sign * compareByName(a, b);
  return (a, b) => compareValues(a[key], b[key], sign) || compareByName(a, b);
}

/**
 * @param {ListEntry} a
 * @param {ListEntry} b
 */
function compareByName(a, b) {
  return COLLATOR.compare(a.name, b.name) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/**
 * @param {number | string | undefined} a
 * @param {number | string | undefined} b
 * @param {number} sign
 */
function compareValues(a, b, sign) {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return sign * (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * Reads the query of the page: `?q=film&sort=size&order=asc`.
 *
 * @param {string} search
 * @returns {ListState}
 */
export function readListState(search) {
  const values = new URLSearchParams(search);
  const column = COLUMNS.find(({ parameter }) => parameter === values.get("sort"));
  const key = column?.key ?? DEFAULT_ORDER.key;
  const order = values.get("order");
  const descending = order === null ? column?.descending ?? false : order === "desc";
  return { query: values.get("q") ?? "", order: { key, descending } };
}

/**
 * Returns the query of the page with another state; it leaves other parameters, such as tokens, as they are spelled.
 *
 * @param {string} search
 * @param {ListState} state
 */
export function writeListState(search, { query, order: { key, descending } }) {
  const column = COLUMNS.find((column) => column.key === key);
  const parameters = search.replace(/^\?/, "").split("&")
    .filter((parameter) => parameter !== "" && !/^(?:q|sort|order)(?:=|$)/.test(parameter));
  if (query) parameters.push(`q=${encodeURIComponent(query)}`);
  if (column && !isDefaultOrder({ key, descending })) {
    if (key !== DEFAULT_ORDER.key) parameters.push(`sort=${column.parameter}`);
    if (descending !== column.descending) parameters.push(`order=${descending ? "desc" : "asc"}`);
  }
  return parameters.length > 0 ? `?${parameters.join("&")}` : "";
}
