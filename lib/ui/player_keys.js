/** Keyboard control: shaka-player handles play and seek keys on its seek bar only. */

const SEEK_STEP_SECONDS = 5;

/**
 * @param {HTMLElement} box
 * @param {HTMLVideoElement} video
 */
export function addPlayerKeys(box, video) {
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.fullscreenElement) return; // shaka-player handles all keys there
    if (event.target instanceof HTMLInputElement) return; // sliders handle keys themselves
    if (event.key === " " && event.target !== box) return; // buttons handle Space themselves
    const action = ACTIONS.get(event.key.toLowerCase());
    if (!action) return;
    event.preventDefault();
    action(video);
  });
}

/** @type {Map<string, (video: HTMLVideoElement) => void>} */
const ACTIONS = new Map([
  ["k", toggle],
  [" ", toggle],
  ["arrowleft", (video) => seek(video, video.currentTime - SEEK_STEP_SECONDS)],
  ["arrowright", (video) => seek(video, video.currentTime + SEEK_STEP_SECONDS)],
  ["home", (video) => seek(video, 0)],
  ["end", (video) => seek(video, video.duration)],
]);

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
 * @param {number} time
 */
function seek(video, time) {
  if (Number.isFinite(time)) video.currentTime = Math.max(0, Math.min(time, video.duration));
}
