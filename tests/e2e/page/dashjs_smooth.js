/** Adapter of dash.js with its Smooth Streaming module, which has language codes of three letters. */

// @ts-ignore index.html says where it is
import "dashjs/mss";
import { captionsOver } from "./captions.js";
import { openPlayer as openDashjs } from "./dashjs.js";

const LANGUAGES = { eng: "en", fra: "fr" };
const SMOOTH = { en: "eng", fr: "fra" };

export async function openPlayer(how) {
  const { element, captions } = captionsOver(how.video);
  const player = await openDashjs({ ...how, captions: element });
  const tracks = (type) => player.player.getTracksFor(type);
  const names = (type) => tracks(type).map(({ id }) => id); // dash.js exposes no other distinct property of the streams
  const named = (languages) => languages.map((language) => LANGUAGES[language]);
  return {
    ...player,
    captions,
    audioNames: () => names("audio"),
    selectAudioNamed: (name) =>
      player.player.setCurrentTrack(tracks("audio")[names("audio").indexOf(name)]),
    textNames: () => names("text"),
    selectTextNamed: (name) => player.player.setTextTrack(names("text").indexOf(name)),
    audioLanguages: () => named(player.audioLanguages()),
    selectAudio: (language) => player.selectAudio(SMOOTH[language]),
    textLanguages: () => named(player.textLanguages()),
    selectText: (language) => player.selectText(SMOOTH[language]),
  };
}
