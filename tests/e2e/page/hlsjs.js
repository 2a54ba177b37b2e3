/** hls.js behind the members that the tests call. */

// @ts-ignore index.html says where it is
import "hls.js";

const { Hls } = globalThis;

/**
 * What hls.js reports when all is well: requests that it takes back itself after a switch; appends that it looks at
 * before the browser is done with them (in 1.7, with sound beside pictures); stalls that a busy machine makes. What is
 * buffered, and where playing stalled for lack of it, is watched from outside (watch.js).
 */
const OF_NO_ACCOUNT = [
  Hls.ErrorDetails.INTERNAL_ABORTED,
  Hls.ErrorDetails.BUFFER_APPEND_NO_PROGRESS,
  Hls.ErrorDetails.BUFFER_STALLED_ERROR,
];

export async function openPlayer({ video, url, bufferGoal, onError }) {
  const player = new Hls({
    maxBufferLength: bufferGoal,
    maxMaxBufferLength: bufferGoal,
    startLevel: 0,
  });
  const ready = new Promise((resolve, reject) => {
    video.addEventListener("canplay", resolve, { once: true });
    player.on(Hls.Events.ERROR, (_, { type, details, error }) => {
      if (OF_NO_ACCOUNT.includes(details)) return;
      onError(`hls.js ${type} ${details} ${error?.message}`);
      reject(new Error(`${details}: ${error?.message}`));
    });
  });
  // else it adapts
  player.on(Hls.Events.MANIFEST_PARSED, () => player.loadLevel = player.startLevel);
  player.attachMedia(video);
  player.loadSource(url);
  await ready;
  const find = (tracks, wanted, key = "lang") => {
    const found = tracks.findIndex((track) => track[key] === wanted);
    if (found < 0) throw new Error(`Cannot find ${wanted} in ${JSON.stringify(tracks)}`);
    return found;
  };
  return {
    loadAhead(seconds) {
      player.config.maxBufferLength = seconds;
      player.config.maxMaxBufferLength = seconds;
    },
    heights: () => player.levels.map(({ height }) => height),
    selectHeight(height) {
      player.loadLevel = player.levels.findIndex((level) => level.height === height);
    },
    audioLanguages: () => player.audioTracks.map(({ lang }) => lang),
    selectAudio(language) {
      player.audioTrack = find(player.audioTracks, language);
    },
    audioNames: () => player.audioTracks.map(({ name }) => name),
    selectAudioNamed(name) {
      player.audioTrack = find(player.audioTracks, name, "name");
    },
    textNames: () => player.subtitleTracks.map(({ name }) => name),
    selectTextNamed(name) {
      player.subtitleTrack = find(player.subtitleTracks, name, "name");
    },
    textLanguages: () => player.subtitleTracks.map(({ lang }) => lang),
    selectText(language) {
      player.subtitleTrack = find(player.subtitleTracks, language);
    },
  };
}
