/** An open asset: a presentation, what was built of it, its media and their fingerprints. */

import type { SourceError } from "../errors.ts";
import type { AssetMedia } from "../presentation/asset_media.ts";
import { DerivedValues } from "../presentation/derived_values.ts";
import type { OpenedPresentation } from "../presentation/open.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { AssetResources } from "./asset_resources.ts";
import { computePresentationSize } from "./asset_size.ts";
import { CountedUse } from "./counted_use.ts";
import type { Download } from "../info/info.ts";
import type { KeyCheck } from "./key_check.ts";
import type { Poster } from "./package_files.ts";
import type { Fingerprint } from "./fingerprint.ts";

export class Asset extends CountedUse {
  readonly resources = new AssetResources();
  readonly presentation: Presentation;
  readonly derived: DerivedValues;
  readonly media: AssetMedia;
  checkedAt = 0;
  /** Absent if the asset is not protected. */
  keyCheck: KeyCheck | undefined;
  /** Set if the package names an image, which may be missing or of another format. */
  poster: Poster | undefined;
  /** Files that clients can download as they are. */
  downloads: readonly Download[] = [];
  /** When files were checked since a request had an unknown version. */
  versionCheckedAt = -Infinity;
  /** Why that failed: whether there is such a version is not known. */
  versionFailure: SourceError | undefined;
  /** The source could not be asked last: clients do not wait until it can. */
  isCutOff = false;

  /** @param fingerprints one for each file, and one for the asset */
  constructor(
    readonly file: string,
    { presentation, media }: OpenedPresentation,
    readonly fingerprints: readonly Fingerprint[],
  ) {
    super();
    this.presentation = presentation;
    this.derived = new DerivedValues(presentation);
    this.media = media;
  }

  /** Memory with caches, in bytes. */
  get size(): number {
    const { media, presentation, resources } = this;
    return media.residentBytes() + computePresentationSize(presentation) + resources.size;
  }

  protected override close(): void {
    this.media.close();
  }
}
