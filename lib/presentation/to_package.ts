import { toIso6392 } from "../language.ts";
import { omitUndefined } from "../omit_undefined.ts";
import type { Package, PackageTrack } from "../package/package.ts";
import { getHints } from "./package_hints.ts";
import type { Presentation, Rendition } from "./presentation.ts";
import { formatTrackIndex } from "./track_index.ts";

/** Returns the package that `amspackager` writes, with its keys in the order of the file. */
export function toPackage({ segmentDuration, renditions }: Presentation): Package {
  return { segmentDuration, tracks: [...renditions.values()].map(toPackageTrack) };
}

function toPackageTrack(rendition: Rendition): PackageTrack {
  const { file, type, language, name, label, role, isDefault } = rendition;
  const isText = rendition.type === "text";
  return omitUndefined({
    file,
    track: isText ? rendition.trackId : rendition.track.id,
    type,
    language: toIso6392(language),
    name,
    label,
    role,
    default: isDefault || undefined,
    captions: rendition.type === "video" ? rendition.captions : undefined,
    ...isText ? {} : { ...getHints(rendition), index: formatTrackIndex(rendition) },
  });
}
