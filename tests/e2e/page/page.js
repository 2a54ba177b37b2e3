/** What the tests call, all under `driver`: a player, a record of what it does, and instruments. */

import { nextBeep, pictureAt, pitch, seek } from "./measure.js";
import { stateOf } from "./watch.js";

const video = document.getElementById("video");
const { errors, state } = stateOf(video);

globalThis.driver = {
  nextBeep: (starts) => nextBeep(video, starts),
  pictureAt: (time) => pictureAt(video, time),
  pitch: () => pitch(video),
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
   * Loads an MPD, paused at its start, and waits for the first picture where there is one.
   *
   * @param name `dashjs`, `shaka`, or `none`: the browser itself, which plays an MP4
   * @param bufferGoal how much is loaded ahead, in seconds
   */
  async load(name, url, bufferGoal) {
    const { openPlayer } = await import(`./${name}.js`);
    const onError = (error) => errors.push(error);
    const shown = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    this.player = await openPlayer({ video, url, bufferGoal, onError });
    if (video.videoWidth) await shown;
  },
};

/** Waits until the video has played up to a time, in seconds, or to its end. */
function reach(time) {
  return new Promise((resolve) => {
    const look = () => {
      if (video.currentTime < Math.min(time, video.duration)) return;
      video.removeEventListener("timeupdate", look);
      resolve();
    };
    video.addEventListener("timeupdate", look);
    look();
  });
}

/** Cues of the text tracks that are not turned off; the browser takes their tags out. */
function cues() {
  return showing().flatMap(({ cues }) =>
    Array.from(cues ?? [], (cue) => ({ start: cue.startTime, end: cue.endTime, text: plain(cue) }))
  );
}

/** What stands in the picture now. */
function activeCues() {
  return showing().flatMap(({ activeCues }) => Array.from(activeCues ?? [], plain));
}

function showing() {
  return Array.from(video.textTracks).filter(({ mode }) => mode === "showing");
}

function plain(cue) {
  return cue.getCueAsHTML().textContent.replace(/\s+/g, " ").trim();
}

/** The thumbnail of a time in seconds: as the player places it, and as the browser decodes it. */
async function thumbnail(time) {
  const { url, width, height } = await driver.player.thumbnail(time);
  const response = await fetch(url);
  const bitmap = await createImageBitmap(await response.blob());
  return { url, shown: [width, height], decoded: [bitmap.width, bitmap.height] };
}
