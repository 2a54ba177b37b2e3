/** Keyboard control: shaka-player handles play and seek keys on its seek bar only. */

import { createElement } from "./dom.js";

const SEEK_STEP_SECONDS = 5;

/**
 * @param {HTMLElement} box
 * @param {HTMLVideoElement} video
 * @param {() => { start: number, end: number }} getRange what can be played
 */
export function addPlayerKeys(box, video, getRange) {
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.fullscreenElement) return; // shaka-player handles all keys there
    if (event.target instanceof HTMLInputElement) return; // sliders handle keys themselves
    if (event.key === " " && event.target !== box) return; // buttons handle Space themselves
    const action = ACTIONS.get(event.key.toLowerCase());
    if (!action) return;
    event.preventDefault();
    action(video, getRange());
  });
}

/** Fields take keys as text, and other elements that the keyboard operates take Space. */
const FIELDS = "input, textarea, select, [contenteditable]";
const OPERATED = `${FIELDS}, button, summary, a[href], [role=tab]`;

/**
 * Plays and pauses with Space and k wherever the focus is, except where the key has another meaning.
 *
 * @param {HTMLVideoElement} video
 */
export function addPageKeys(video) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const key = event.key.toLowerCase();
    if (key !== " " && key !== "k" || document.fullscreenElement) return;
    const { target } = event;
    if (target instanceof Element && target.closest(key === " " ? OPERATED : FIELDS)) return;
    event.preventDefault();
    toggle(video);
  });
}

/**
 * @typedef {{ start: number, end: number }} TimeRange
 * @typedef {(video: HTMLVideoElement, range: TimeRange) => void} Action
 */

const ACTIONS = new Map(
  /** @type {[key: string, action: Action][]} */ ([
    ["k", toggle],
    [" ", toggle],
    ["arrowleft", (video, range) => seek(video, range, video.currentTime - SEEK_STEP_SECONDS)],
    ["arrowright", (video, range) => seek(video, range, video.currentTime + SEEK_STEP_SECONDS)],
    ["home", (video, range) => seek(video, range, range.start)],
    ["end", (video, range) => seek(video, range, range.end)],
  ]),
);

/** @param {HTMLVideoElement} video */
function toggle(video) {
  if (video.paused) video.play().catch(ignoreAbort);
  else video.pause();
}

/**
 * Playback may be paused or reloaded before it starts.
 *
 * @param {DOMException} error
 */
function ignoreAbort(error) {
  if (error.name !== "AbortError") throw error;
}

/**
 * @param {HTMLVideoElement} video
 * @param {TimeRange} range
 * @param {number} time
 */
function seek(video, { start, end }, time) {
  if (Number.isFinite(time)) video.currentTime = Math.max(start, Math.min(time, end));
}

export function createKeyHelp() {
  const rows = [
    ["Space, k", "play or pause"],
    ["← →", "seek 5 seconds"],
    ["Home, End", "go to the start or end"],
    [", .", "previous or next frame"],
    ["< >", "slower or faster"],
    ["m", "mute"],
    ["c", "subtitles"],
    ["f", "full screen"],
    ["p", "picture-in-picture"],
  ];
  const items = rows.flatMap(([key = "", action = ""]) => [
    createElement("dt", {}, key),
    createElement("dd", {}, action),
  ]);
  const details = createElement(
    "details",
    { class: "keys" },
    createElement("summary", {}, "Keyboard shortcuts"),
  );
  details.append(
    createElement("dl", {}, ...items),
    createElement(
      "p",
      { class: "note" },
      "Space and k on the whole page, others when the player has focus.",
    ),
  );
  return details;
}
