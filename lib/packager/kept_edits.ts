/** What people wrote into a package, which stays when `--each` packages its film again. */

import type { TrackInput } from "../input/track_input.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { METADATA_KEYS } from "../package/metadata_schema.ts";
import type { Package, PackageTrack } from "../package/package.ts";
import { getLanguage } from "../presentation/rendition_language.ts";
import type { PackageContents } from "../presentation/to_package.ts";

export interface KeptEdits {
  readonly segmentSeconds: number;
  readonly exact: boolean;
  readonly metadata: NonNullable<PackageContents["metadata"]>;
  /** Returns a track with what the package says of it; none if it was removed from the package. */
  readonly amend: (input: TrackInput) => readonly TrackInput[];
}

/** Names that AMS generates, which contain language and bitrate. */
const GENERATED_NAME = /^(?:caption|(?:video|audio|image)_[A-Za-z0-9-]+=)[^=]*$/;

/**
 * Returns what stays of a package. What it says of a track stays, unless it is a language that was unknown or a generated name: whether
 * people wrote it is not known.
 *
 * @param unchanged names of files that are older than the package: tracks of them that are not in it were removed
 */
export function keepEdits(previous: Package, unchanged: ReadonlySet<string>): KeptEdits {
  const { segmentDuration, revision, sources, tracks } = previous;
  const texts = Object.fromEntries(METADATA_KEYS.map((key) => [key, previous[key]]));
  return {
    segmentSeconds: segmentDuration,
    exact: sources?.some(({ content }) => content !== undefined) === true,
    metadata: omitUndefined({ ...texts, revision }),
    amend: (input) => {
      const track = findTrack(tracks, input);
      if (track) return [{ ...input, options: { ...input.options, ...toOptions(track) } }];
      return unchanged.has(input.options.file) ? [] : [input];
    },
  };
}

/** A subtitle file can be several tracks, of different languages. */
function findTrack(tracks: readonly PackageTrack[], input: TrackInput): PackageTrack | undefined {
  const found = tracks.filter(({ file, type, track }) =>
    file === input.options.file && type === input.type && track === input.track?.id
  );
  return found.find(({ language }) => language === getLanguage(input)) ??
    (found.length === 1 ? found[0] : undefined);
}

function toOptions({ language, name, label, role, captions, ...track }: PackageTrack) {
  return omitUndefined({
    language: language === "und" ? undefined : language,
    name: GENERATED_NAME.test(name) ? undefined : name,
    ...{ label, role, captions },
    default: track.default,
  });
}
