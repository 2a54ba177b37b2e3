/** Card with the player and a choice of protocol. */

import { createElement } from "./dom.js";
import { PROTOCOL_NAMES } from "./links.js";
import { Player } from "./player.js";
import { createKeyHelp } from "./player_keys.js";

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
 * }} PlayerCard
 */

/**
 * Times are those of the asset, and for a channel of its newest period.
 *
 * @param {AssetInfo} about
 * @returns {PlayerCard}
 */
export function createPlayerCard(about) {
  const player = new Player(about);
  const protocols = createProtocolChoice(player);
  const row = createElement(
    "div",
    { class: "player-row" },
    protocols,
    player.liveButton,
    createKeyHelp(),
  );
  const element = createElement(
    "section",
    { class: "card player", "aria-label": "Player" },
    player.element,
    row,
    createNote(player, row),
    createProblem(player),
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
    onTracks: (listener) => player.onTracks = listener,
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
 * Creates a note that replaces the player and the row below it.
 *
 * @param {Player} player
 * @param {HTMLElement} row
 */
function createNote(player, row) {
  const note = createElement("p", { class: "note", role: "status", hidden: true });
  player.onNote = (text) => {
    player.element.hidden = true;
    row.hidden = true;
    note.textContent = text;
    note.hidden = false;
  };
  return note;
}

/** @param {Player} player */
function createProblem(player) {
  const problem = createElement("p", { class: "problem", role: "alert", hidden: true });
  player.onProblem = (text) => {
    problem.textContent = text ?? "";
    problem.hidden = text === undefined;
  };
  return problem;
}
