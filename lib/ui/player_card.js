/** The player: a title in one of its forms, with the controls of shaka-player. */

import { createElement } from "./dom.js";
import { loadShaka } from "./libraries.js";
import { PROTOCOL_NAMES } from "./links.js";
import { describePlayerError } from "./player_error.js";
import { addPlayerKeys } from "./player_keys.js";
import { getPlayerSettings, labelControls } from "./player_settings.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./libraries.js").Shaka} Shaka
 *
 * What other parts of the page know of the player.
 * @typedef {{
 *   element: HTMLElement,
 *   start: () => Promise<void>,
 *   seek: (time: number) => void,
 *   onTime: (listener: (time: number) => void) => void,
 *   onTracks: (listener: (names: Set<string>) => void) => void,
 * }} PlayerCard
 */

/** Forms that shaka-player reads, and by what it calls them. */
const PLAYABLE_PROTOCOLS = [
  ["dash", "application/dash+xml"],
  ["hls", "application/x-mpegurl"],
  ["hlsTs", "application/x-mpegurl"],
];

/** Height of a player without a picture, as a share of its width. */
const AUDIO_ONLY_ASPECT = "16 / 4";

/**
 * @param {AssetInfo} about
 * @returns {PlayerCard}
 */
export function createPlayerCard(about) {
  const screen = new Player(about);
  return {
    element: screen.element,
    start: () => screen.start(),
    seek: (time) => screen.seek(time),
    onTime: (listener) => {
      for (const event of ["timeupdate", "seeking"]) {
        screen.video.addEventListener(event, () => listener(screen.video.currentTime));
      }
    },
    onTracks: (listener) => screen.onTracks = listener,
  };
}

/** One video element, and the form that it plays. */
class Player {
  /** @type {(names: Set<string>) => void} */
  onTracks = () => {};
  video = createElement("video", { playsinline: true });
  /** @type {InstanceType<Shaka["Player"]> | undefined} */
  #player;
  /** Only the latest of several clicks counts. */
  #loads = 0;
  #about;
  #box = createElement(
    "div",
    { class: "screen", tabindex: 0, role: "group", "aria-label": "Film" },
    this.video,
  );
  #forms = createElement("div", { class: "segmented", role: "group", "aria-label": "Play as" });
  #problem = createElement("p", { class: "problem", role: "alert", hidden: true });

  /** @param {AssetInfo} about */
  constructor(about) {
    this.#about = about;
    this.#box.style.aspectRatio = getAspectRatio(about);
    addPlayerKeys(this.#box, this.video);
    this.element = createElement(
      "section",
      { class: "card player", "aria-label": "Player" },
      this.#box,
      createElement("div", { class: "player-row" }, this.#forms, createKeyHelp()),
      this.#problem,
    );
  }

  /** Loads shaka-player and the first form that this browser can play. */
  async start() {
    const shaka = await loadShaka();
    shaka.polyfill.installAll();
    const support = await shaka.Player.probeSupport(false);
    const forms = PLAYABLE_PROTOCOLS.filter(([form = "", type = ""]) =>
      this.#url(form) !== undefined && support.manifest[type]
    ).map(([form = ""]) => form);
    if (forms.length === 0) {
      return this.#say("This browser can’t play any of its forms: try one of the commands.");
    }
    this.#player = await this.#attach(shaka);
    this.#forms.replaceChildren(...forms.map((form) => this.#formButton(form)));
    await this.#play(/** @type {string} */ (forms[0]));
  }

  /** @param {number} time in seconds */
  seek(time) {
    this.video.currentTime = time;
    this.element.scrollIntoView({ block: "nearest" });
  }

  /** @param {Shaka} shaka */
  async #attach(shaka) {
    const player = new shaka.Player();
    const overlay = new shaka.ui.Overlay(player, this.#box, this.video);
    overlay.configure(getPlayerSettings());
    overlay.getControls()?.getLocalization()?.changeLocale(["en"]);
    labelControls(this.#box);
    await player.attach(this.video);
    player.addEventListener("error", (event) => this.#fail(/** @type {any} */ (event).detail));
    for (const event of ["adaptation", "variantchanged", "textchanged", "texttrackvisibility"]) {
      player.addEventListener(event, () => this.onTracks(getPlayingNames(player)));
    }
    return player;
  }

  /** @param {string} form */
  #formButton(form) {
    return createElement("button", {
      type: "button",
      "data-form": form,
      "aria-pressed": "false",
      onclick: () => this.#play(form),
    }, PROTOCOL_NAMES.get(form));
  }

  /**
   * Goes on where another form was.
   *
   * @param {string} form
   */
  async #play(form) {
    const load = ++this.#loads;
    const player = /** @type {InstanceType<Shaka["Player"]>} */ (this.#player);
    const { currentTime, paused, ended } = this.video;
    this.#problem.hidden = true;
    for (const button of this.#forms.children) {
      const pressed = button.getAttribute("data-form") === form;
      button.setAttribute("aria-pressed", String(pressed));
    }
    try {
      await player.load(/** @type {string} */ (this.#url(form)), ended ? 0 : currentTime || 0);
      this.onTracks(getPlayingNames(player));
      if (!paused && !ended) await this.video.play();
    } catch (error) {
      if (load === this.#loads) this.#fail(error);
    }
  }

  /** @param {string} form */
  #url(form) {
    const { manifests } = this.#about;
    return /** @type {Record<string, string | undefined>} */ (manifests)[form];
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#say(describePlayerError(error));
  }

  /** @param {string} text */
  #say(text) {
    this.#problem.textContent = text;
    this.#problem.hidden = false;
  }
}

/**
 * @param {AssetInfo} about
 */
function getAspectRatio({ renditions }) {
  const video = renditions.find(({ type }) => type === "video");
  return video?.width && video.height ? `${video.width} / ${video.height}` : AUDIO_ONLY_ASPECT;
}

/**
 * Names of the renditions that play. DASH's IDs are these; HLS's name a playlist.
 *
 * @param {InstanceType<Shaka["Player"]>} player
 */
function getPlayingNames(player) {
  const variants = player.getVariantTracks().filter(({ active }) => active);
  const texts = player.getTextTracks().filter(({ active }) => active);
  const ids = [
    ...variants.flatMap((it) => [it.originalVideoId, it.originalAudioId]),
    ...texts.map((it) => it.originalTextId),
  ];
  return new Set(ids.filter((id) => id !== null));
}

/** What the keyboard does while the player has the focus. */
function createKeyHelp() {
  const rows = [
    ["Space, k", "play, pause"],
    ["← →", "5 seconds"],
    ["Home, End", "to the start, to the end"],
    [", .", "a picture"],
    ["< >", "speed"],
    ["m", "mute"],
    ["c", "subtitles"],
    ["f", "full screen"],
    ["p", "picture in picture"],
  ];
  const items = rows.flatMap(([key = "", does = ""]) => [
    createElement("dt", {}, key),
    createElement("dd", {}, does),
  ]);
  const details = createElement("details", { class: "keys" }, createElement("summary", {}, "Keys"));
  details.append(
    createElement("p", { class: "note" }, "While the player has the focus:"),
    createElement("dl", {}, ...items),
  );
  return details;
}
