/** Pauses a video at the end of a time range, and tells whether the viewer has paused it. */

/** Playback that is further behind the end got there by a seek. */
const MAX_DELAY_SECONDS = 1;

/**
 * Returns a function that sets the time at which playback pauses, once: the viewer may go on.
 *
 * @param {Pick<HTMLVideoElement, "addEventListener" | "currentTime" | "seeking" | "pause">} video
 * @returns {(end: number) => void}
 */
export function createPause(video) {
  let end = Infinity;
  video.addEventListener("timeupdate", () => {
    const { currentTime, seeking } = video;
    if (seeking || currentTime < end) return;
    if (currentTime < end + MAX_DELAY_SECONDS) video.pause();
    end = Infinity;
  });
  return (next) => end = next;
}

/**
 * Returns a function that tells whether the viewer has paused a video, or not started it: browsers pause one that they cannot decode,
 * too, and one that is loaded again.
 *
 * @param {Pick<HTMLVideoElement, "addEventListener" | "paused" | "error">} video
 */
export function trackPause(video) {
  let isPaused = video.paused;
  video.addEventListener("play", () => isPaused = false);
  video.addEventListener("pause", () => isPaused = video.error === null);
  return () => isPaused;
}
