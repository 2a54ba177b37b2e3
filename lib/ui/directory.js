/** The page of a folder: what it holds, found as one types. */

import { fetchJson } from "./asset_info.js";
import { errorText, showError } from "./error_message.js";
import { byId, createElement } from "./dom.js";
import { createDirectoryRow, createFileRow } from "./directory_row.js";
import { formatCount } from "./format.js";
import { addListKeys } from "./directory_keys.js";
import { showBreadcrumbs } from "./breadcrumbs.js";
import { matchesQuery } from "./text_match.js";

/** @typedef {import("./asset_info.js").DirectoryInfo} DirectoryInfo */

/** Entries of the first answer, which is to come soon, and of those after it. */
const FIRST_PAGE_SIZE = 50;
const NEXT_PAGE_SIZE = 200;

/** The list, and what is known of the folder so far. */
class DirectoryList {
  /** @type {{ name: string, row: HTMLElement }[]} */
  #entries = [];
  #total = 0;
  /** @type {string | undefined} */
  #next;
  #isLoading = false;
  #list = createElement("ul", { class: "rows", "aria-label": "Folders and files" });
  #status = createElement("p", { class: "status", role: "status" });
  #more = createElement(
    "button",
    { type: "button", class: "button", onclick: () => this.loadMore() },
    "More",
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

  /**
   * @param {DirectoryInfo} folder the first answer, or one that follows
   */
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

  /** Asks for the entries that follow, unless that is under way. */
  async loadMore() {
    if (this.#next === undefined || this.#isLoading) return;
    this.#isLoading = true;
    const after = encodeURIComponent(this.#next);
    try {
      const folder = await fetchJson(`about.json?limit=${NEXT_PAGE_SIZE}&after=${after}`);
      this.#isLoading = false;
      this.add(folder);
    } catch (error) {
      this.#status.textContent = errorText(error); // and no more of it until the page is loaded again
    }
  }

  /** Shows what the search finds; it looks through all there is, so the rest is asked for. */
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
    if (this.#total === 0) return "Nothing here yet: put MP4 files or packages into this folder.";
    const rest = this.#next === undefined ? "" : ` in the first ${this.#entries.length}`;
    if (query === "") return formatCount(this.#total, "entry").replace(/entrys$/, "entries");
    return shown === 0 ? `Nothing is called “${query}”${rest}.` : `${shown} found${rest}`;
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

/**
 * @param {DirectoryInfo} folder
 */
function createPlayAllLink({ presentation }) {
  if (!presentation) return undefined;
  const text = `Play ${formatCount(presentation.files, "file")} of this folder as one title`;
  return createElement("p", {}, createElement("a", { class: "button", href: "?play" }, text));
}

async function showDirectory() {
  const main = byId("main", HTMLElement);
  const folder = await fetchJson(`about.json?limit=${FIRST_PAGE_SIZE}`);
  showBreadcrumbs(folder.folder);
  const listing = new DirectoryList(main);
  const heading = createElement("h1", {}, folder.folder.split("/").at(-1) || "All files");
  main.prepend(heading, ...[createPlayAllLink(folder)].filter((it) => it !== undefined));
  listing.add(folder);
}

if (new URLSearchParams(location.search).has("play")) {
  const { showAsset } = await import("./asset_page.js");
  await showAsset(".about.json");
} else {
  await showDirectory().catch(showError);
}
