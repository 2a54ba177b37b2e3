/** Options of one track, as the operator sets them in a package or on the command line. */

import type { PackageTrack } from "../package/package.ts";

/** What the operator says of a track; whatever is left out, AMS says. */
export type TrackOptions =
  & Pick<PackageTrack, "file">
  & Partial<
    Pick<PackageTrack, "name" | "language" | "label" | "role" | "default" | "captions" | "openGop">
  >
  & {
    /** At how many segment starts to look for open GOPs, where nobody has; left out: at all. */
    readonly maxProbes?: number;
  };
