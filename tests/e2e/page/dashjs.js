/** Adapter of dash.js. */

// @ts-ignore index.html says where it is
import { MediaPlayer } from "dashjs";

/**
 * @param captions element to render TTML into
 * @param liveDelay of a channel, in seconds; default: as the manifest suggests
 */
export async function openPlayer(
  { video, url, bufferGoal, licenseUrl, onError, captions, liveDelay = NaN },
) {
  const player = MediaPlayer().create();
  const loadAhead = (seconds) => {
    const buffer = {
      bufferTimeDefault: seconds,
      bufferTimeAtTopQuality: seconds,
      bufferTimeAtTopQualityLongForm: seconds,
    };
    player.updateSettings({ streaming: { buffer } });
  };
  loadAhead(bufferGoal);
  player.updateSettings({
    streaming: {
      abr: { autoSwitchBitrate: { video: false, audio: false } },
      buffer: { fastSwitchEnabled: false },
      text: { defaultEnabled: false },
      delay: { liveDelay },
    },
  });
  player.on(
    MediaPlayer.events.ERROR,
    ({ error }) => onError(`dash.js ${error.code} ${error.message}`),
  );
  const ready = new Promise((resolve, reject) => {
    player.on(MediaPlayer.events.CAN_PLAY, resolve);
    player.on(MediaPlayer.events.ERROR, ({ error }) => reject(new Error(error.message)));
  });
  player.initialize(video, url, false);
  if (licenseUrl) player.setProtectionData({ "org.w3.clearkey": { serverURL: licenseUrl } });
  if (captions) player.attachTTMLRenderingDiv(captions);
  await ready;
  const track = (type, language) => {
    const found = player.getTracksFor(type).find(({ lang }) => lang === language);
    if (!found) throw new Error(`Cannot find ${type} in ${language}`);
    return found;
  };
  const names = (type) =>
    player.getTracksFor(type).map(({ labels, lang }) => labels[0]?.text ?? lang);
  const indexOf = (type, name) => {
    const index = names(type).indexOf(name);
    if (index < 0) throw new Error(`Cannot find ${name} in ${names(type)}`);
    return index;
  };
  const languages = (type) => player.getTracksFor(type).map(({ lang }) => lang);
  return {
    player,
    audioNames: () => names("audio"),
    selectAudioNamed: (name) =>
      player.setCurrentTrack(player.getTracksFor("audio")[indexOf("audio", name)]),
    textNames: () => names("text"),
    selectTextNamed: (name) => player.setTextTrack(indexOf("text", name)),
    loadAhead,
    heights: () => player.getRepresentationsByType("video").map(({ height }) => height),
    selectHeight(height) {
      const { id } = player.getRepresentationsByType("video").find((r) => r.height === height);
      player.setRepresentationForTypeById("video", id);
    },
    selectCodec(codec) {
      const isOfCodec = (track) => track.codec.includes(`"${codec}`);
      player.setCurrentTrack(player.getTracksFor("video").find(isOfCodec));
    },
    audioLanguages: () => languages("audio"),
    selectAudio: (language) => player.setCurrentTrack(track("audio", language)),
    textLanguages: () => languages("text"),
    selectText: (language) => player.setTextTrack(languages("text").indexOf(language)),
    thumbnail: (time) => new Promise((resolve) => player.provideThumbnail(time, resolve)),
  };
}
