/** Page of an asset: player, links and inspector. */

import { fetchJson } from "./asset_info.js";
import { normalizePageUrl } from "./urls.js";
import { createBoxPanel } from "./box_panel.js";
import { createChartPanel } from "./chart_panel.js";
import { showError } from "./error_message.js";
import { byId, createElement, isolate } from "./dom.js";
import { formatBitrate, formatBytes, formatCount, formatDuration } from "./format.js";
import { loadStyle } from "./libraries.js";
import { createLinkCard } from "./links.js";
import { createManifestPanel } from "./manifest_panel.js";
import { showBreadcrumbs } from "./breadcrumbs.js";
import { createPlayerCard } from "./player_card.js";
import { createProtectionFacts } from "./protection_facts.js";
import { createTabs } from "./tabs.js";
import { createTrackPanel } from "./track_panel.js";

/** @typedef {import("./asset_info.js").AssetInfo} AssetInfo */

const MAX_OPEN_WARNINGS = 4;

/** @param {string} url */
export async function showAsset(url) {
  try {
    const styles = ["asset.css", "inspector.css", "chart.css"].map(loadStyle);
    const [about] = await Promise.all([fetchJson(url), ...styles]);
    const label = url.startsWith(".") ? "As one presentation" : "";
    showBreadcrumbs(about.file, label);
    await renderAsset(byId("main", HTMLElement), about);
  } catch (error) {
    showError(error);
  }
}

/**
 * @param {HTMLElement} main
 * @param {AssetInfo} about
 */
async function renderAsset(main, about) {
  const pageUrl = normalizePageUrl(location.href);
  const player = createPlayerCard(about);
  const boxes = createBoxPanel(about);
  /** @type {(name: string, segment?: number) => void} */
  const openBoxes = (name, segment) => {
    boxes.openSegment(name, segment);
    inspector.show("Boxes");
  };
  const inspector = createTabs([
    { name: "Tracks", panel: createTrackPanel(about, { player, openBoxes }) },
    { name: "Segments", panel: createChartPanel(about, { player, openBoxes }) },
    { name: "Manifests", panel: createManifestPanel(about) },
    { name: "Boxes", panel: boxes },
  ]);
  main.classList.add("asset");
  main.replaceChildren(
    createHeading(about),
    ...createWarnings(about),
    createElement("div", { class: "columns" }, player.element, createLinkCard(about, pageUrl)),
    inspector.element,
  );
  await player.start();
}

/** @param {AssetInfo} about */
function createHeading(about) {
  const { file, duration, renditions, segmentDuration } = about;
  const bytes = renditions.reduce((sum, rendition) => sum + rendition.bytes, 0);
  const facts = [
    formatDuration(duration),
    formatCount(renditions.length, "track"),
    formatBytes(bytes),
    duration > 0 ? formatBitrate(8 * bytes / duration) : "",
    `${segmentDuration} s segments`,
  ];
  return createElement(
    "div",
    { class: "heading" },
    createElement("h1", {}, isolate(file.split("/").at(-1) || "All files")),
    createElement("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
    createProtectionFacts(about),
  );
}

/** @param {AssetInfo} about */
function createWarnings({ warnings }) {
  if (warnings.length === 0) return [];
  const items = warnings.map((warning) => createElement("li", {}, isolate(warning)));
  const rest = items.splice(MAX_OPEN_WARNINGS);
  const more = createElement("details", {}, createElement("summary", {}, `${rest.length} more`));
  more.append(createElement("ul", {}, ...rest));
  return [
    createElement(
      "section",
      { class: "card warnings", "aria-label": "Warnings" },
      createElement("h2", {}, formatCount(warnings.length, "warning")),
      createElement("ul", {}, ...items),
      rest.length > 0 ? more : undefined,
    ),
  ];
}
