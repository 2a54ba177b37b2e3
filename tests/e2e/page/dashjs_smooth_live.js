/** Adapter of dash.js for channels over Smooth Streaming, closer to the live edge than four fragments. */

import { openPlayer as openSmooth } from "./dashjs_smooth.js";

/** Behind the end of the last listed fragment. In seconds. */
const LIVE_DELAY = 5;

export const openPlayer = (how) => openSmooth({ ...how, liveDelay: LIVE_DELAY });
