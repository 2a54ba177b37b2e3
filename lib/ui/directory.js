/** The page of a folder: what it holds, found as one types. */

import { askJson } from "./asset_info.js";
import { complain, reason } from "./error_message.js";
import { byId, element } from "./dom.js";
import { fileRow, folderRow } from "./directory_row.js";
import { counted } from "./format.js";
import { rowKeys } from "./directory_keys.js";
import { showPath } from "./breadcrumbs.js";
import { matches } from "./text_match.js";

/** @typedef {import("./asset_info.js").Folder} Folder */

/** Entries of the first answer, which is to come soon, and of those after it. */
const FIRST = 50;
const MORE = 200;

/** The list, and what is known of the folder so far. */
class Listing {
  /** @type {{ name: string, row: HTMLElement }[]} */
  #entries = [];
  #total = 0;
  /** @type {string | undefined} */
  #next;
  #asking = false;
  #list = element("ul", { class: "rows", "aria-label": "Folders and files" });
  #status = element("p", { class: "status", role: "status" });
  #more = element(
    "button",
    { type: "button", class: "button", onclick: () => this.more() },
    "More",
  );
  #search = searchField();

  /** @param {HTMLElement} main */
  constructor(main) {
    const field = element("label", { class: "search" }, "Search", this.#search);
    main.replaceChildren(field, this.#status, this.#list, this.#more);
    this.#search.addEventListener("input", () => this.filter());
    rowKeys(this.#search, this.#list);
    new IntersectionObserver(([seen]) => seen?.isIntersecting && this.more(), {
      rootMargin: "400px",
    }).observe(this.#more);
  }

  /**
   * @param {Folder} folder the first answer, or one that follows
   */
  add({ folders, files, total, next, leftOut = 0 }) {
    const rows = [
      ...folders.map((name) => ({ name, row: folderRow(name) })),
      ...files.map((file) => ({ name: file.name, row: fileRow(file) })),
    ];
    this.#entries.push(...rows);
    this.#total = total.folders + total.files + leftOut;
    this.#next = next;
    this.#list.append(...rows.map(({ row }) => row));
    this.filter();
  }

  /** Asks for the entries that follow, unless that is under way. */
  async more() {
    if (this.#next === undefined || this.#asking) return;
    this.#asking = true;
    const after = encodeURIComponent(this.#next);
    try {
      const folder = await askJson(`about.json?limit=${MORE}&after=${after}`);
      this.#asking = false;
      this.add(folder);
    } catch (error) {
      this.#status.textContent = reason(error); // and no more of it until the page is loaded again
    }
  }

  /** Shows what the search finds; it looks through all there is, so the rest is asked for. */
  filter() {
    const query = this.#search.value.trim();
    let shown = 0;
    for (const { name, row } of this.#entries) {
      row.hidden = !matches(name, query);
      if (!row.hidden) shown++;
    }
    this.#more.hidden = this.#next === undefined;
    this.#status.textContent = this.#says(query, shown);
    if (query) this.more();
  }

  /**
   * @param {string} query
   * @param {number} shown
   */
  #says(query, shown) {
    if (this.#total === 0) return "Nothing here yet: put MP4 files or packages into this folder.";
    const rest = this.#next === undefined ? "" : ` in the first ${this.#entries.length}`;
    if (query === "") return counted(this.#total, "entry").replace(/entrys$/, "entries");
    return shown === 0 ? `Nothing is called “${query}”${rest}.` : `${shown} found${rest}`;
  }
}

function searchField() {
  return element("input", {
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    "aria-keyshortcuts": "/",
  });
}

/**
 * @param {Folder} folder
 */
function playAll({ presentation }) {
  if (!presentation) return undefined;
  const text = `Play ${counted(presentation.files, "file")} of this folder as one title`;
  return element("p", {}, element("a", { class: "button", href: "?play" }, text));
}

async function showFolder() {
  const main = byId("main", HTMLElement);
  const folder = await askJson(`about.json?limit=${FIRST}`);
  showPath(folder.folder);
  const listing = new Listing(main);
  const heading = element("h1", {}, folder.folder.split("/").at(-1) || "All files");
  main.prepend(heading, ...[playAll(folder)].filter((it) => it !== undefined));
  listing.add(folder);
}

if (new URLSearchParams(location.search).has("play")) {
  const { showTitle } = await import("./asset_page.js");
  await showTitle(".about.json");
} else {
  await showFolder().catch(complain);
}
