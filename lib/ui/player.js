/** shaka-player with keyboard control, without what surrounds it: the page of an asset and other pages place it. */

import { createElement } from "./dom.js";
import { renameClearKey, requestPlayerKeys } from "./key_request.js";
import { loadShaka } from "./libraries.js";
import { LiveEdge } from "./live_edge.js";
import { describePlayerError } from "./player_error.js";
import { addPlayerKeys } from "./player_keys.js";
import { getPlayerSettings, labelControls } from "./player_settings.js";
import { addPageToken } from "./urls.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./libraries.js").Shaka} Shaka
 */

const PLAYABLE_PROTOCOLS = [
  ["dash", "application/dash+xml"],
  ["hls", "application/x-mpegurl"],
  ["hlsTs", "application/x-mpegurl"],
];

const AUDIO_ONLY_ASPECT = "16 / 4";

/** Times are those of the asset, and for a channel of its newest period. In seconds. */
export class Player {
  /** @type {(names: Set<string>) => void} what is playing: rendition names in DASH, playlist names in HLS */
  onTracks = () => {};
  /** @type {((time: number) => void)[]} */
  timeListeners = [];
  /** @type {(protocol: string) => void} a key of `manifests` in about.json, which is loading */
  onProtocol = () => {};
  /** @type {(problem: string | undefined) => void} a sentence, or undefined when playback is tried again */
  onProblem = () => {};
  /** @type {(note: string) => void} why the player stays empty, although nothing failed */
  onNote = () => {};
  video = createElement("video", { playsinline: true });
  /** Contains the video and the controls; its aspect ratio is that of the video. */
  element = createElement(
    "div",
    { class: "player-box", tabindex: 0, role: "group", "aria-label": "Media player" },
    this.video,
  );
  /** @type {readonly string[]} keys of `manifests` in about.json that the browser supports, once started */
  protocols = [];
  #edge = new LiveEdge(this.video);
  /** Button that goes to the live edge of a channel. */
  liveButton = this.#edge.element;
  /** @type {InstanceType<Shaka["Player"]> | undefined} */
  #player;
  /** Errors of superseded loads are ignored. */
  #loads = 0;
  #about;
  #protocol = "";

  /** @param {AssetInfo} about */
  constructor(about) {
    this.#about = about;
    this.element.style.aspectRatio = getAspectRatio(about);
    for (const event of ["timeupdate", "seeking"]) {
      this.video.addEventListener(event, () => {
        for (const listener of this.timeListeners) listener(this.time);
      });
    }
    addPlayerKeys(this.element, this.video, () => this.#range);
  }

  /** Loads shaka-player, then the manifest of the first protocol that the browser supports. */
  async start() {
    const shaka = await loadShaka();
    shaka.polyfill.installAll();
    this.protocols = await this.#findProtocols(shaka);
    const [first] = this.protocols;
    if (first === undefined) {
      return this.onProblem(
        "This browser supports none of the available protocols. Try a command under “Links”.",
      );
    }
    const found = await requestPlayerKeys(this.#about, {
      isSecure: globalThis.isSecureContext,
      addToken: addPageToken,
    });
    if ("problem" in found) return this.onNote(found.problem);
    this.#player = await this.#createPlayer(shaka, found.keys);
    await this.play(first);
  }

  /** Loads the manifest again, from its start or live edge. */
  async restart() {
    if (this.#player) await this.play(this.#protocol, { restarts: true });
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
  }

  /**
   * Loads the manifest of a protocol, at the time that is playing.
   *
   * @param {string} protocol
   * @param {{ restarts?: boolean }} options
   */
  async play(protocol, { restarts = false } = {}) {
    const load = ++this.#loads;
    const player = /** @type {InstanceType<Shaka["Player"]>} */ (this.#player);
    const { currentTime, paused, ended } = this.video;
    const start = this.#about.live ? this.#edge.beginLoad(restarts) : ended ? 0 : currentTime || 0;
    this.#protocol = protocol;
    this.onProblem(undefined);
    this.onProtocol(protocol);
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

  get #range() {
    return this.#about.live && this.#player
      ? this.#player.seekRange()
      : { start: 0, end: this.video.duration };
  }

  /** @param {Shaka} shaka */
  async #findProtocols(shaka) {
    const support = await shaka.Player.probeSupport(false);
    return PLAYABLE_PROTOCOLS.filter(([protocol = "", type = ""]) =>
      this.#url(protocol) !== undefined && support.manifest[type]
    ).map(([protocol = ""]) => protocol);
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
    const overlay = new shaka.ui.Overlay(player, this.element, this.video);
    overlay.configure(getPlayerSettings());
    overlay.getControls()?.getLocalization()?.changeLocale(["en"]);
    labelControls(this.element);
    await player.attach(this.video);
    if (this.#about.live) this.#edge.attach(player);
    player.addEventListener("error", (event) => this.#showError(/** @type {any} */ (event).detail));
    for (const event of ["adaptation", "variantchanged", "textchanged", "texttrackvisibility"]) {
      player.addEventListener(event, () => this.onTracks(getPlayingNames(player)));
    }
    return player;
  }

  /** @param {string} protocol */
  #url(protocol) {
    const { manifests } = this.#about;
    const url = /** @type {Record<string, string | undefined>} */ (manifests)[protocol];
    return url === undefined ? undefined : addPageToken(url);
  }

  /** @param {unknown} error */
  #showError(error) {
    this.onProblem(describePlayerError(error));
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
