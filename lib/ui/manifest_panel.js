/** Inspector tab with manifests, playlists and WebVTT. */

import { createElement } from "./dom.js";
import { formatBytes, formatCount } from "./format.js";
import { highlight } from "./highlight.js";
import { PROTOCOL_NAMES } from "./links.js";
import { errorText } from "./error_message.js";
import { addPageToken } from "./urls.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./asset_info.js").RenditionInfo} RenditionInfo
 */

/** Longer documents are truncated at first: the MPD of a ten-hour movie has megabytes. */
const MAX_INITIAL_CHARS = 100_000;

/**
 * @param {AssetInfo} about
 * @returns {import("./tabs.js").Panel}
 */
export function createManifestPanel(about) {
  const options = listDocuments(about).map(([name, url]) =>
    createElement("option", { value: url }, name)
  );
  const select = createElement("select", { onchange: () => load() }, ...options);
  const facts = createElement("span", { class: "facts", role: "status" });
  const raw = createElement("a", { class: "button small" }, "Open");
  const text = createElement("pre", {
    class: "code",
    tabindex: 0,
    role: "region",
    "aria-label": "Manifest text",
  });
  let loaded = "";
  const load = async () => {
    loaded = select.value;
    raw.href = select.value;
    await showDocument(select.value, { text, facts });
  };
  return {
    element: createElement(
      "div",
      {},
      createElement(
        "div",
        { class: "bar" },
        createElement("label", { class: "field" }, "Document", select),
        facts,
        raw,
      ),
      text,
    ),
    open: () => {
      const isCurrent = loaded !== "" && !isGrowing(about.live);
      if (!isCurrent && select.value !== "") load();
    },
  };
}

/**
 * @param {AssetInfo} about
 * @returns {[name: string, url: string][]}
 */
function listDocuments({ manifests, renditions, live }) {
  /** @type {[string, string][]} */
  const documents = [];
  for (const [key, name] of PROTOCOL_NAMES) {
    const url = /** @type {Record<string, string | undefined>} */ (manifests)[key];
    if (url !== undefined) documents.push([name, url]);
  }
  const list = isGrowing(live) ? listWindowPlaylists : listRenditionDocuments;
  return [...documents, ...renditions.flatMap(list)];
}

/** @param {AssetInfo["live"]} live */
function isGrowing(live) {
  return live !== undefined && live.state !== "over";
}

/**
 * @param {RenditionInfo} rendition of a channel
 * @returns {[name: string, url: string][]}
 */
function listWindowPlaylists({ name, protocols }) {
  /** @type {[string, string][]} */
  const rows = [];
  if (protocols.includes("hls")) rows.push([`HLS: ${name}`, `${name}.live.m3u8`]);
  if (protocols.includes("hlsTs")) rows.push([`HLS with MPEG-TS: ${name}`, `${name}.live.ts.m3u8`]);
  return rows;
}

/**
 * @param {RenditionInfo} rendition
 * @returns {[name: string, url: string][]}
 */
function listRenditionDocuments({ name, protocols, text, type }) {
  /** @type {[string, string][]} */
  const rows = [];
  if (protocols.includes("hls")) rows.push([`HLS: ${name}`, `${name}.m3u8`]);
  if (protocols.includes("hls") && type === "video") {
    rows.push([`HLS: ${name} (key frames)`, `${name}.iframes.m3u8`]);
  }
  if (protocols.includes("hlsTs")) rows.push([`HLS with MPEG-TS: ${name}`, `${name}.ts.m3u8`]);
  if (protocols.includes("hlsTs") && type === "video") {
    rows.push([`HLS with MPEG-TS: ${name} (key frames)`, `${name}.ts.iframes.m3u8`]);
  }
  if (text !== undefined) rows.push([`WebVTT: ${name}`, text]);
  return rows;
}

/**
 * @param {string} url
 * @param {{ text: HTMLElement, facts: HTMLElement }} output
 */
async function showDocument(url, { text, facts }) {
  facts.textContent = "Loading…";
  text.replaceChildren();
  try {
    const response = await fetch(addPageToken(url));
    const body = await response.text();
    const lines = body.split("\n").length;
    const size = formatBytes(new TextEncoder().encode(body).length);
    facts.textContent = `${response.headers.get("content-type")} · ${size} · ${
      formatCount(lines, "line")
    }`;
    renderText(text, body, MAX_INITIAL_CHARS);
  } catch (error) {
    facts.textContent = errorText(error);
  }
}

/**
 * @param {HTMLElement} container
 * @param {string} body
 * @param {number} maxChars
 */
function renderText(container, body, maxChars) {
  const tokens = highlight(body.slice(0, maxChars));
  container.replaceChildren(
    ...tokens.map(({ text, kind }) =>
      kind === "plain" ? text : createElement("span", { class: `code-${kind}` }, text)
    ),
  );
  if (body.length <= maxChars) return;
  const label = `Show remaining ${formatBytes(body.length - maxChars)}`;
  const onclick = () => renderText(container, body, Infinity);
  container.append(
    "\n",
    createElement("button", { type: "button", class: "button small", onclick }, label),
  );
}
