/** Definitions of boxes. */

import { FRAGMENT_BOXES } from "./box_fields_fragment.js";
import { MOVIE_BOXES } from "./box_fields_movie.js";
import { SAMPLE_BOXES } from "./box_fields_samples.js";

/**
 * By box type, or `uuid` and the UUID.
 *
 * @type {ReadonlyMap<string, import("./boxes.js").BoxDefinition>}
 */
export const BOX_DEFINITIONS = new Map(
  Object.entries({ ...MOVIE_BOXES, ...FRAGMENT_BOXES, ...SAMPLE_BOXES }),
);
