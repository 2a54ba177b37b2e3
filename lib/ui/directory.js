/** Page of a directory: a list with incremental search. */

import { fetchJson } from "./asset_info.js";
import { errorText, showError } from "./error_message.js";
import { byId, createElement } from "./dom.js";
import { createDirectoryRow, createFileRow } from "./directory_row.js";
import { formatCount } from "./format.js";
import { addListKeys } from "./directory_keys.js";
import { showBreadcrumbs } from "./breadcrumbs.js";
import { matchesQuery } from "./text_match.js";

/** @typedef {import("./asset_info.js").DirectoryInfo} DirectoryInfo */

/** The first request is smaller to show the list sooner. */
const FIRST_PAGE_SIZE = 50;
const NEXT_PAGE_SIZE = 200;

class DirectoryList {
  /** @type {{ name: string, row: HTMLElement }[]} */
  #entries = [];
  #total = 0;
  /** @type {string | undefined} */
  #next;
  #isLoading = false;
  #list = createElement("ul", { class: "rows", "aria-label": "Directories and files" });
  #status = createElement("p", { class: "status", role: "status" });
  #more = createElement(
    "button",
    { type: "button", class: "button", onclick: () => this.loadMore() },
    "Load more",
  );
  #search = createSearchField();

  /** @param {HTMLElement} main */
  constructor(main) {
    const field = createElement("label", { class: "search" }, "Search", this.#search);
    main.replaceChildren(field, this.#status, this.#list, this.#more);
    this.#search.addEventListener("input", () => this.filter());
    addListKeys(this.#search, this.#list);
    new IntersectionObserver(([seen]) => seen?.isIntersecting && this.loadMore(), {
      rootMargin: "400px",
    }).observe(this.#more);
  }

  /** @param {DirectoryInfo} page */
  add({ folders, files, total, next, leftOut = 0 }) {
    const rows = [
      ...folders.map((name) => ({ name, row: createDirectoryRow(name) })),
      ...files.map((file) => ({ name: file.name, row: createFileRow(file) })),
    ];
    this.#entries.push(...rows);
    this.#total = total.folders + total.files + leftOut;
    this.#next = next;
    this.#list.append(...rows.map(({ row }) => row));
    this.filter();
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

  /** Loads all remaining entries, since a search covers the whole directory. */
  filter() {
    const query = this.#search.value.trim();
    let shown = 0;
    for (const { name, row } of this.#entries) {
      row.hidden = !matchesQuery(name, query);
      if (!row.hidden) shown++;
    }
    this.#more.hidden = this.#next === undefined;
    this.#status.textContent = this.#describe(query, shown);
    if (query) this.loadMore();
  }

  /**
   * @param {string} query
   * @param {number} shown
   */
  #describe(query, shown) {
    if (this.#total === 0) return "This directory is empty. Add MP4 files or packages to it.";
    const rest = this.#next === undefined ? "" : ` among the first ${this.#entries.length} entries`;
    if (query === "") return formatCount(this.#total, "entry", "entries");
    return shown === 0
      ? `No matches for “${query}”${rest}`
      : `${formatCount(shown, "match", "matches")}${rest}`;
  }
}

function createSearchField() {
  return createElement("input", {
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    "aria-keyshortcuts": "/",
  });
}

/** @param {DirectoryInfo} info */
function createPlayAllLink({ presentation }) {
  if (!presentation) return undefined;
  const files = formatCount(presentation.files, "file");
  const text = `Play ${files} in this directory as one presentation`;
  return createElement("p", {}, createElement("a", { class: "button", href: "?play" }, text));
}

async function showDirectory() {
  const main = byId("main", HTMLElement);
  const info = await fetchJson(`about.json?limit=${FIRST_PAGE_SIZE}`);
  showBreadcrumbs(info.folder);
  const list = new DirectoryList(main);
  const heading = createElement("h1", {}, info.folder.split("/").at(-1) || "All files");
  main.prepend(heading, ...[createPlayAllLink(info)].filter((it) => it !== undefined));
  list.add(info);
}

if (new URLSearchParams(location.search).has("play")) {
  const { showAsset } = await import("./asset_page.js");
  await showAsset(".about.json");
} else {
  await showDirectory().catch(showError);
}
