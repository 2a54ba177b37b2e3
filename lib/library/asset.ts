/** An open asset: a presentation, what was built of it, its media and their fingerprints. */

import { andThen } from "../maybe_async.ts";
import type { AssetMedia } from "../presentation/asset_media.ts";
import { DerivedValues } from "../presentation/derived_values.ts";
import type { GrowingPresentation } from "../presentation/growing_presentation.ts";
import type { OpenedPresentation } from "../presentation/open.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { AssetResources } from "./asset_resources.ts";
import { computePresentationSize } from "./asset_size.ts";
import { CountedUse } from "./counted_use.ts";
import type { Growth } from "../storage/growing_source.ts";
import type { KeyCheck } from "./key_check.ts";
import { type Fingerprint, isUnchanged, retakeFingerprints } from "./fingerprint.ts";

export class Asset extends CountedUse {
  readonly resources = new AssetResources();
  readonly media: AssetMedia;
  checkedAt = 0;
  /** Absent if the asset is not protected. */
  keyCheck: KeyCheck | undefined;
  /** When files were checked since a request had an unknown version. */
  versionCheckedAt = -Infinity;
  #presentation: Presentation;
  #derived: DerivedValues;
  /** In milliseconds since 1970. */
  #updatedAt = Date.now();
  #growing: GrowingPresentation | undefined;
  #fingerprints: readonly Fingerprint[];

  constructor(
    readonly file: string,
    { presentation, media, growing }: OpenedPresentation,
    fingerprints: readonly Fingerprint[],
  ) {
    super();
    this.#presentation = presentation;
    this.#derived = new DerivedValues(presentation);
    this.media = media;
    this.#growing = growing;
    this.#fingerprints = fingerprints;
  }

  /** The last snapshot if the asset grows. */
  get presentation(): Presentation {
    return this.#presentation;
  }

  get derived(): DerivedValues {
    return this.#derived;
  }

  /** When the presentation was built, in milliseconds since 1970. */
  get updatedAt(): number {
    return this.#updatedAt;
  }

  /** True while files are appended. */
  get isGrowing(): boolean {
    return this.#growing !== undefined;
  }

  /** One for each file, and one for the asset. */
  get fingerprints(): readonly Fingerprint[] {
    return this.#fingerprints;
  }

  /**
   * Checks the files. A growing asset reads what was appended: it has "grown" if there is a new snapshot of the presentation, under the
   * same version. A "replaced" asset must be opened again.
   *
   * @throws MediaError if a file that grows cannot be read, or is broken: the asset must be opened again
   */
  refresh(): Growth | Promise<Growth> {
    if (this.#growing) return this.#grow(this.#growing, this.#growing.refresh());
    return andThen(
      isUnchanged(this.#fingerprints),
      (unchanged): Growth => unchanged ? "same" : "replaced",
    );
  }

  /**
   * Reads the rest of files that no longer grow. The presentation then is not live, and has the same version.
   *
   * @throws MediaError as `refresh()`
   */
  async finish(): Promise<Growth> {
    const growing = this.#growing;
    if (!growing) return "same";
    const fingerprints = await retakeFingerprints(this.#fingerprints); // before reading, to notice changes meanwhile
    const growth = await this.#grow(growing, growing.close());
    if (growth === "replaced" || !this.#growing) return growth; // else another call has finished it
    this.#fingerprints = fingerprints;
    this.#growing = undefined;
    return growth;
  }

  async #grow(growing: GrowingPresentation, pending: Promise<Growth>): Promise<Growth> {
    const growth = await pending;
    if (growth === "grown") {
      this.#presentation = growing.presentation;
      this.#derived = new DerivedValues(growing.presentation, this.#derived);
      this.#updatedAt = Date.now();
      this.resources.dropManifests();
    }
    return growth;
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
