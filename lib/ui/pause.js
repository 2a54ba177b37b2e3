/** Pauses a video at the end of a time range. */

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
