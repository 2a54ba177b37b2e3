/** The live edge of a channel: a button that goes there, and the position in what viewers can watch. */

import { createElement } from "./dom.js";

/**
 * @typedef {{
 *   configure: (name: string, value: unknown) => void,
 *   isDynamic: () => boolean,
 *   seekRange: () => { start: number, end: number },
 *   getPresentationStartTimeAsDate: () => Date | null,
 *   getPlayheadTimeAsDate: () => Date | null,
 * }} LivePlayer
 */

/** Seconds behind the edge up to which a player is live, since segments arrive one by one. */
const MAX_LIVE_DELAY = 4;

/** Follows a channel in a player, which plays an asset before `attach()`. */
export class LiveEdge {
  element = createElement("button", {
    type: "button",
    class: "live-button",
    "aria-pressed": "false",
    title: "Go to the live edge",
    hidden: true,
    onclick: () => this.#play(),
  }, "Live");
  /** @type {LivePlayer | undefined} */
  #player;
  #video;
  #isAtEdge = true;
  #isLoading = false;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
    for (const event of ["timeupdate", "seeking", "durationchange", "pause"]) {
      video.addEventListener(event, () => this.#update());
    }
    video.addEventListener("play", () => {
      if (this.#isAtEdge && video.readyState > 0) this.#seekToEdge();
    });
  }

  /**
   * Without a declared window, shaka-player keeps as much of a playlist as it has loaded: after a longer silence of the encoder
   * it drops new segments, too. Where media is damaged, it would start again before that, paused; `Recovery` goes on behind it.
   *
   * @param {LivePlayer} player
   * @param {import("./asset_info.js").LiveInfo} live
   */
  attach(player, { window }) {
    this.#player = player;
    player.configure("manifest.availabilityWindowOverride", window?.seconds ?? Infinity);
    player.configure("streaming.allowMediaSourceRecoveries", false);
  }

  /**
   * Returns where the player starts when it loads another manifest of the channel: seconds before the end of what it can play.
   *
   * @param {boolean} restarts whether playback starts again
   */
  beginLoad(restarts) {
    const { currentTime, ended, error, readyState } = this.#video;
    this.#isLoading = true; // events of the load are no moves of the viewer
    const skips = restarts || error !== null; // damaged media may be long
    if (skips) this.#isAtEdge = true;
    if (skips || readyState === 0 || ended || !this.#player) return null;
    if (this.#player.isDynamic() && this.#isAtEdge) return null;
    return Math.min(-0.001, currentTime - this.#player.seekRange().end);
  }

  endLoad() {
    this.#isLoading = false;
  }

  /**
   * Returns the time of the player for a UTC in milliseconds.
   *
   * @param {number} utc
   */
  toPlayerTime(utc) {
    const start = this.#player?.getPresentationStartTimeAsDate();
    return start ? (utc - start.getTime()) / 1000 : undefined;
  }

  /** Returns the UTC of what is played, in milliseconds. */
  getUtc() {
    return this.#player?.getPlayheadTimeAsDate()?.getTime();
  }

  #play() {
    this.#seekToEdge();
    this.#video.play().catch(() => {}); // a newer load has replaced it
  }

  #seekToEdge() {
    if (this.#player?.isDynamic()) this.#video.currentTime = this.#player.seekRange().end;
  }

  #update() {
    const player = this.#player;
    if (!player || this.#isLoading) return;
    const isDynamic = player.isDynamic();
    this.element.hidden = !isDynamic;
    if (!isDynamic || this.#video.readyState === 0) return;
    const behind = player.seekRange().end - this.#video.currentTime;
    const isPlaying = !this.#video.paused || this.#video.seeking;
    if (isPlaying) this.#isAtEdge = behind <= MAX_LIVE_DELAY;
    this.element.setAttribute("aria-pressed", String(this.#isAtEdge && isPlaying));
  }
}
