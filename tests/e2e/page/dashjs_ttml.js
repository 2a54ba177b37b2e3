/** dash.js that draws TTML, which it makes no cues of the browser of. */

import { captionsOver } from "./captions.js";
import { openPlayer as openDashjs } from "./dashjs.js";

export async function openPlayer(how) {
  const { element, captions } = captionsOver(how.video);
  return { ...await openDashjs({ ...how, captions: element }), captions };
}
