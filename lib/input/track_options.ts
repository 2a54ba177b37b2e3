import type { PackageTrack } from "../package/package.ts";

/** Options from a package or the command line. AMS chooses what is not set. */
export type TrackOptions =
  & Pick<PackageTrack, "file">
  & Partial<
    Pick<PackageTrack, "name" | "language" | "label" | "role" | "default" | "captions" | "openGop">
  >
  & {
    /** Segment starts that are probed for open GOPs; default: all. */
    readonly maxProbes?: number;
  };
