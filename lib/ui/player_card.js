/** Card with the player and a choice of protocol. */

import { createClipMarks } from "./clip_marks.js";
import { createElement } from "./dom.js";
import { parseTimeFragment } from "./fragment.js";
import { PROTOCOL_NAMES } from "./links.js";
import { Player } from "./player.js";
import { createKeyHelp } from "./player_keys.js";
import { createPlayerMessage } from "./player_message.js";
import { createStatistics } from "./statistics.js";
import { normalizePageUrl } from "./urls.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 *
 * @typedef {{
 *   element: HTMLElement,
 *   start: () => Promise<void>,
 *   restart: () => Promise<void>,
 *   update: (about: AssetInfo) => void,
 *   seek: (time: number) => void,
 *   onTime: (listener: (time: number) => void) => void,
 *   onTracks: (listener: (names: Set<string>) => void) => void,
 *   onReplaced: (listener: (about: AssetInfo) => void) => void,
 * }} PlayerCard
 */

/**
 * Names the links of the page, which the player alone does not have.
 *
 * @param {import("./player_message.js").PlayerProblem | undefined} problem
 */
function addHint(problem) {
  return problem?.isUnsupported
    ? { ...problem, text: `${problem.text} Try a command under “Links”.` }
    : problem;
}

/**
 * Times are those of the asset, and for a channel of its newest period.
 *
 * @param {AssetInfo} about
 * @param {string} url of `about`, relative to the page
 * @returns {PlayerCard}
 */
export function createPlayerCard(about, url) {
  const player = new Player(about, url);
  const clip = about.live ? undefined : createClip(player, about);
  const message = createPlayerMessage();
  player.onProblem = (problem) => message.show(addHint(problem));
  const protocols = createProtocolChoice(player);
  const row = createElement(
    "div",
    { class: "player-row" },
    protocols,
    player.liveButton,
    createElement(
      "div",
      { class: "player-details" },
      createStatistics(() => player.statistics),
      createKeyHelp(),
    ),
  );
  const element = createElement(
    "section",
    { class: "card player", "aria-label": "Player" },
    player.element,
    row,
    clip,
    createNote(player, [row, clip]),
    message.element,
  );
  return {
    element,
    start: () => player.start(),
    restart: () => player.restart(),
    update: (about) => player.update(about),
    seek: (time) => {
      player.seek(time);
      element.scrollIntoView({ block: "nearest" });
    },
    onTime: (listener) => player.timeListeners.push(listener),
    onTracks: (listener) => player.onTracks(listener),
    onReplaced: (listener) => player.onReplaced = listener,
  };
}

/** @param {Player} player */
function createProtocolChoice(player) {
  const group = createElement("div", {
    class: "segmented",
    role: "group",
    "aria-label": "Streaming protocol",
  });
  player.onProtocol = (current) => {
    const buttons = player.protocols.map((protocol) =>
      createElement("button", {
        type: "button",
        "data-protocol": protocol,
        "aria-pressed": "false",
        onclick: () => player.play(protocol),
      }, PROTOCOL_NAMES.get(protocol))
    );
    if (group.childElementCount === 0) group.append(...buttons);
    for (const button of group.children) {
      const pressed = button.getAttribute("data-protocol") === current;
      button.setAttribute("aria-pressed", String(pressed));
    }
  };
  return group;
}

/**
 * Follows the time range in the URL of the page.
 *
 * @param {Player} player
 * @param {AssetInfo} about
 */
function createClip(player, about) {
  const range = parseTimeFragment(location.hash);
  if (range) player.select(range);
  addEventListener("hashchange", () => {
    const next = parseTimeFragment(location.hash);
    if (next) player.select(next);
  });
  return createClipMarks(player, { about, pageUrl: normalizePageUrl(location.href), range });
}

/**
 * Creates a note that replaces the player and what is below it.
 *
 * @param {Player} player
 * @param {(HTMLElement | undefined)[]} below
 */
function createNote(player, below) {
  const note = createElement("p", { class: "note", role: "status", hidden: true });
  player.onNote = (text) => {
    player.element.hidden = true;
    for (const element of below) if (element) element.hidden = true;
    note.textContent = text;
    note.hidden = false;
  };
  return note;
}
