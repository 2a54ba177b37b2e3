/** The live edge of a channel: a button that goes there, and the position in what viewers can watch. */

import { createElement } from "./dom.js";

/**
 * @typedef {{
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

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
    for (const event of ["timeupdate", "seeking", "durationchange", "pause"]) {
      video.addEventListener(event, () => this.#update());
    }
    video.addEventListener("play", () => {
      if (this.#isAtEdge) this.#seekToEdge();
    });
  }

  /** @param {LivePlayer} player */
  attach(player) {
    this.#player = player;
  }

  /** Returns a function that restores the position once the player has loaded another manifest of the channel. */
  savePosition() {
    const { currentTime, ended, readyState } = this.#video;
    if (readyState === 0 || ended || !this.#player) return () => this.#update();
    const { start, end } = this.#player.seekRange();
    const isDynamic = this.#player.isDynamic();
    const isAtEdge = this.#isAtEdge;
    return () => {
      const range = this.#player?.seekRange();
      if (!range) return;
      if (!isDynamic) this.#video.currentTime = range.start + currentTime - start;
      else if (!isAtEdge) this.#video.currentTime = range.end - (end - currentTime);
      this.#update();
    };
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
    if (!player) return;
    const isDynamic = player.isDynamic();
    this.element.hidden = !isDynamic;
    if (!isDynamic || this.#video.readyState === 0) return;
    const behind = player.seekRange().end - this.#video.currentTime;
    const isPlaying = !this.#video.paused || this.#video.seeking;
    if (isPlaying) this.#isAtEdge = behind <= MAX_LIVE_DELAY;
    this.element.setAttribute("aria-pressed", String(this.#isAtEdge && isPlaying));
  }
}
