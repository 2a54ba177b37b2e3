/** The player: a title in one of its forms, with the controls of shaka-player. */

import { element } from "./dom.js";
import { loadShaka } from "./libraries.js";
import { FORMS } from "./links.js";
import { explain } from "./player_error.js";
import { playerKeys } from "./player_keys.js";
import { nameControls, settings } from "./player_settings.js";

/**
 * @typedef {import("./asset_info.js").About} About
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
const PLAYABLE = [
  ["dash", "application/dash+xml"],
  ["hls", "application/x-mpegurl"],
  ["hlsTs", "application/x-mpegurl"],
];

/** Height of a player without a picture, as a share of its width. */
const SOUND_ONLY = "16 / 4";

/**
 * @param {About} about
 * @returns {PlayerCard}
 */
export function playerCard(about) {
  const screen = new Screen(about);
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
class Screen {
  /** @type {(names: Set<string>) => void} */
  onTracks = () => {};
  video = element("video", { playsinline: true });
  /** @type {InstanceType<Shaka["Player"]> | undefined} */
  #player;
  /** Only the latest of several clicks counts. */
  #loads = 0;
  #about;
  #box = element(
    "div",
    { class: "screen", tabindex: 0, role: "group", "aria-label": "Film" },
    this.video,
  );
  #forms = element("div", { class: "segmented", role: "group", "aria-label": "Play as" });
  #problem = element("p", { class: "problem", role: "alert", hidden: true });

  /** @param {About} about */
  constructor(about) {
    this.#about = about;
    this.#box.style.aspectRatio = aspect(about);
    playerKeys(this.#box, this.video);
    this.element = element(
      "section",
      { class: "card player", "aria-label": "Player" },
      this.#box,
      element("div", { class: "player-row" }, this.#forms, keys()),
      this.#problem,
    );
  }

  /** Loads shaka-player and the first form that this browser can play. */
  async start() {
    const shaka = await loadShaka();
    shaka.polyfill.installAll();
    const support = await shaka.Player.probeSupport(false);
    const forms = PLAYABLE.filter(([form = "", type = ""]) =>
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
    overlay.configure(settings());
    overlay.getControls()?.getLocalization()?.changeLocale(["en"]);
    nameControls(this.#box);
    await player.attach(this.video);
    player.addEventListener("error", (event) => this.#fail(/** @type {any} */ (event).detail));
    for (const event of ["adaptation", "variantchanged", "textchanged", "texttrackvisibility"]) {
      player.addEventListener(event, () => this.onTracks(playing(player)));
    }
    return player;
  }

  /** @param {string} form */
  #formButton(form) {
    return element("button", {
      type: "button",
      "data-form": form,
      "aria-pressed": "false",
      onclick: () => this.#play(form),
    }, FORMS.get(form));
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
      this.onTracks(playing(player));
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
    this.#say(explain(error));
  }

  /** @param {string} text */
  #say(text) {
    this.#problem.textContent = text;
    this.#problem.hidden = false;
  }
}

/**
 * @param {About} about
 */
function aspect({ renditions }) {
  const video = renditions.find(({ type }) => type === "video");
  return video?.width && video.height ? `${video.width} / ${video.height}` : SOUND_ONLY;
}

/**
 * Names of the renditions that play. DASH's IDs are these; HLS's name a playlist.
 *
 * @param {InstanceType<Shaka["Player"]>} player
 */
function playing(player) {
  const variants = player.getVariantTracks().filter(({ active }) => active);
  const texts = player.getTextTracks().filter(({ active }) => active);
  const ids = [
    ...variants.flatMap((it) => [it.originalVideoId, it.originalAudioId]),
    ...texts.map((it) => it.originalTextId),
  ];
  return new Set(ids.filter((id) => id !== null));
}

/** What the keyboard does while the player has the focus. */
function keys() {
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
    element("dt", {}, key),
    element("dd", {}, does),
  ]);
  const details = element("details", { class: "keys" }, element("summary", {}, "Keys"));
  details.append(
    element("p", { class: "note" }, "While the player has the focus:"),
    element("dl", {}, ...items),
  );
  return details;
}
