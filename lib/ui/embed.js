/** The player alone, for frames on other pages. */

import { fetchJson } from "./asset_info.js";
import { followChannel } from "./channel_status.js";
import { byId, createElement } from "./dom.js";
import { parseEmbedQuery } from "./embed_query.js";
import { showError } from "./error_message.js";
import { parseTimeFragment } from "./fragment.js";
import { Player } from "./player.js";
import { createPlayerMessage } from "./player_message.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./asset_info.js").ChannelInfo} ChannelInfo
 * @typedef {import("./fragment.js").TimeFragment} TimeFragment
 */

const ABOUT_URL = "about.json";

const options = parseEmbedQuery(location.search);

try {
  const about = await fetchJson(ABOUT_URL);
  const { file, title, live } = about;
  document.title = live?.label ?? title ?? file.split("/").at(-1);
  if (live) embedChannel(about);
  else await embedAsset(about).start();
} catch (error) {
  showError(error);
}

/** @param {AssetInfo} about */
function embedAsset(about) {
  const player = createPlayer(about);
  const range = parseTimeFragment(location.hash);
  if (range) play(player, range);
  else player.video.loop = options.loop;
  addEventListener("hashchange", () => {
    const next = parseTimeFragment(location.hash);
    if (next) player.select(next);
  });
  return player;
}

/**
 * Starts at a time range. Playback pauses at its end, or starts there again.
 *
 * @param {Player} player
 * @param {TimeFragment} range
 */
function play(player, range) {
  const { video } = player;
  if (!options.loop) return player.select(range);
  player.select({ start: range.start, end: Infinity });
  player.timeListeners.push((time) => {
    if (time >= range.end && !video.seeking) player.seek(range.start);
  });
  video.addEventListener("ended", () => {
    player.seek(range.start);
    video.play().catch(showError);
  });
}

/**
 * The player starts when something is published, and again when another broadcast begins or this one is over.
 *
 * @param {ChannelInfo} about
 */
function embedChannel(about) {
  let shown = about;
  /** @type {Player | undefined} */
  let player;
  const start = (/** @type {ChannelInfo} */ about) => {
    player = createPlayer(about);
    player.start().catch(showError);
  };
  if (about.version) start(about);
  else showNote("The broadcast has not begun. It starts here when it does.");
  followChannel(ABOUT_URL, (next) => {
    const isOver = next.live.state === "over" && shown.live.state !== "over";
    const isNew = next.version !== shown.version;
    shown = next;
    if (!next.version) return;
    if (!player) return start(next);
    if (isNew || isOver) player.update(next);
    if (isOver) player.restart();
  });
}

/** @param {AssetInfo} about */
function createPlayer(about) {
  const { autoplay, languages, manifestQuery } = options;
  const player = new Player(about, ABOUT_URL, { languages, manifestQuery });
  player.video.muted = autoplay;
  player.video.autoplay = autoplay;
  const message = createPlayerMessage();
  player.onProblem = message.show;
  player.onNote = showNote;
  const overlay = createElement(
    "div",
    { class: "embed-message" },
    player.liveButton,
    message.element,
  );
  byId("main", HTMLElement).replaceChildren(player.element, overlay);
  return player;
}

/** @param {string} text */
function showNote(text) {
  const note = createElement("p", { role: "status" }, text);
  const overlay = createElement("div", { class: "embed-message" }, note);
  byId("main", HTMLElement).replaceChildren(overlay);
}
