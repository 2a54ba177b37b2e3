/** Page of an asset: player, links and inspector. */

import { fetchJson } from "./asset_info.js";
import { normalizePageUrl } from "./urls.js";
import { showError } from "./error_message.js";
import { byId, createElement, isolate } from "./dom.js";
import { formatBitrate, formatBytes, formatCount, formatDuration } from "./format.js";
import { createLazyPanel } from "./lazy_panel.js";
import { loadStyle } from "./libraries.js";
import { createLinkCard } from "./links.js";
import { showBreadcrumbs } from "./breadcrumbs.js";
import { createMetadata, createTitle } from "./metadata.js";
import { createPlayerCard } from "./player_card.js";
import { createProtectionFacts } from "./protection_facts.js";
import { createTabs } from "./tabs.js";
import { createTrackPanel } from "./track_panel.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./asset_info.js").ChannelInfo} ChannelInfo
 */

const STYLES = ["asset.css", "player.css", "links.css", "inspector.css", "tracks.css"];

const MAX_OPEN_WARNINGS = 4;

/** @param {string} url */
export async function showAsset(url) {
  try {
    const styles = STYLES.map(loadStyle);
    const [about] = await Promise.all([fetchJson(url), ...styles]);
    const label = url.startsWith(".") ? "As one presentation" : "";
    showBreadcrumbs(about.file, label);
    const main = byId("main", HTMLElement);
    if (about.live) await renderChannel(main, about, url);
    else await renderAsset(main, about, url);
  } catch (error) {
    showError(error);
  }
}

/**
 * Renders a channel, and follows it: when its first period is there, and when another broadcast begins, the player starts.
 *
 * @param {HTMLElement} main
 * @param {ChannelInfo} about
 * @param {string} url of its description
 */
async function renderChannel(main, about, url) {
  const { createChannelStatus, followChannel } = await import("./channel_status.js");
  const status = createChannelStatus(about.live);
  const { file, live: { label } } = about;
  const name = createElement("h1", {}, isolate(label ?? file.split("/").at(-1) ?? ""));
  const heading = createElement("div", { class: "heading" }, name, status.element);
  main.classList.add("asset");
  main.replaceChildren(heading);
  const start = (/** @type {ChannelInfo} */ about) => {
    if (about.version === undefined) return undefined;
    const rendered = renderPlayer(main, { about, url, heading });
    rendered.started.catch(showError);
    return rendered;
  };
  let shown = about;
  let rendered = start(about);
  followChannel(url, (next) => {
    const { version, live: { state } } = shown;
    shown = next;
    status.show(next.live);
    if (!rendered) {
      rendered = start(next);
      return;
    }
    const isOver = next.live.state === "over";
    if (next.version !== version || isOver && state !== "over") rendered.update(next);
    if (!isOver && state === "over") rendered.player.restart();
  });
}

/**
 * @param {HTMLElement} main
 * @param {AssetInfo} about
 * @param {string} url of its description
 */
async function renderAsset(main, about, url) {
  main.classList.add("asset");
  await renderPlayer(main, { about, url, heading: createHeading(about) }).started;
}

/**
 * Renders a page with player and inspector, and starts the player.
 *
 * @param {HTMLElement} main
 * @param {{ about: AssetInfo, url: string, heading: HTMLElement }} page
 */
function renderPlayer(main, { about, url, heading }) {
  const pageUrl = normalizePageUrl(location.href);
  const player = createPlayerCard(about, url);
  const links = createLinkCard(about, pageUrl);
  const columns = createElement("div", { class: "columns" }, player.element, links);
  let inspector = createInspector(about, player);
  main.replaceChildren(heading, ...createWarnings(about), columns, inspector.element);
  const update = (/** @type {AssetInfo} */ about) => {
    player.update(about);
    const { element } = inspector;
    inspector = createInspector(about, player);
    element.replaceWith(inspector.element);
  };
  player.onReplaced((about) => {
    const next = createHeading(about);
    heading.replaceWith(next);
    heading = next;
    main.querySelector(".warnings")?.remove();
    columns.before(...createWarnings(about));
    columns.lastElementChild?.replaceWith(createLinkCard(about, pageUrl));
    update(about);
  });
  return { player, update, started: player.start() };
}

/**
 * The first tab is loaded with the page, the others when they are opened.
 *
 * @param {AssetInfo} about
 * @param {import("./player_card.js").PlayerCard} player
 */
function createInspector(about, player) {
  const boxes = createLazyPanel(async () => {
    const { createBoxPanel } = await import("./box_panel.js");
    return createBoxPanel(about);
  });
  const manifests = createLazyPanel(async () => {
    const { createManifestPanel } = await import("./manifest_panel.js");
    return createManifestPanel(about);
  });
  /** @type {(name: string, segment?: number) => Promise<void>} */
  const openBoxes = async (name, segment) => {
    await boxes.use((panel) => panel.openSegment(name, segment));
    inspector.show("Boxes");
  };
  const segments = createLazyPanel(async () => {
    const [{ createChartPanel }] = await Promise.all([
      import("./chart_panel.js"),
      loadStyle("chart.css"),
    ]);
    return createChartPanel(about, { player, openBoxes });
  });
  const inspector = createTabs([
    { name: "Tracks", panel: createTrackPanel(about, { player, openBoxes }) },
    { name: "Segments", panel: segments },
    { name: "Manifests", panel: manifests },
    { name: "Boxes", panel: boxes },
  ]);
  return inspector;
}

/** @param {AssetInfo} about */
function createHeading(about) {
  const { duration, renditions, segmentDuration } = about;
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
    createTitle(about),
    createElement("p", { class: "facts" }, facts.filter(Boolean).join(" · ")),
    ...createMetadata(about),
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
