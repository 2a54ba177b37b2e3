/** Adapter of shaka-player. */

import "shaka-player";

const { shaka } = globalThis;

export async function openPlayer({ video, url, bufferGoal, licenseUrl, clearKeys, onError }) {
  shaka.polyfill.installAll();
  const player = new shaka.Player();
  await player.attach(video);
  player.addEventListener("error", ({ detail }) => onError(describe(detail)));
  player.configure({
    streaming: { bufferingGoal: bufferGoal, rebufferingGoal: 0.1 },
    abr: { enabled: false },
    ...clearKeys && { drm: { clearKeys } },
    ...licenseUrl && { drm: { servers: { "org.w3.clearkey": licenseUrl } } },
  });
  await player.load(url).catch((error) => {
    throw new Error(describe(error));
  });
  const find = (tracks, what) => {
    const found = tracks.find((track) =>
      Object.entries(what).every(([key, value]) => track[key] === value)
    );
    if (!found) throw new Error(`Cannot find ${JSON.stringify(what)} in ${JSON.stringify(tracks)}`);
    return found;
  };
  return {
    loadAhead: (seconds) => player.configure({ streaming: { bufferingGoal: seconds } }),
    heights: () => player.getVideoTracks().map(({ height }) => height),
    selectHeight: (height) => player.selectVideoTrack(find(player.getVideoTracks(), { height })),
    async selectCodec(codec) {
      player.configure({ preferredVideo: [{ codec }] }); // takes effect at the next load
      await player.load(url);
    },
    audioLanguages: () => player.getAudioTracks().map(({ language }) => language),
    selectAudio: (language) => player.selectAudioTrack(find(player.getAudioTracks(), { language })),
    audioNames: () => player.getAudioTracks().map(({ label }) => label),
    selectAudioNamed: (label) => player.selectAudioTrack(find(player.getAudioTracks(), { label })),
    textNames: () => player.getTextTracks().map(({ label }) => label),
    selectTextNamed: (label) => player.selectTextTrack(find(player.getTextTracks(), { label })),
    textLanguages: () => player.getTextTracks().map(({ language }) => language),
    selectText: (language) => player.selectTextTrack(find(player.getTextTracks(), { language })),
    trickPlay: (rate) => player.trickPlay(rate),
    async chapters() {
      const [{ language }] = player.getChaptersTracks();
      const chapters = await player.getChaptersAsync(language);
      return chapters.map(({ startTime, endTime, title }) => [startTime, endTime, title]);
    },
    async thumbnail(time) {
      const [{ id }] = player.getImageTracks();
      const { uris, width, height } = await player.getThumbnails(id, time);
      return { url: uris[0], width, height };
    },
  };
}

function describe(error) {
  const { code, category, data } = error;
  if (code === undefined) return `shaka ${error?.stack ?? error}`; // an exception
  return `shaka ${category}.${code} ${JSON.stringify(data)}`;
}
