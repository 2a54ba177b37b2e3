/** Options of one track. */

import type { PackageTrack } from "../package/package.ts";

/** Options that the operator sets in a package or on the command line. AMS chooses what is not set. */
export type TrackOptions =
  & Pick<PackageTrack, "file">
  & Partial<
    Pick<PackageTrack, "name" | "language" | "label" | "role" | "default" | "captions" | "openGop">
  >
  & {
    /** Segment starts that are probed for open GOPs if `openGop` is not set; default: all. */
    readonly maxProbes?: number;
  };
