/** The texts of manifests and playlists. */

import { element } from "./dom.js";
import { byteSize, counted } from "./format.js";
import { highlight } from "./highlight.js";
import { FORMS } from "./links.js";
import { reason } from "./error_message.js";

/** @typedef {import("./asset_info.js").About} About */

/** Characters that are shown at first: a film of ten hours has megabytes of them. */
const FIRST = 100_000;

/**
 * @param {About} about
 * @returns {import("./tabs.js").Panel}
 */
export function manifestPanel(about) {
  const options = choices(about).map(([name, url]) => element("option", { value: url }, name));
  const select = element("select", { onchange: () => load() }, ...options);
  const facts = element("span", { class: "facts", role: "status" });
  const raw = element("a", { class: "button small" }, "Open");
  const text = element("pre", {
    class: "code",
    tabindex: 0,
    role: "region",
    "aria-label": "Text of the manifest",
  });
  let loaded = "";
  const load = async () => {
    loaded = select.value;
    raw.href = select.value;
    await show(select.value, { text, facts });
  };
  return {
    element: element(
      "div",
      {},
      element(
        "div",
        { class: "bar" },
        element("label", { class: "field" }, "Show", select),
        facts,
        raw,
      ),
      text,
    ),
    open: () => {
      if (loaded === "" && select.value !== "") load();
    },
  };
}

/**
 * @param {About} about
 * @returns {[name: string, url: string][]}
 */
function choices({ manifests, renditions }) {
  /** @type {[string, string][]} */
  const forms = [];
  for (const [key, name] of FORMS) {
    const url = /** @type {Record<string, string | undefined>} */ (manifests)[key];
    if (url !== undefined) forms.push([name, url]);
  }
  return [...forms, ...renditions.flatMap(playlists)];
}

/**
 * @param {import("./asset_info.js").Rendition} rendition
 * @returns {[name: string, url: string][]}
 */
function playlists({ name, protocols, text, type }) {
  /** @type {[string, string][]} */
  const rows = [];
  if (protocols.includes("hls")) rows.push([`HLS: ${name}`, `${name}.m3u8`]);
  if (protocols.includes("hls") && type === "video") {
    rows.push([`HLS: key frames of ${name}`, `${name}.iframes.m3u8`]);
  }
  if (protocols.includes("hlsTs")) rows.push([`HLS with MPEG-TS: ${name}`, `${name}.ts.m3u8`]);
  if (text !== undefined) rows.push([`WebVTT: ${name}`, text]);
  return rows;
}

/**
 * @param {string} url
 * @param {{ text: HTMLElement, facts: HTMLElement }} places
 */
async function show(url, { text, facts }) {
  facts.textContent = "Loading…";
  text.replaceChildren();
  try {
    const response = await fetch(url);
    const body = await response.text();
    const lines = body.split("\n").length;
    const size = byteSize(new TextEncoder().encode(body).length);
    facts.textContent = `${response.headers.get("content-type")} · ${size} · ${
      counted(lines, "line")
    }`;
    fill(text, body, FIRST);
  } catch (error) {
    facts.textContent = reason(error);
  }
}

/**
 * @param {HTMLElement} place
 * @param {string} body
 * @param {number} most characters
 */
function fill(place, body, most) {
  const pieces = highlight(body.slice(0, most));
  place.replaceChildren(
    ...pieces.map(({ text, kind }) =>
      kind === "plain" ? text : element("span", { class: `code-${kind}` }, text)
    ),
  );
  if (body.length <= most) return;
  const label = `Show the rest: ${byteSize(body.length - most)}`;
  const onclick = () => fill(place, body, Infinity);
  place.append("\n", element("button", { type: "button", class: "button small", onclick }, label));
}
