/** The boxes of an init or a media segment, as a tree. */

import { segmentUrl } from "./asset_info.js";
import { readBoxes } from "./boxes.js";
import { boxTree } from "./box_tree.js";
import { reason } from "./error_message.js";
import { element } from "./dom.js";
import { byteSize } from "./format.js";

/**
 * @typedef {import("./asset_info.js").About} About
 * @typedef {import("./asset_info.js").Rendition} Rendition
 */

/** Bytes of a segment that are fetched: all of its boxes but the samples start in these. */
const HEAD = 1 << 20;

/**
 * @param {About} about
 * @returns {import("./tabs.js").Panel & { look: (name: string, segment?: number) => void }}
 */
export function boxPanel(about) {
  const renditions = about.renditions.filter(({ init }) => init !== undefined);
  if (renditions.length === 0) {
    const note = element("p", { class: "note" }, "No picture and no sound: there are no boxes.");
    return { element: note, look: () => {} };
  }
  const panel = new BoxPanel(renditions);
  return {
    element: panel.element,
    open: () => panel.open(),
    look: (name, segment) => panel.look(name, segment),
  };
}

/** Which track and which segment of it is looked into. */
class BoxPanel {
  #renditions;
  #loaded = "";
  #track;
  /** 0: the init. */
  #number = element("input", {
    type: "number",
    min: 0,
    value: 0,
    onchange: () => this.#load(),
    "aria-describedby": "boxes-hint",
  });
  #facts = element("p", { class: "facts", role: "status" });
  #tree = element("div", { class: "boxes" });

  /** @param {Rendition[]} renditions */
  constructor(renditions) {
    this.#renditions = renditions;
    const options = renditions.map(({ name }) => element("option", {}, name));
    this.#track = element("select", { onchange: () => this.#load() }, ...options);
    const button = (/** @type {string} */ text, /** @type {() => void} */ onclick) =>
      element("button", { type: "button", class: "button small", onclick }, text);
    this.element = element(
      "div",
      {},
      element(
        "div",
        { class: "bar" },
        element("label", { class: "field" }, "Track", this.#track),
        element("label", { class: "field" }, "Segment", this.#number),
        element(
          "span",
          { class: "buttons" },
          button("Init", () => this.#go(0)),
          button("‹ Previous", () => this.#go(this.#number.valueAsNumber - 1)),
          button("Next ›", () => this.#go(this.#number.valueAsNumber + 1)),
        ),
      ),
      element("p", { class: "note", id: "boxes-hint" }, "Segment 0 is the init segment."),
      this.#facts,
      this.#tree,
    );
  }

  get #rendition() {
    return /** @type {Rendition} */ (this.#renditions[this.#track.selectedIndex]);
  }

  open() {
    if (this.#loaded === "") this.#load();
  }

  /**
   * @param {string} name of a track
   * @param {number} [segment] the init where it is left out
   */
  look(name, segment = -1) {
    const i = this.#renditions.findIndex((rendition) => rendition.name === name);
    this.#track.selectedIndex = Math.max(0, i);
    this.#go(segment + 1);
  }

  /** @param {number} number */
  #go(number) {
    this.#number.value = String(number);
    this.#load();
  }

  async #load() {
    const rendition = this.#rendition;
    const last = rendition.segments.times.length;
    const number = Math.max(0, Math.min(last, Math.round(this.#number.valueAsNumber) || 0));
    this.#number.value = String(number);
    this.#number.max = String(last);
    const url = number === 0
      ? /** @type {string} */ (rendition.init)
      : segmentUrl(rendition, number - 1);
    this.#loaded = url;
    this.#facts.textContent = "Loading…";
    try {
      const { bytes, size } = await head(url);
      if (url === this.#loaded) this.#show(url, bytes, size);
    } catch (error) {
      this.#facts.textContent = reason(error);
      this.#tree.replaceChildren();
    }
  }

  /**
   * @param {string} url
   * @param {Uint8Array} bytes
   * @param {number} size
   */
  #show(url, bytes, size) {
    this.#facts.replaceChildren(element("code", {}, url), ` · ${byteSize(size)}`);
    this.#tree.replaceChildren(...boxTree(readBoxes(bytes, size)));
  }
}

/**
 * The first bytes of a segment, and its size.
 *
 * @param {string} url
 */
async function head(url) {
  const response = await fetch(url, { headers: { range: `bytes=0-${HEAD - 1}` } });
  if (!response.ok) {
    throw new Error(`The server answered ${response.status}: ${await response.text()}`);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  const size = /\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  return { bytes, size: size === undefined ? bytes.length : Number(size) };
}
