/** Adapter of dash.js that renders TTML itself, without cues of the browser. */

import { captionsOver } from "./captions.js";
import { openPlayer as openDashjs } from "./dashjs.js";

export async function openPlayer(how) {
  const { element, captions } = captionsOver(how.video);
  return { ...await openDashjs({ ...how, captions: element }), captions };
}
