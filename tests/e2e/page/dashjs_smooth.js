/** dash.js with its module for Smooth Streaming, whose languages have three letters. */

import "dashjs/mss";
import { captionsOver } from "./captions.js";
import { openPlayer as openDashjs } from "./dashjs.js";

const LANGUAGES = { eng: "en", fra: "fr" };
const SMOOTH = { en: "eng", fr: "fra" };

export async function openPlayer(how) {
  const { element, captions } = captionsOver(how.video);
  const player = await openDashjs({ ...how, captions: element });
  const named = (languages) => languages.map((language) => LANGUAGES[language]);
  return {
    ...player,
    captions,
    audioLanguages: () => named(player.audioLanguages()),
    selectAudio: (language) => player.selectAudio(SMOOTH[language]),
    textLanguages: () => named(player.textLanguages()),
    selectText: (language) => player.selectText(SMOOTH[language]),
  };
}
