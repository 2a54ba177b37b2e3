/** Keys that play and seek wherever the focus is in the player: shaka-player has them on the seek bar alone. */

/** In seconds. */
const STEP = 5;

/**
 * @param {HTMLElement} box around the picture and the controls
 * @param {HTMLVideoElement} video
 */
export function addPlayerKeys(box, video) {
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.fullscreenElement) return; // there shaka-player has all of them
    if (event.target instanceof HTMLInputElement) return; // a slider has its own
    if (event.key === " " && event.target !== box) return; // so has a button
    const act = ACTIONS.get(event.key.toLowerCase());
    if (!act) return;
    event.preventDefault();
    act(video);
  });
}

/** @type {Map<string, (video: HTMLVideoElement) => void>} */
const ACTIONS = new Map([
  ["k", toggle],
  [" ", toggle],
  ["arrowleft", (video) => seek(video, video.currentTime - STEP)],
  ["arrowright", (video) => seek(video, video.currentTime + STEP)],
  ["home", (video) => seek(video, 0)],
  ["end", (video) => seek(video, video.duration)],
]);

/**
 * @param {HTMLVideoElement} video
 */
function toggle(video) {
  if (video.paused) video.play().catch(ignoreAbort);
  else video.pause();
}

/**
 * Another key, or another form, may halt it before it has started.
 *
 * @param {DOMException} error
 */
function ignoreAbort(error) {
  if (error.name !== "AbortError") throw error;
}

/**
 * @param {HTMLVideoElement} video
 * @param {number} time in seconds
 */
function seek(video, time) {
  if (Number.isFinite(time)) video.currentTime = Math.max(0, Math.min(time, video.duration));
}
