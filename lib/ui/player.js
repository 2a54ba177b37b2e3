/** shaka-player with keyboard control, without what surrounds it: the page of an asset and other pages place it. */

import { fetchJson, getAspectRatio, getPeriodStart } from "./asset_info.js";
import {
  describeUndecodable,
  needsMpegTs,
  playsInBrowser,
  playsWithoutAudio,
} from "./decodable.js";
import { createElement } from "./dom.js";
import { requestPlayerKeys } from "./key_request.js";
import { loadShaka } from "./libraries.js";
import { LiveEdge } from "./live_edge.js";
import { createPause, trackPause } from "./pause.js";
import { addPageKeys, addPlayerKeys } from "./player_keys.js";
import { Recovery } from "./recovery.js";
import { BROWSER_TIMERS, MAX_RESPONSE_MS } from "./retry.js";
import {
  allowFallback,
  createShakaPlayer,
  findPlayableProtocols,
  getPlayingNames,
  readStatistics,
} from "./shaka_setup.js";
import { addPageToken } from "./urls.js";

/**
 * @typedef {import("./asset_info.js").AssetInfo} AssetInfo
 * @typedef {import("./libraries.js").Shaka} Shaka
 *
 * @typedef {{ languages: import("./shaka_setup.js").PreferredLanguages, manifestQuery: string }} PlayerOptions
 */

/** Names of errors of `play()`: a newer load or a pause came first, or the page may not play yet. */
const IGNORED_PLAY_ERRORS = ["AbortError", "NotAllowedError"];

const NO_PROTOCOL = { text: "This browser plays none of the protocols.", isUnsupported: true };

/** Times are those of the asset, and for a channel of its newest period. In seconds. */
export class Player {
  /** @type {((time: number) => void)[]} */
  timeListeners = [];
  /** @type {((names: Set<string>) => void)[]} what is playing: rendition names in DASH, playlist names in HLS */
  #trackListeners = [];
  /** @type {(protocol: string) => void} a key of `manifests` in about.json, which is loading */
  onProtocol = () => {};
  /** @type {(problem: import("./player_message.js").PlayerProblem | undefined) => void} undefined when it plays */
  onProblem = () => {};
  /** @type {(note: string) => void} why the player stays empty, although nothing failed */
  onNote = () => {};
  /** @type {(about: AssetInfo) => void} the description of a file that replaced the one that played */
  onReplaced = () => {};
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
  #options;
  #protocol = "";
  #isLoaded = false;
  /** @type {{ time: number, plays: boolean } | undefined} where to go on, while nothing is loaded */
  #position;
  #pauseAt = createPause(this.video);
  #isPaused = trackPause(this.video);
  #recovery;

  /**
   * @param {AssetInfo} about
   * @param {string} url of `about`, relative to the page
   * @param {PlayerOptions} options preferred languages, and the query of manifests with `?`
   */
  constructor(about, url, options = { languages: {}, manifestQuery: "" }) {
    this.#about = about;
    this.#options = options;
    if (about.poster) this.video.poster = addPageToken(about.poster);
    this.#recovery = this.#createRecovery(url);
    this.element.style.aspectRatio = getAspectRatio(about);
    for (const event of ["timeupdate", "seeking"]) {
      this.video.addEventListener(event, () => {
        for (const listener of this.timeListeners) listener(this.time);
      });
    }
    addPlayerKeys(this.element, this.video, () => this.#range);
    addPageKeys(this.video);
  }

  /** Loads shaka-player, then the manifest of the first protocol that the browser supports. */
  async start() {
    const shaka = await loadShaka();
    shaka.polyfill.installAll();
    this.protocols = (await findPlayableProtocols(shaka))
      .filter((protocol) => this.#url(protocol));
    const [first] = this.protocols;
    if (first === undefined) return this.#showProblem(NO_PROTOCOL);
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
    this.#trackListeners = [];
  }

  /** @param {(names: Set<string>) => void} listener called at once, and after each change */
  onTracks(listener) {
    this.#trackListeners.push(listener);
    this.#notifyTracks();
  }

  #notifyTracks() {
    const names = this.#player ? getPlayingNames(this.#player) : new Set();
    for (const listener of this.#trackListeners) listener(names);
  }

  /** Returns undefined before the player has started. */
  get statistics() {
    return this.#player && readStatistics(this.#player, this.video);
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
   * Goes to a time range, also before the player has started, and pauses once at its end.
   *
   * @param {import("./fragment.js").TimeFragment} range
   */
  select({ start, end }) {
    this.#pauseAt(end);
    if (this.#isLoaded) this.seek(start);
    else this.#position = { time: start, plays: this.#position?.plays ?? false };
  }

  /**
   * Loads the manifest of a protocol, at the time that is playing.
   *
   * @param {string} protocol
   * @param {{ restarts?: boolean }} options
   */
  async play(protocol, options = {}) {
    this.#showProblem(undefined);
    await this.#load(protocol, options);
  }

  /**
   * @param {string} protocol
   * @param {{ restarts?: boolean }} options
   */
  async #load(protocol, { restarts = false } = {}) {
    const load = ++this.#loads;
    const player = /** @type {InstanceType<Shaka["Player"]>} */ (this.#player);
    const { time, plays } = this.#position = this.#getPosition(restarts);
    const start = this.#about.live ? this.#edge.beginLoad(restarts) : time;
    this.#isLoaded = false;
    this.#protocol = protocol;
    this.onProtocol(protocol);
    try {
      await player.load(/** @type {string} */ (this.#url(protocol)), start);
      this.#isLoaded = true;
      this.#position = undefined;
      this.#notifyTracks();
      if (plays || !this.#isPaused()) await this.video.play(); // loading paused it
    } catch (error) {
      if (load === this.#loads) await this.#fail(error);
    } finally {
      if (load === this.#loads) this.#edge.endLoad();
    }
  }

  /** @param {boolean} restarts */
  #getPosition(restarts) {
    const { currentTime, ended } = this.video;
    const plays = !this.#isPaused();
    if (this.#position) return { ...this.#position, plays: this.#position.plays || plays };
    return { time: ended ? 0 : currentTime || 0, plays: plays && !ended || restarts && ended };
  }

  /**
   * @param {Shaka} shaka
   * @param {Record<string, string>} clearKeys
   */
  async #createPlayer(shaka, clearKeys) {
    const { element, video } = this;
    const { languages } = this.#options;
    const player = await createShakaPlayer(shaka, { element, video, clearKeys, languages });
    if (this.#about.live) this.#edge.attach(player, this.#about.live);
    player.getNetworkingEngine()?.registerResponseFilter(() => this.#recovery.succeed());
    player.addEventListener("error", (event) => this.#fail(/** @type {any} */ (event).detail));
    for (const event of ["adaptation", "variantchanged", "textchanged", "texttrackvisibility"]) {
      player.addEventListener(event, () => this.#notifyTracks());
    }
    return player;
  }

  get #range() {
    return this.#about.live && this.#player
      ? this.#player.seekRange()
      : { start: 0, end: this.video.duration };
  }

  /** @param {string} protocol */
  #url(protocol) {
    const { manifests } = this.#about;
    const url = /** @type {Record<string, string | undefined>} */ (manifests)[protocol];
    return url === undefined ? undefined : addPageToken(url + this.#options.manifestQuery);
  }

  /** @param {string} url */
  #createRecovery(url) {
    return new Recovery({
      getAbout: () => this.#about,
      fetchAbout: () => fetchJson(url, AbortSignal.timeout(MAX_RESPONSE_MS)),
      show: (problem) => this.#showProblem(problem),
      retry: () => {
        if (this.#isLoaded) this.#player?.retryStreaming(0);
        else this.#load(this.#protocol);
      },
      allowFallback: (isAllowed) => this.#player && allowFallback(this.#player, isAllowed),
      reload: () => this.play(this.#protocol),
      replace: (about) => this.#replace(about),
      describeUnsupported: () => this.#describeUnsupported(),
      timers: BROWSER_TIMERS,
    });
  }

  #describeUnsupported() {
    if (this.#protocol !== "hlsTs" && needsMpegTs(this.#about, playsInBrowser)) {
      this.#load("hlsTs");
      return undefined;
    }
    const { renditions } = this.#about;
    const problem = { text: describeUndecodable(renditions, playsInBrowser), isUnsupported: true };
    if (!playsWithoutAudio(renditions, playsInBrowser)) return problem;
    const run = () => {
      this.#player?.configure("manifest.disableAudio", true);
      this.play(this.protocols[0] ?? "");
    };
    return { ...problem, action: { label: "Play without audio", run } };
  }

  /** @param {unknown} error */
  async #fail(error) {
    if (error instanceof DOMException && IGNORED_PLAY_ERRORS.includes(error.name)) return;
    await this.#recovery.fail(error);
  }

  /** @param {import("./player_message.js").PlayerProblem | undefined} problem */
  #showProblem(problem) {
    this.element.classList.toggle("failed", problem !== undefined && !problem.isTrying);
    this.onProblem(problem);
  }

  /** @param {AssetInfo} about of a newer version, which may be shorter */
  #replace(about) {
    const { time, plays } = this.#getPosition(false);
    this.#position = { time: time < about.duration ? time : 0, plays };
    this.#about = about;
    this.element.style.aspectRatio = getAspectRatio(about);
    this.onReplaced(about);
    this.play(this.#url(this.#protocol) ? this.#protocol : this.protocols[0] ?? "");
  }
}
