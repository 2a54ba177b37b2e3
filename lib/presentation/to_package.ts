import { omitUndefined } from "../omit_undefined.ts";
import { MAX_PACKAGE_SIZE } from "../package/package.ts";
import type { Package, PackageMetadata, PackageSource, PackageTrack } from "../package/package.ts";
import type { PackageProtection } from "../package/protection.ts";
import type { StoredBandwidths } from "../package/serialized_index.ts";
import { getHints } from "./package_hints.ts";
import type { Presentation, Rendition } from "./presentation.ts";
import { formatTrackIndex } from "./track_index.ts";

export interface PackageContents {
  /** What is no property of the files. */
  readonly metadata?: PackageMetadata & Pick<Package, "revision"> | undefined;
  /** By name of the rendition, for the indexes. */
  readonly bandwidths?: ReadonlyMap<string, StoredBandwidths>;
  /** Where indexes with sync samples are longer together, they are written without. */
  readonly maxIndexLength?: number;
  readonly sources?: readonly PackageSource[] | undefined;
  readonly protection?: PackageProtection | undefined;
}

/** Returns the package that `amspackager` writes, with its keys in the order of the file. */
export function toPackage(
  { segmentDuration, renditions }: Presentation,
  contents: PackageContents = {},
): Package {
  const { metadata, bandwidths = new Map(), sources, protection } = contents;
  const { maxIndexLength = MAX_PACKAGE_SIZE * 7 / 8 } = contents;
  const build = (withSyncs: boolean) => {
    const files = new Set<string>();
    return [...renditions.values()].map((rendition) => {
      const { file, name } = rendition;
      const index = rendition.type === "text" ? undefined : formatTrackIndex(rendition, {
        withMoov: !files.has(file),
        withSyncs,
        bandwidths: bandwidths.get(name),
      });
      if (index !== undefined) files.add(file);
      return toPackageTrack(rendition, index);
    });
  };
  const tracks = build(true);
  const length = tracks.reduce((sum, { index = "" }) => sum + index.length, 0);
  const written = length > maxIndexLength ? build(false) : tracks;
  return {
    ...metadata,
    segmentDuration,
    ...omitUndefined({ sources, protection }),
    tracks: written,
  };
}

function toPackageTrack(rendition: Rendition, index: string | undefined): PackageTrack {
  const { file, type, language, name, label, role, isDefault } = rendition;
  const isText = rendition.type === "text";
  return omitUndefined({
    file,
    track: isText ? rendition.trackId : rendition.track.id,
    type,
    language,
    name,
    label,
    role,
    default: isDefault || undefined,
    captions: rendition.type === "video" ? rendition.captions : undefined,
    ...isText ? {} : getHints(rendition),
    index,
  });
}
