/** Inspector tab with the boxes of a segment. */

import { getSegmentUrl } from "./asset_info.js";
import { parseBoxes } from "./boxes.js";
import { createBoxTree } from "./box_tree.js";
import { errorText } from "./error_message.js";
import { createElement } from "./dom.js";
import { formatBytes } from "./format.js";
import { addPageToken } from "./urls.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./asset_info.js").RenditionInfo} RenditionInfo
 */

/** Enough for all boxes except the samples in `mdat`. */
const MAX_FETCHED_BYTES = 1 << 20;

/**
 * @param {AssetInfo} about
 * @returns {import("./tabs.js").Panel & { openSegment: (name: string, segment?: number) => void }}
 */
export function createBoxPanel(about) {
  const renditions = about.renditions.filter(({ init }) => init !== undefined);
  if (renditions.length === 0) {
    const note = createElement(
      "p",
      { class: "note" },
      "Only audio and video tracks have boxes to inspect.",
    );
    return { element: note, openSegment: () => {} };
  }
  const panel = new BoxPanel(renditions, about.protection?.scheme === "aes-128");
  return {
    element: panel.element,
    open: () => panel.open(),
    openSegment: (name, segment) => panel.openSegment(name, segment),
  };
}

class BoxPanel {
  #renditions;
  #hidesBoxes;
  #loaded = "";
  #trackSelect;
  /** Starts at 1; 0 is the init segment. */
  #numberInput = createElement("input", {
    type: "number",
    min: 0,
    value: 0,
    onchange: () => this.#load(),
    "aria-describedby": "boxes-hint",
  });
  #facts = createElement("p", { class: "facts", role: "status" });
  #tree = createElement("div", { class: "boxes" });

  /**
   * @param {RenditionInfo[]} renditions
   * @param {boolean} hidesBoxes segments are encrypted as a whole
   */
  constructor(renditions, hidesBoxes) {
    this.#renditions = renditions;
    this.#hidesBoxes = hidesBoxes;
    const options = renditions.map(({ name }) => createElement("option", {}, name));
    this.#trackSelect = createElement("select", { onchange: () => this.#load() }, ...options);
    const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) =>
      createElement("button", { type: "button", class: "button small", onclick }, text);
    this.element = createElement(
      "div",
      {},
      createElement(
        "div",
        { class: "bar" },
        createElement("label", { class: "field" }, "Track", this.#trackSelect),
        createElement("label", { class: "field" }, "Segment", this.#numberInput),
        createElement(
          "span",
          { class: "buttons" },
          button("Init", () => this.#openNumber(0)),
          button("‹ Previous", () => this.#openNumber(this.#numberInput.valueAsNumber - 1)),
          button("Next ›", () => this.#openNumber(this.#numberInput.valueAsNumber + 1)),
        ),
      ),
      createElement("p", { class: "note", id: "boxes-hint" }, "Segment 0 is the init segment."),
      this.#facts,
      this.#tree,
    );
  }

  get #rendition() {
    return /** @type {RenditionInfo} */ (this.#renditions[this.#trackSelect.selectedIndex]);
  }

  open() {
    if (this.#loaded === "") this.#load();
  }

  /**
   * @param {string} name
   * @param {number} [segment]
   */
  openSegment(name, segment = -1) {
    const i = this.#renditions.findIndex((rendition) => rendition.name === name);
    this.#trackSelect.selectedIndex = Math.max(0, i);
    this.#openNumber(segment + 1);
  }

  /** @param {number} number */
  #openNumber(number) {
    this.#numberInput.value = String(number);
    this.#load();
  }

  async #load() {
    const rendition = this.#rendition;
    const last = rendition.segments.times.length;
    const number = Math.max(0, Math.min(last, Math.round(this.#numberInput.valueAsNumber) || 0));
    this.#numberInput.value = String(number);
    this.#numberInput.max = String(last);
    const url = number === 0
      ? /** @type {string} */ (rendition.init)
      : getSegmentUrl(rendition, number - 1);
    this.#loaded = url;
    if (number > 0 && this.#hidesBoxes) {
      this.#facts.textContent = "AES-128 encrypts whole segments, so their boxes are not visible.";
      return this.#tree.replaceChildren();
    }
    this.#facts.textContent = "Loading…";
    try {
      const { bytes, size } = await fetchStart(url);
      if (url === this.#loaded) this.#show(url, bytes, size);
    } catch (error) {
      this.#facts.textContent = errorText(error);
      this.#tree.replaceChildren();
    }
  }

  /**
   * @param {string} url
   * @param {Uint8Array} bytes
   * @param {number} size
   */
  #show(url, bytes, size) {
    this.#facts.replaceChildren(createElement("code", {}, url), ` · ${formatBytes(size)}`);
    this.#tree.replaceChildren(...createBoxTree(parseBoxes(bytes, size)));
  }
}

/** @param {string} url */
async function fetchStart(url) {
  const response = await fetch(addPageToken(url), {
    headers: { range: `bytes=0-${MAX_FETCHED_BYTES - 1}` },
  });
  if (!response.ok) {
    throw new Error(`The server returned status ${response.status}: ${await response.text()}`);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const size = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  return { bytes, size: size === undefined ? bytes.length : Number(size) };
}
