/** Sets `driver`, which the tests call: the player, its state, and measurements. */

import { findNextBeep, getFrameAt, measurePitch, seek } from "./measure.js";
import { observeVideo } from "./watch.js";

const video = document.getElementById("video");
const { errors, state } = observeVideo(video);

globalThis.driver = {
  findNextBeep: (starts) => findNextBeep(video, starts),
  getFrameAt: (time) => getFrameAt(video, time),
  measurePitch: () => measurePitch(video),
  seek: (time) => seek(video, time),
  play: () => video.play(),
  pause: () => video.pause(),
  state,
  reach,
  cues,
  activeCues,
  thumbnail,
  requests: () => performance.getEntriesByType("resource").map(({ name }) => name),
  player: undefined,

  /**
   * Loads a manifest, paused at its start, and waits for the first frame if there is video.
   *
   * @param name of the module of the player: `dashjs`, `shaka`…; `none` plays an MP4 with the browser alone
   * @param bufferGoal duration to buffer ahead, in seconds
   */
  async load(name, url, bufferGoal) {
    const { openPlayer } = await import(`./${name}.js`);
    const onError = (error) => errors.push(error);
    const shown = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    this.player = await openPlayer({ video, url, bufferGoal, onError });
    if (video.videoWidth) await shown;
  },
};

/** Waits until the video has played up to a time in seconds, or to its end. */
function reach(time) {
  return new Promise((resolve) => {
    const check = () => {
      if (video.currentTime < Math.min(time, video.duration)) return;
      video.removeEventListener("timeupdate", check);
      resolve();
    };
    video.addEventListener("timeupdate", check);
    check();
  });
}

/** Returns the cues of the showing text tracks, without tags. */
function cues() {
  return showing().flatMap(({ cues }) =>
    Array.from(cues ?? [], (cue) => ({ start: cue.startTime, end: cue.endTime, text: plain(cue) }))
  );
}

/** Returns the text of the cues that are shown now. */
function activeCues() {
  return showing().flatMap(({ activeCues }) => Array.from(activeCues ?? [], plain));
}

function showing() {
  return Array.from(video.textTracks).filter(({ mode }) => mode === "showing");
}

function plain(cue) {
  return cue.getCueAsHTML().textContent.replace(/\s+/g, " ").trim();
}

/** Fetches the thumbnail of a time in seconds; sizes are as reported by the player and as decoded. */
async function thumbnail(time) {
  const { url, width, height } = await driver.player.thumbnail(time);
  const response = await fetch(url);
  const bitmap = await createImageBitmap(await response.blob());
  return { url, shown: [width, height], decoded: [bitmap.width, bitmap.height] };
}
