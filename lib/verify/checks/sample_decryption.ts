/** Checks media whose samples are encrypted (23001-7), and decrypts them. */

import type { ContentKey } from "../../drm/content_key.ts";
import type { Protection } from "../../presentation/encryption.ts";
import { tryRead } from "../build.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { CounterUse } from "../expected/counter_use.ts";
import { getSourceSample, type SourceSamples, type SourceTrack } from "../expected/source_track.ts";
import type { Report } from "../findings.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import { createUnitSplitter, type UnitSplitter } from "../readers/coded_units.ts";
import { decryptCtrSample, decryptPatternSample } from "../readers/decryption.ts";
import { getFragmentSample } from "../readers/fragment.ts";
import {
  readFragmentEncryption,
  type SampleDeclaration,
  type TrafDeclaration,
} from "../readers/fragment_encryption.ts";
import { readProtectedInit, type TrackEncryptionDeclaration } from "../readers/protected_init.ts";
import { isLeftClear } from "./clear_bytes.ts";
import type { EncryptedFragment, MediaDecryption } from "./media_decryption.ts";
import { checkPssh, checkSampleEntries } from "./protected_entries.ts";
import { checkSubsamples } from "./subsamples.ts";

export interface SampleDecryptionInputs {
  readonly source: SourceTrack;
  readonly protection: Protection;
  readonly counters: CounterUse;
  readonly measurements: RenditionMeasurements;
}

/** Encrypted samples of the current CMAF segment, by the index of the sample in its track. */
type SentSamples = Map<number, Uint8Array>;

/** Subsamples of a sample that manifests declare at least. */
const DECLARED_SUBSAMPLES = 4;

const SUBSAMPLE_SIZE = 6;

export class SampleDecryption implements MediaDecryption {
  readonly #inputs: SampleDecryptionInputs;
  /** By KID in hexadecimal digits. */
  readonly #keys: ReadonlyMap<string, ContentKey>;
  /** By sample entry: for samples in order, and for others. */
  readonly #splitters: {
    readonly [order in "inOrder" | "others"]: readonly (UnitSplitter | undefined)[];
  };
  #tencs: readonly (TrackEncryptionDeclaration | undefined)[] = [];
  #sent: SentSamples = new Map();
  #declaredSubsamples: number | undefined;

  constructor(inputs: SampleDecryptionInputs) {
    this.#inputs = inputs;
    const { source, protection: { keys } } = inputs;
    this.#keys = new Map([...keys.values()].map(({ key }) => [key.kid.replaceAll("-", ""), key]));
    const entries = source.rendition.type === "video" ? source.track.entries : [];
    this.#splitters = {
      inOrder: entries.map((entry) => createUnitSplitter(entry, true)),
      others: entries.map((entry) => createUnitSplitter(entry)),
    };
  }

  init(bytes: Uint8Array, report: Report): Uint8Array {
    const { source: { rendition }, protection, measurements } = this.#inputs;
    const init = readProtectedInit(bytes);
    checkSampleEntries(init, { rendition, protection }, report);
    checkPssh(init, protection, report);
    this.#tencs = init.entries.map((entry) => entry?.tenc);
    const kid = this.#tencs.find((tenc) => tenc)?.kid;
    if (kid !== undefined) measurements.kid = kid;
    return init.clear;
  }

  /** Segments are not encrypted as a whole. */
  segment(bytes: Uint8Array): Uint8Array {
    return bytes;
  }

  samples(bytes: Uint8Array, encrypted: EncryptedFragment, report: Report): number {
    const { fragment, samples, format } = encrypted;
    const trafs = readFragmentEncryption(bytes, this.#tencs[0]?.ivSize ?? 0);
    checkTrafs(trafs, format, report);
    const declared = trafs.flatMap((traf) => traf.samples);
    if (declared.length !== fragment.samples.count) {
      const message = `got ${declared.length} samples, expected ${fragment.samples.count}`;
      report("subsamples", message);
    }
    if (format === "CMAF") this.#sent = new Map();
    for (let i = 0; i < fragment.samples.count; i++) {
      const sample = getFragmentSample(bytes, fragment.samples, i);
      this.#compareSent(sample, { index: samples.first + i, format }, report);
      this.#sample(sample, { declaration: declared[i], row: i, encrypted }, report);
    }
    this.#checkCounters(declared, samples, report);
    return this.#countSpareBytes(declared);
  }

  /** Formats share counters, so that a sample must be encrypted in the same way in all of them. */
  #compareSent(
    sample: Uint8Array,
    { index, format }: { index: number; format: EncryptedFragment["format"] },
    report: Report,
  ): void {
    const sent = this.#sent.get(index);
    if (format === "CMAF") this.#sent.set(index, sample.slice());
    else if (sent && !bytesEqual(sent, sample)) {
      report("IV", "its encrypted bytes differ from those in the CMAF segment", index);
    }
  }

  #sample(
    sample: Uint8Array,
    { declaration, row, encrypted: { fragment, samples, format } }: {
      readonly declaration: SampleDeclaration | undefined;
      readonly row: number;
      readonly encrypted: EncryptedFragment;
    },
    report: Report,
  ): void {
    const { rendition } = this.#inputs.source;
    const at = { rendition, scheme: this.#scheme };
    const description = fragment.samples.descriptions[row]! - 1;
    const splitter = this.#splitters[format === "CMAF" ? "inOrder" : "others"][description];
    const index = samples.first + row;
    const source = row < samples.count ? getSourceSample(samples, row) : undefined;
    if (source && isLeftClear(sample, source, { ...at, splitter, declaration })) {
      report("in the clear", "its bytes are those of the source", index);
    }
    if (!declaration) return;
    this.#decrypt(sample, declaration, this.#tencs[description]);
    const units = splitter && tryRead(() => splitter.split(sample), report, "subsamples");
    checkSubsamples(
      { sample, subsamples: declaration.subsamples },
      { ...at, splitter, units },
      (message) => report("subsamples", message, index),
    );
  }

  get #scheme(): "cenc" | "cbcs" {
    return this.#inputs.protection.scheme === "cenc" ? "cenc" : "cbcs";
  }

  #decrypt(
    sample: Uint8Array,
    declaration: SampleDeclaration,
    tenc: TrackEncryptionDeclaration | undefined,
  ): void {
    const key = tenc && this.#keys.get(tenc.kid)?.key.reveal();
    if (!key) return; // reported of the init segment
    if (tenc.ivSize > 0) decryptCtrSample(sample, key, declaration);
    else if (tenc.constantIv.length === 16) {
      decryptPatternSample(sample, { key, iv: tenc.constantIv, pattern: tenc }, declaration);
    }
  }

  #checkCounters(
    declared: readonly SampleDeclaration[],
    { first }: SourceSamples,
    report: Report,
  ): void {
    const { counters, measurements: { kid }, source: { rendition: { name } } } = this.#inputs;
    const ivs = declared.map(({ iv }) => iv).filter(({ length }) => length > 0);
    if (kid === undefined || ivs.length === 0) return;
    const values = ivs.map((iv) => BigInt(`0x${iv.toHex()}`));
    const collision = counters.add({ kid, rendition: name, first, ivs: values });
    if (!collision) return;
    const { index, rendition, sample } = collision;
    report("IV", `it is also that of sample ${sample + 1} of ${rendition}`, index);
  }

  /** Manifests declare as many subsamples for each sample as the first segment has at most, and four at least. */
  #countSpareBytes(declared: readonly SampleDeclaration[]): number {
    const counts = declared.map(({ subsamples }) => subsamples?.length ?? 0);
    if (this.#inputs.source.rendition.type !== "video") return 0;
    const most = counts.reduce((a, b) => Math.max(a, b), DECLARED_SUBSAMPLES);
    const usual = this.#declaredSubsamples ??= most;
    return counts.reduce(
      (sum, count) => sum + 1 + SUBSAMPLE_SIZE * Math.max(0, usual - count),
      0,
    );
  }
}

const BOX_ORDER = { senc: ["saiz saio senc", "senc"], piff: ["piff"] };

/** Checks the order of boxes: what describes samples follows the runs. */
function checkTrafs(
  trafs: readonly TrafDeclaration[],
  format: EncryptedFragment["format"],
  report: Report,
): void {
  const orders = BOX_ORDER[format === "Smooth" ? "piff" : "senc"];
  for (const { boxTypes, problems } of trafs) {
    for (const problem of problems) report("subsamples", problem);
    const own = boxTypes.filter((type) => /^(saiz|saio|senc|piff)$/.test(type)).join(" ");
    const isBehind = boxTypes.findIndex((type) => type === own.split(" ")[0]) >
      boxTypes.lastIndexOf("trun");
    if (!orders.includes(own) || !isBehind) {
      report("subsamples", `traf has ${boxTypes.join(" ")}, expected ${orders[0]} behind trun`);
    }
  }
}
