/** Page of a directory. */

import { fetchJson } from "./asset_info.js";
import { showBreadcrumbs } from "./breadcrumbs.js";
import { DirectoryList } from "./directory_list.js";
import { byId, createElement, isolate } from "./dom.js";
import { showError } from "./error_message.js";
import { formatCount } from "./format.js";
import { addPageToken } from "./urls.js";

/** The first request is smaller to show the list sooner. */
const FIRST_PAGE_SIZE = 50;

/** @param {number} count of files */
function createPlayAllLink(count) {
  const text = `Play ${formatCount(count, "file")} in this directory as one presentation`;
  const link = createElement("a", { class: "button", href: addPageToken("?play") }, text);
  return createElement("p", {}, link);
}

async function showDirectory() {
  const info = await fetchJson(`about.json?limit=${FIRST_PAGE_SIZE}`);
  showBreadcrumbs(info.folder);
  const main = byId("main", HTMLElement);
  const list = new DirectoryList(({ files }) => main.append(createPlayAllLink(files)));
  const heading = createElement("h1", {}, isolate(info.folder.split("/").at(-1) || "All files"));
  main.replaceChildren(heading, ...list.elements);
  list.add(info);
}

if (new URLSearchParams(location.search).has("play")) {
  const { showAsset } = await import("./asset_page.js");
  await showAsset(".about.json");
} else {
  await showDirectory().catch(showError);
}
