/** Adapter of RxPlayer, for DASH and Smooth Streaming. Served as a bundle, because its package has 500 modules. */

import RxPlayer from "npm:rx-player@4.5.0";
import { captionsOver } from "./captions.js";

/** Maps language codes of Smooth Streaming to those of the tests. */
const LANGUAGES = { eng: "en", fra: "fr" };

/**
 * RxPlayer 4.5 starts only when more than 5 s are buffered, or all, if the browser reports the playback rate before any data.
 * In seconds.
 */
const MIN_BUFFER = 6;

/** @param startAt where playback of a channel starts */
export async function openPlayer({ video, url, bufferGoal, onError, startAt }) {
  const wantedBufferAhead = Math.max(bufferGoal, MIN_BUFFER);
  const player = new RxPlayer({ videoElement: video, wantedBufferAhead });
  const describe = ({ code, message }) => `RxPlayer ${code} ${message}`;
  for (const type of ["error", "warning"]) {
    player.addEventListener(type, (error) => onError(describe(error)));
  }
  const ready = new Promise((resolve, reject) => {
    player.addEventListener("playerStateChange", (state) => state === "LOADED" && resolve());
    player.addEventListener("error", (error) => reject(new Error(describe(error))));
  });
  const { element, captions } = captionsOver(video);
  player.loadVideo({
    url,
    transport: new URL(url).pathname.endsWith(".mpd") ? "dash" : "smooth",
    // else 4.5 requests the clock of a live MPD relative to the page (docs/players.md)
    serverSyncInfos: { serverTimestamp: Date.now(), clientTime: performance.now() },
    startAt,
    textTrackMode: "html", // in 4.5, "native" loses its track when subtitles are selected later
    textTrackElement: element,
  });
  await ready;
  const languages = (tracks) => tracks.map(({ language }) => LANGUAGES[language] ?? language);
  const idOf = (tracks, language) => {
    const track = tracks[languages(tracks).indexOf(language)];
    if (!track) throw new Error(`Cannot find ${language} in ${languages(tracks)}`);
    return track.id;
  };
  const names = (tracks) => tracks.map(({ label, language }) => label ?? language); // RxPlayer exposes no labels of Smooth Streaming
  const idNamed = (tracks, name) => tracks[names(tracks).indexOf(name)].id;
  const representations = () => player.getVideoTrack().representations;
  return {
    captions,
    heights: () => representations().map(({ height }) => height),
    selectHeight(height) {
      const { id } = representations().find((one) => one.height === height);
      player.lockVideoRepresentations({ representations: [id], switchingMode: "lazy" });
    },
    selectCodec(codec) {
      const isOfCodec = ({ representations: [one] }) => one.codec.startsWith(codec);
      player.setVideoTrack(player.getAvailableVideoTracks().find(isOfCodec).id);
    },
    audioLanguages: () => languages(player.getAvailableAudioTracks()),
    selectAudio: (language) =>
      player.setAudioTrack(idOf(player.getAvailableAudioTracks(), language)),
    audioNames: () => names(player.getAvailableAudioTracks()),
    selectAudioNamed: (name) =>
      player.setAudioTrack(idNamed(player.getAvailableAudioTracks(), name)),
    textNames: () => names(player.getAvailableTextTracks()),
    selectTextNamed: (name) => player.setTextTrack(idNamed(player.getAvailableTextTracks(), name)),
    textLanguages: () => languages(player.getAvailableTextTracks()),
    selectText: (language) => player.setTextTrack(idOf(player.getAvailableTextTracks(), language)),
  };
}
