import { omitUndefined } from "../omit_undefined.ts";
import type { Package, PackageTrack } from "../package/package.ts";
import { getHints } from "./package_hints.ts";
import type { Presentation, Rendition } from "./presentation.ts";
import { formatTrackIndex } from "./track_index.ts";

/** Returns the package that `amspackager` writes, with its keys in the order of the file. */
export function toPackage({ segmentDuration, renditions }: Presentation): Package {
  const files = new Set<string>();
  const tracks = [...renditions.values()].map((rendition) => {
    const withMoov = rendition.type !== "text" && !files.has(rendition.file);
    if (withMoov) files.add(rendition.file);
    return toPackageTrack(rendition, withMoov);
  });
  return { segmentDuration, tracks };
}

function toPackageTrack(rendition: Rendition, withMoov: boolean): PackageTrack {
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
    ...isText ? {} : { ...getHints(rendition), index: formatTrackIndex(rendition, withMoov) },
  });
}
