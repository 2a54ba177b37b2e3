/** A title: its player, the links to it, and what is in it. */

import { askJson } from "./asset_info.js";
import { pageAddress } from "./urls.js";
import { boxPanel } from "./box_panel.js";
import { chartPanel } from "./chart_panel.js";
import { complain } from "./error_message.js";
import { byId, element, foreign } from "./dom.js";
import { bitrate, byteSize, clock, counted } from "./format.js";
import { loadStyle } from "./libraries.js";
import { linkCard } from "./links.js";
import { manifestPanel } from "./manifest_panel.js";
import { showPath } from "./breadcrumbs.js";
import { playerCard } from "./player_card.js";
import { tabs } from "./tabs.js";
import { trackPanel } from "./track_panel.js";

/** @typedef {import("./asset_info.js").About} About */

/** More warnings than these open at a click. */
const MOST_WARNINGS = 4;

/**
 * Shows a title, in place of all that is on the page.
 *
 * @param {string} url of what it says about itself
 */
export async function showTitle(url) {
  try {
    const styles = ["asset.css", "inspector.css", "chart.css"].map(loadStyle);
    const [about] = await Promise.all([askJson(url), ...styles]);
    const view = url.startsWith(".") ? "As one title" : "";
    showPath(about.file, view);
    await fill(byId("main", HTMLElement), about);
  } catch (error) {
    complain(error);
  }
}

/**
 * @param {HTMLElement} main
 * @param {About} about
 */
async function fill(main, about) {
  const base = pageAddress(location.href);
  const player = playerCard(about);
  const boxes = boxPanel(about);
  /** @type {(name: string, segment?: number) => void} */
  const open = (name, segment) => {
    boxes.look(name, segment);
    inspector.show("Boxes");
  };
  const inspector = tabs([
    { name: "Tracks", panel: trackPanel(about, { player, open }) },
    { name: "Segments", panel: chartPanel(about, { player, open }) },
    { name: "Manifests", panel: manifestPanel(about) },
    { name: "Boxes", panel: boxes },
  ]);
  main.classList.add("title");
  main.replaceChildren(
    heading(about),
    ...warnings(about),
    element("div", { class: "stage" }, player.element, linkCard(about, base)),
    inspector.element,
  );
  await player.start();
}

/**
 * @param {About} about
 */
function heading({ file, duration, renditions, segmentDuration }) {
  const bytes = renditions.reduce((sum, rendition) => sum + rendition.bytes, 0);
  const facts = [
    clock(duration),
    counted(renditions.length, "track"),
    byteSize(bytes),
    duration > 0 ? bitrate(8 * bytes / duration) : "",
    `segments of ${segmentDuration} s`,
  ];
  return element(
    "div",
    { class: "heading" },
    element("h1", {}, foreign(file.split("/").at(-1) || "All files")),
    element("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
  );
}

/**
 * @param {About} about
 */
function warnings({ warnings }) {
  if (warnings.length === 0) return [];
  const items = warnings.map((warning) => element("li", {}, foreign(warning)));
  const rest = items.splice(MOST_WARNINGS);
  const more = element("details", {}, element("summary", {}, `${rest.length} more`));
  more.append(element("ul", {}, ...rest));
  return [
    element(
      "section",
      { class: "card warnings", "aria-label": "Warnings" },
      element("h2", {}, counted(warnings.length, "warning")),
      element("ul", {}, ...items),
      rest.length > 0 ? more : undefined,
    ),
  ];
}
