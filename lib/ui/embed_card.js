/** How to put an asset on another page, and where its file is. */

import { copyText } from "./clipboard.js";
import { createElement, isolate } from "./dom.js";
import { listSnippets } from "./embed_snippets.js";
import { addPageToken } from "./urls.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./embed_snippets.js").Snippet} Snippet
 */

const FEEDBACK_MS = 1500;

/**
 * Creates links that download the files of an asset, as far as they are served.
 *
 * @param {AssetInfo} about
 */
export function createDownloads({ downloads = [] }) {
  const links = downloads.map(createDownloadLink);
  const [only] = links;
  if (!only) return undefined;
  if (links.length === 1) return createElement("p", { class: "download" }, only);
  const details = createElement("details", { class: "download" });
  const items = links.map((link) => createElement("li", {}, link));
  details.append(createElement("summary", {}, "Download files"), createElement("ul", {}, ...items));
  return details;
}

/** @param {{ file: string, url: string }} download */
function createDownloadLink({ file, url }) {
  return createElement(
    "a",
    { href: addPageToken(url), download: true },
    "Download ",
    isolate(file),
  );
}

/**
 * Creates a list of snippets that opens.
 *
 * @param {AssetInfo} about
 * @param {string} pageUrl
 */
export function createEmbedSection(about, pageUrl) {
  const details = createElement("details", { class: "embed" });
  const snippets = listSnippets(about, pageUrl).map(createSnippet);
  details.append(createElement("summary", {}, "Put it on your page"), ...snippets);
  return details;
}

/** @param {Snippet} snippet */
function createSnippet({ name, note, html }) {
  const source = createElement("pre", { tabindex: 0, "aria-label": `HTML: ${name}` }, html);
  const button = createElement("button", {
    type: "button",
    class: "button small",
    "aria-label": `Copy HTML: ${name}`,
    onclick: () => copy(),
  }, "Copy");
  const copy = async () => {
    await copyText(html, source);
    button.textContent = "Copied";
    setTimeout(() => button.textContent = "Copy", FEEDBACK_MS);
  };
  const heading = createElement("h3", {}, name);
  return createElement(
    "div",
    { class: "snippet" },
    createElement("div", { class: "snippet-heading" }, heading, button),
    createElement("p", { class: "note" }, note),
    source,
  );
}
