/** Sets `driver`, which the tests call: the player, its state, and measurements. */

import { findNextBeep, getFrameAt, measurePitch, seek } from "./measure.js";

import { readFrameNumber, recordFrameNumbers } from "./frame_number.js";
import { observeVideo } from "./watch.js";

const video = document.getElementById("video");
const { errors, state } = observeVideo(video);

/** Frames presented since `recordFrames()`. */
const recorded = [];

globalThis.driver = {
  findNextBeep: (starts) => findNextBeep(video, starts),
  getFrameAt: (time) => getFrameAt(video, time),
  measurePitch: () => measurePitch(video),
  seek: (time) => seek(video, time),
  play: () => video.play(),
  pause: () => video.pause(),
  state,
  scrub,
  frameNumber: () => readFrameNumber(video),
  recordFrames: () => recordFrameNumbers(video, recorded),
  recordedFrames: () => recorded,
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
   * @param licenseUrl of ClearKey, for players that do not read it from the manifest
   * @param clearKeys keys by KID, for players that request none of ClearKey
   */
  async load(name, url, bufferGoal, licenseUrl, clearKeys) {
    const { openPlayer } = await import(`./${name}.js`);
    const onError = (error) => errors.push(error);
    const shown = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    this.player = await openPlayer({ video, url, bufferGoal, licenseUrl, clearKeys, onError });
    if (video.videoWidth) await shown;
  },
};

let iframes;

/**
 * Shows the key frame at a time in seconds in a video element of its own, and returns its number. The frame is presented
 * after the end of the seek, so that until then the video shows the one before.
 */
async function scrub(time) {
  iframes ??= await openIframes();
  const { frame, player, getPresentedTime } = iframes;
  const isShown = () =>
    frame.currentTime === time && !frame.seeking &&
    findRange(frame, time) >= 0 && findRange(frame, time) === findRange(frame, getPresentedTime());
  player.loadMediaAt(time);
  while (!isShown()) {
    await Promise.race([
      new Promise((resolve) => frame.requestVideoFrameCallback(resolve)),
      new Promise((resolve) => setTimeout(resolve, MAX_SCRUB_MS)),
    ]);
    if (!isShown()) player.loadMediaAt(time);
  }
  return readFrameNumber(frame);
}

/** hls.js ignores a time that comes before it has loaded the playlist. */
const MAX_SCRUB_MS = 1000;

async function openIframes() {
  const frame = document.createElement("video");
  document.body.append(frame);
  let presentedTime;
  const record = (_, { mediaTime }) => {
    presentedTime = mediaTime;
    frame.requestVideoFrameCallback(record);
  };
  frame.requestVideoFrameCallback(record);
  const player = await driver.player.openIframePlayer(frame);
  return { frame, player, getPresentedTime: () => presentedTime };
}

/** Returns the index of the buffered range that contains a time; -1 if there is none. */
function findRange({ buffered }, time) {
  return Array.from(buffered, (_, i) => i).findIndex((i) =>
    buffered.start(i) <= time && time < buffered.end(i)
  );
}

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
