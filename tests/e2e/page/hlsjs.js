/** Adapter of hls.js. */

// @ts-ignore index.html says where it is
import "hls.js";

const { Hls } = globalThis;

/**
 * Errors that hls.js reports in normal operation: requests that it cancels after a switch; appends that it checks before
 * the browser has finished them (in 1.7, with separate audio); stalls on a busy machine. watch.js checks the buffered
 * ranges and the stalls for lack of data.
 */
const IGNORED_ERRORS = [
  Hls.ErrorDetails.INTERNAL_ABORTED,
  Hls.ErrorDetails.BUFFER_APPEND_NO_PROGRESS,
  Hls.ErrorDetails.BUFFER_STALLED_ERROR,
];

export async function openPlayer({ video, url, bufferGoal, licenseUrl, onError }) {
  const player = new Hls({
    maxBufferLength: bufferGoal,
    maxMaxBufferLength: bufferGoal,
    startLevel: 0,
    ...licenseUrl && { emeEnabled: true, drmSystems: { "org.w3.clearkey": { licenseUrl } } },
  });
  let sessionData;
  player.on(Hls.Events.MANIFEST_LOADED, (_, loaded) => sessionData = loaded.sessionData);
  const ready = new Promise((resolve, reject) => {
    video.addEventListener("canplay", resolve, { once: true });
    player.on(Hls.Events.ERROR, (_, { type, details, error }) => {
      if (IGNORED_ERRORS.includes(details)) return;
      onError(`hls.js ${type} ${details} ${error?.message}`);
      reject(new Error(`${details}: ${error?.message}`));
    });
  });
  // disables adaptation
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
    sessionData: () => sessionData,
    loadAhead(seconds) {
      player.config.maxBufferLength = seconds;
      player.config.maxMaxBufferLength = seconds;
    },
    heights: () => player.levels.map(({ height }) => height),
    selectHeight(height) {
      player.loadLevel = player.levels.findIndex((level) => level.height === height);
    },
    selectCodec(codec) {
      player.loadLevel = player.levels.findIndex(({ videoCodec }) => videoCodec.startsWith(codec));
    },
    audioLanguages: () => player.audioTracks.map(({ lang }) => lang),
    selectAudio(language) {
      player.audioTrack = find(player.audioTracks, language);
    },
    audioNames: () => player.audioTracks.map(({ name }) => name),
    selectAudioNamed(name) {
      player.audioTrack = find(player.audioTracks, name, "name");
    },
    async openIframePlayer(frame) {
      const iframes = player.createIFramePlayer();
      iframes.on(Hls.Events.ERROR, (_, { details, error }) => {
        if (!IGNORED_ERRORS.includes(details)) onError(`hls.js ${details} ${error?.message}`);
      });
      const attached = new Promise((resolve) => iframes.once(Hls.Events.MEDIA_ATTACHED, resolve));
      iframes.attachMedia(frame);
      await attached;
      return { loadMediaAt: (time) => iframes.loadMediaAt(time) };
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
