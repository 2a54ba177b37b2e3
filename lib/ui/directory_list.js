/** The list of a directory: it loads page by page, and is searched, sorted and folded as it grows. */

import { fetchJson } from "./asset_info.js";
import { addListKeys } from "./directory_keys.js";
import { createSortBar } from "./directory_sort.js";
import { createDirectoryRow, createFileRow } from "./directory_row.js";
import {
  createComparison,
  DEFAULT_ORDER,
  isDefaultOrder,
  readListState,
  writeListState,
} from "./directory_order.js";
import { createElement } from "./dom.js";
import { errorText } from "./error_message.js";
import { formatCount } from "./format.js";
import { FILE_RANK, Fold } from "./directory_fold.js";
import { MemberList, placeRows } from "./directory_members.js";
import { matchesQuery } from "./text_match.js";

/**
 * @typedef {import("./asset_info.js").DirectoryInfo} DirectoryInfo
 * @typedef {import("./asset_info.js").FileInfo} FileInfo
 * @typedef {import("./directory_order.js").ListEntry & {
 *   row: HTMLElement,
 *   text: string,
 *   list?: MemberList,
 * }} Row
 * @typedef {import("./directory_fold.js").FoldedEntry<Row>} Entry
 */

const NEXT_PAGE_SIZE = 200;

/** Browsers limit how often a page changes its URL. */
const URL_DELAY_MS = 300;

export class DirectoryList {
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Fold<Row>} */
  #fold = new Fold();
  #total = 0;
  /** @type {string | undefined} */
  #next;
  #isLoading = false;
  #urlTimer = 0;
  #state = readListState(location.search);
  #search = createSearchField(this.#state.query);
  #sortBar = createSortBar((order) => this.#change({ ...this.#state, order }));
  #list = createElement("ul", { class: "rows", "aria-label": "Directories and files" });
  #status = createElement("p", { class: "status", role: "status" });
  #more = createElement(
    "button",
    { type: "button", class: "button", onclick: () => this.loadMore() },
    "Load more",
  );

  #onPresentation;

  /** @param {(presentation: { files: number }) => void} onPresentation called if the whole directory makes sense as one presentation */
  constructor(onPresentation) {
    this.#onPresentation = onPresentation;
    this.#search.addEventListener("input", () => {
      this.#change({ ...this.#state, query: this.#search.value.trim() });
    });
    addListKeys(this.#search, this.#list);
    new IntersectionObserver(([seen]) => seen?.isIntersecting && this.loadMore(), {
      rootMargin: "400px",
    }).observe(this.#more);
  }

  /** @returns {HTMLElement[]} */
  get elements() {
    const field = createElement("label", { class: "search" }, "Search", this.#search);
    return [field, this.#status, this.#sortBar.element, this.#list, this.#more];
  }

  /** @param {DirectoryInfo} page */
  add({ folders, files, total, next, leftOut = 0, presentation }) {
    for (const name of folders) {
      this.#addEntry({ name, text: name, rank: 1, row: createDirectoryRow(name) });
    }
    for (const file of files) this.#addEntry(toRow(file), file.uses);
    this.#total = total.folders + total.files + leftOut;
    this.#next = next;
    this.#show();
    if (presentation) this.#onPresentation(presentation);
  }

  /**
   * @param {Row} row
   * @param {readonly string[]} uses
   */
  #addEntry(row, uses = []) {
    const entry = { ...row, members: [] };
    this.#entries.push(entry);
    this.#fold.add(entry, uses);
  }

  async loadMore() {
    if (this.#next === undefined || this.#isLoading) return;
    this.#isLoading = true;
    const after = encodeURIComponent(this.#next);
    try {
      const page = await fetchJson(`about.json?limit=${NEXT_PAGE_SIZE}&after=${after}`);
      this.#isLoading = false;
      this.add(page);
    } catch (error) {
      this.#status.textContent = errorText(error); // no retry until the page is reloaded
    }
  }

  /** @param {import("./directory_order.js").ListState} state */
  #change(state) {
    this.#state = state;
    this.#show();
    clearTimeout(this.#urlTimer);
    this.#urlTimer = setTimeout(() => {
      const { pathname, search, hash } = location;
      history.replaceState(history.state, "", pathname + writeListState(search, state) + hash);
    }, URL_DELAY_MS);
  }

  /** Loads all remaining entries for a search or another order, which cover the whole directory. */
  #show() {
    const { query, order } = this.#state;
    const isWhole = this.#next === undefined;
    const compare = createComparison(isWhole ? order : DEFAULT_ORDER);
    placeEntries(this.#list, this.#entries.filter(({ parent }) => !parent), compare);
    this.#sortBar.show(order);
    this.#more.hidden = isWhole;
    this.#status.textContent = this.#describe(this.#filter(query));
    if (query || !isDefaultOrder(order)) this.loadMore();
  }

  /** @param {string} query */
  #filter(query) {
    const top = this.#entries.filter(({ parent }) => !parent);
    return top.reduce((sum, entry) => sum + filterEntry(entry, query), 0);
  }

  /** @param {number} shown */
  #describe(shown) {
    const { query, order } = this.#state;
    if (this.#total === 0) return "This directory is empty. Add MP4 files or packages to it.";
    const isWhole = this.#next === undefined;
    if (!isWhole && !isDefaultOrder(order)) {
      return `Loading ${formatCount(this.#total, "entry", "entries")} to sort them…`;
    }
    const rest = isWhole ? "" : ` among the first ${this.#entries.length} entries`;
    if (query === "") return formatCount(this.#total, "entry", "entries");
    return shown === 0
      ? `No matches for “${query}”${rest}`
      : `${formatCount(shown, "match", "matches")}${rest}`;
  }
}

/** @param {FileInfo} file */
function toRow(file) {
  const { name, title, kind, duration, bytes, modified } = file;
  const rank = kind === "package" ? 0 : FILE_RANK;
  const text = title === undefined ? name : `${title} ${name}`;
  return { name, text, rank, duration, bytes, modified, row: createFileRow(file) };
}

/**
 * @param {HTMLElement} list
 * @param {readonly Entry[]} entries
 * @param {(a: Entry, b: Entry) => number} compare
 */
function placeEntries(list, entries, compare) {
  const sorted = [...entries].sort(compare);
  placeRows(list, sorted.map(({ row }) => row));
  for (const entry of sorted) {
    if (entry.members.length === 0) continue;
    entry.list ??= new MemberList(entry.row);
    entry.list.setCount(entry.members.length);
    placeEntries(entry.list.rows, entry.members, compare);
  }
}

/**
 * Shows an entry that matches, or has a member that does; opens the list of members that match.
 *
 * @param {Entry} entry
 * @param {string} query
 * @returns {number} how many match
 */
function filterEntry({ text, row, list, members }, query) {
  const isMatch = matchesQuery(text, query);
  const matches = members.reduce((sum, member) => sum + filterEntry(member, query), 0);
  row.hidden = !isMatch && matches === 0;
  if (matches === 0) members.forEach((member) => member.row.hidden = false);
  list?.search(query !== "" && matches > 0);
  return Number(isMatch) + matches;
}

/** @param {string} query */
function createSearchField(query) {
  const field = createElement("input", {
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    "aria-keyshortcuts": "/",
  });
  field.value = query;
  return field;
}
