/** Card with shaka-player and a choice of protocol. */

import { createElement } from "./dom.js";
import { renameClearKey, requestPlayerKeys } from "./key_request.js";
import { loadShaka } from "./libraries.js";
import { LiveEdge } from "./live_edge.js";
import { PROTOCOL_NAMES } from "./links.js";
import { describePlayerError } from "./player_error.js";
import { addPlayerKeys, createKeyHelp } from "./player_keys.js";
import { getPlayerSettings, labelControls } from "./player_settings.js";
import { addPageToken } from "./urls.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./libraries.js").Shaka} Shaka
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

const PLAYABLE_PROTOCOLS = [
  ["dash", "application/dash+xml"],
  ["hls", "application/x-mpegurl"],
  ["hlsTs", "application/x-mpegurl"],
];

const AUDIO_ONLY_ASPECT = "16 / 4";

/**
 * Times are those of the asset, and for a channel of its newest period.
 *
 * @param {AssetInfo} about
 * @returns {PlayerCard}
 */
export function createPlayerCard(about) {
  const player = new Player(about);
  return {
    element: player.element,
    start: () => player.start(),
    restart: () => player.restart(),
    update: (about) => player.update(about),
    seek: (time) => player.seek(time),
    onTime: (listener) => player.timeListeners.push(listener),
    onTracks: (listener) => player.onTracks = listener,
  };
}

class Player {
  /** @type {(names: Set<string>) => void} */
  onTracks = () => {};
  /** @type {((time: number) => void)[]} */
  timeListeners = [];
  video = createElement("video", { playsinline: true });
  /** @type {InstanceType<Shaka["Player"]> | undefined} */
  #player;
  /** Errors of superseded loads are ignored. */
  #loads = 0;
  #about;
  #edge = new LiveEdge(this.video);
  #protocol = "";
  #container = createElement(
    "div",
    { class: "player-box", tabindex: 0, role: "group", "aria-label": "Media player" },
    this.video,
  );
  #protocols = createElement("div", {
    class: "segmented",
    role: "group",
    "aria-label": "Streaming protocol",
  });
  #row = createElement(
    "div",
    { class: "player-row" },
    this.#protocols,
    this.#edge.element,
    createKeyHelp(),
  );
  #problem = createElement("p", { class: "problem", role: "alert", hidden: true });
  #note = createElement("p", { class: "note", role: "status", hidden: true });

  /** @param {AssetInfo} about */
  constructor(about) {
    this.#about = about;
    this.#container.style.aspectRatio = getAspectRatio(about);
    for (const event of ["timeupdate", "seeking"]) {
      this.video.addEventListener(event, () => {
        for (const listener of this.timeListeners) listener(this.time);
      });
    }
    addPlayerKeys(this.#container, this.video, () => this.#range);
    this.element = createElement(
      "section",
      { class: "card player", "aria-label": "Player" },
      this.#container,
      this.#row,
      this.#note,
      this.#problem,
    );
  }

  async start() {
    const shaka = await loadShaka();
    shaka.polyfill.installAll();
    const support = await shaka.Player.probeSupport(false);
    const protocols = PLAYABLE_PROTOCOLS.filter(([protocol = "", type = ""]) =>
      this.#url(protocol) !== undefined && support.manifest[type]
    ).map(([protocol = ""]) => protocol);
    if (protocols.length === 0) {
      return this.#showProblem(
        "This browser supports none of the available protocols. Try a command under “Links”.",
      );
    }
    const found = await requestPlayerKeys(this.#about, {
      isSecure: globalThis.isSecureContext,
      addToken: addPageToken,
    });
    if ("problem" in found) return this.#showNote(found.problem);
    this.#player = await this.#createPlayer(shaka, found.keys);
    this.#protocols.replaceChildren(
      ...protocols.map((protocol) => this.#createProtocolButton(protocol)),
    );
    await this.#play(/** @type {string} */ (protocols[0]));
  }

  /** Loads the manifest again, from its start or live edge. */
  async restart() {
    if (this.#player) await this.#play(this.#protocol, { restarts: true });
  }

  /**
   * Takes a newer description, and forgets listeners.
   *
   * @param {AssetInfo} about
   */
  update(about) {
    this.#about = about;
    this.timeListeners = [];
    this.onTracks = () => {};
  }

  get time() {
    const { live } = this.#about;
    const utc = live && this.#edge.getUtc();
    return utc ? (utc - getPeriodStart(live)) / 1000 : this.video.currentTime;
  }

  /** @param {number} time */
  seek(time) {
    const { live } = this.#about;
    const playerTime = live && this.#edge.toPlayerTime(getPeriodStart(live) + 1000 * time);
    this.video.currentTime = playerTime ?? time;
    this.element.scrollIntoView({ block: "nearest" });
  }

  get #range() {
    return this.#about.live && this.#player
      ? this.#player.seekRange()
      : { start: 0, end: this.video.duration };
  }

  /**
   * @param {Shaka} shaka
   * @param {Record<string, string>} clearKeys
   */
  async #createPlayer(shaka, clearKeys) {
    const player = new shaka.Player();
    if (Object.keys(clearKeys).length > 0) {
      player.configure({ drm: { clearKeys } });
      player.getNetworkingEngine()?.registerResponseFilter((type, response) => {
        if (type === shaka.net.NetworkingEngine.RequestType.MANIFEST) renameKeyFormats(response);
      });
    }
    const overlay = new shaka.ui.Overlay(player, this.#container, this.video);
    overlay.configure(getPlayerSettings());
    overlay.getControls()?.getLocalization()?.changeLocale(["en"]);
    labelControls(this.#container);
    await player.attach(this.video);
    if (this.#about.live) this.#edge.attach(player);
    player.addEventListener("error", (event) => this.#showError(/** @type {any} */ (event).detail));
    for (const event of ["adaptation", "variantchanged", "textchanged", "texttrackvisibility"]) {
      player.addEventListener(event, () => this.onTracks(getPlayingNames(player)));
    }
    return player;
  }

  /** @param {string} protocol */
  #createProtocolButton(protocol) {
    return createElement("button", {
      type: "button",
      "data-protocol": protocol,
      "aria-pressed": "false",
      onclick: () => this.#play(protocol),
    }, PROTOCOL_NAMES.get(protocol));
  }

  /**
   * @param {string} protocol
   * @param {{ restarts?: boolean }} options
   */
  async #play(protocol, { restarts = false } = {}) {
    const load = ++this.#loads;
    const player = /** @type {InstanceType<Shaka["Player"]>} */ (this.#player);
    const { currentTime, paused, ended } = this.video;
    const start = this.#about.live ? this.#edge.beginLoad(restarts) : ended ? 0 : currentTime || 0;
    this.#protocol = protocol;
    this.#problem.hidden = true;
    for (const button of this.#protocols.children) {
      const pressed = button.getAttribute("data-protocol") === protocol;
      button.setAttribute("aria-pressed", String(pressed));
    }
    try {
      await player.load(/** @type {string} */ (this.#url(protocol)), start);
      this.onTracks(getPlayingNames(player));
      if (!paused && !ended || restarts && ended) await this.video.play();
    } catch (error) {
      if (load === this.#loads) this.#showError(error);
    } finally {
      if (load === this.#loads) this.#edge.endLoad();
    }
  }

  /** @param {string} protocol */
  #url(protocol) {
    const { manifests } = this.#about;
    const url = /** @type {Record<string, string | undefined>} */ (manifests)[protocol];
    return url === undefined ? undefined : addPageToken(url);
  }

  /**
   * Replaces the player.
   *
   * @param {string} text
   */
  #showNote(text) {
    this.#container.hidden = true;
    this.#row.hidden = true;
    this.#note.textContent = text;
    this.#note.hidden = false;
  }

  /** @param {unknown} error */
  #showError(error) {
    this.#showProblem(describePlayerError(error));
  }

  /** @param {string} text */
  #showProblem(text) {
    this.#problem.textContent = text;
    this.#problem.hidden = false;
  }
}

/**
 * Returns the UTC at which the newest period begins, in milliseconds.
 *
 * @param {import("./asset_info.js").LiveInfo} live
 */
function getPeriodStart({ periods }) {
  return Date.parse(periods.at(-1)?.start ?? "");
}

/** @param {{ data: ArrayBuffer | ArrayBufferView }} response of a manifest */
function renameKeyFormats(response) {
  const text = new TextDecoder().decode(/** @type {BufferSource} */ (response.data));
  if (text.startsWith("#EXTM3U")) response.data = new TextEncoder().encode(renameClearKey(text));
}

/** @param {AssetInfo} about */
function getAspectRatio({ renditions }) {
  const video = renditions.find(({ type }) => type === "video");
  return video?.width && video.height ? `${video.width} / ${video.height}` : AUDIO_ONLY_ASPECT;
}

/**
 * Returns rendition names in DASH, playlist names in HLS.
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
