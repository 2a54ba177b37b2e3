/** Adapter of RxPlayer for channels over Smooth Streaming, closer to the live edge than ten seconds. */

import { openPlayer as open } from "./rxplayer.js";

/** Behind the end of the last listed fragment. In seconds. */
const LIVE_DELAY = 5;

export const openPlayer = (how) => open({ ...how, startAt: { fromLivePosition: -LIVE_DELAY } });
