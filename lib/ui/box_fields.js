/** What is in the boxes that AMS writes, and in those beside them that people meet. */

import { FRAGMENT_BOXES } from "./box_fields_fragment.js";
import { MOVIE_BOXES } from "./box_fields_movie.js";
import { SAMPLE_BOXES } from "./box_fields_samples.js";

/**
 * By type; a UUID box by `uuid` and its UUID.
 *
 * @type {ReadonlyMap<string, import("./boxes.js").BoxDefinition>}
 */
export const BOX_DEFINITIONS = new Map(
  Object.entries({ ...MOVIE_BOXES, ...FRAGMENT_BOXES, ...SAMPLE_BOXES }),
);
