/** Open assets in bounded memory. */

import { Cache } from "../cache.ts";
import { SourceError } from "../errors.ts";
import { andThen, isPending } from "../maybe_async.ts";
import { SingleFlight } from "../single_flight.ts";
import { type HaveSamePolicy, OtherPolicyError } from "./access_policy.ts";
import { Asset } from "./asset.ts";
import { AssetLoader, type LibraryKeys, type LoadFailure } from "./asset_loader.ts";
import { Channel } from "./channel.ts";
import type { DocumentRoot } from "./document_root.ts";
import { FilePool, MIN_POOLED_FILES } from "./file_pool.ts";
import { isUnchanged } from "./fingerprint.ts";
import { LookupCounts } from "../metrics/lookup_counts.ts";
import type { StorageCheck } from "./storage_check.ts";

const REVALIDATE_AFTER_MS = 1000;

/** On slow storage, assets are used while their fingerprints are compared (RFC 5861 §3). */
const STALE_WHILE_REVALIDATE_MS = 10_000;

const FAILURE_BYTES = 1024;

export interface LibraryOptions {
  readonly root: DocumentRoot;
  /** As in `AssetLoaderOptions`. */
  readonly storageCheck?: StorageCheck;
  readonly serveDirectories: boolean;
  /** As in `AssetLoaderOptions`. */
  readonly packagesOnly?: boolean;
  /** As in `AssetLoaderOptions`. */
  readonly sidecars?: boolean;
  readonly capacityBytes: number;
  readonly maxOpenFiles: number;
  readonly warn: (file: string, warning: string) => void;
  readonly now?: () => number;
  /** As in `AssetLoaderOptions`. */
  readonly keys?: LibraryKeys;
  /** As in `AssetLoaderOptions`. */
  readonly haveSamePolicy?: HaveSamePolicy;
  /** As in `AssetLoaderOptions`. */
  readonly isOpen?: (file: string) => boolean;
}

type Cached = Asset | Channel | LoadFailure;

type CachedAsset = Cached | undefined;

export class Library {
  readonly loader: AssetLoader;
  readonly lookups = new LookupCounts();
  readonly #assets: Cache<Cached>;
  readonly #loads = new SingleFlight<Cached>();
  readonly #revalidations = new SingleFlight<CachedAsset>();
  /** Revalidations for requests that have another version, of keys as well. */
  readonly #versionChecks = new SingleFlight<CachedAsset>();
  readonly #options: LibraryOptions;
  readonly #now: () => number;
  #openCount = 0;

  constructor(options: LibraryOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    // in addition to maxOpenFiles
    const files = new FilePool(Math.max(MIN_POOLED_FILES, options.maxOpenFiles >> 2));
    this.loader = new AssetLoader({ ...options, files, now: this.#now });
    this.#assets = new Cache(options.capacityBytes, (cached) => {
      if (!isOpened(cached)) return;
      this.#openCount--;
      cached.drop();
    });
  }

  /** The number of assets and channels that are open, except those that were evicted and are still in use. */
  get openCount(): number {
    return this.#openCount;
  }

  /** Memory of all assets, in bytes. */
  get size(): number {
    return this.#assets.size;
  }

  /**
   * Opens an asset or a channel, of which the caller must dispose; `file` is relative to the document root.
   *
   * @param version expected by the caller. If the asset has another one, its files are checked for changes first.
   * @throws RequestError, MediaError
   */
  open(file: string, version?: string): Asset | Channel | Promise<Asset | Channel> {
    const cached = this.#getFresh(file, version);
    if (!isOpened(cached) || !cached.acquire()) return this.#openAsync(file, cached, version);
    this.lookups.add(true);
    return cached;
  }

  async #openAsync(
    file: string,
    fresh: CachedAsset | Promise<CachedAsset>,
    version?: string,
  ): Promise<Asset | Channel> {
    let cached = await fresh;
    this.lookups.add(cached !== undefined);
    for (;; cached = await this.#getFresh(file)) {
      cached ??= await this.#loadVersion(file, version);
      if (!isOpened(cached)) throw cached.error;
      if (cached.acquire()) return cached; // else it was evicted meanwhile
    }
  }

  /** What is remembered of remote files may be older than the version: then they are checked. */
  async #loadVersion(file: string, version?: string): Promise<Cached> {
    const load = () => this.#loads.run(file, () => this.#load(file));
    const loaded = await load();
    const isOld = version !== undefined && lacksVersion(loaded, version) &&
      this.#options.root.storage.getTraits?.(file).remote === true;
    return isOld ? await this.#getFresh(file, version) ?? await load() : loaded;
  }

  /** Compares the files of an open asset with the storage, which seems to have others, so that the next call opens them. @throws SourceError */
  async recheck(file: string): Promise<void> {
    const cached = this.#assets.get(file);
    if (cached && !isOpened(cached)) this.#assets.delete(file); // it failed since its files were replaced
    if (!(cached instanceof Asset)) return;
    const checking = this.#versionChecks.get(file);
    await (checking ?? this.#revalidate(file, cached, this.#now(), this.#versionChecks));
  }

  /** Makes the next call open an asset without the indexes of its package, which do not fit its files. */
  distrustIndexes(file: string): void {
    this.loader.distrusted.add(file);
    this.#assets.delete(file);
  }

  isOpen(file: string): boolean {
    return isOpened(this.#assets.get(file));
  }

  /** Notices that something was appended to the archive of a channel: the next request for it looks at once. */
  noticeAppended(file: string): void {
    const cached = this.#assets.get(file);
    if (cached instanceof Channel) cached.noticeAppended();
  }

  close(): void {
    this.#assets.clear();
  }

  /** Returns a promise while a valid asset is revalidated on slow storage. */
  #getFresh(file: string, version?: string): CachedAsset | Promise<CachedAsset> {
    const cached = this.#assets.get(file);
    if (!cached) return undefined;
    if (cached instanceof Channel) return this.#getFreshChannel(file, cached);
    const now = this.#now();
    const age = now - cached.checkedAt;
    const pending = this.#revalidations.get(file);
    const checking = this.#versionChecks.get(file);
    const mustCheck = version !== undefined &&
      (checking ? lacksVersion(cached, version) : mustCheckVersion(cached, version, now));
    if (mustCheck) return checking ?? this.#revalidate(file, cached, now, this.#versionChecks);
    if (version !== undefined && lacksVersion(cached, version) && cached.versionFailure) {
      return Promise.reject(cached.versionFailure);
    }
    if (age < REVALIDATE_AFTER_MS) return cached;
    const fresh = pending ?? this.#revalidate(file, cached, now);
    const isTooOld = age >= STALE_WHILE_REVALIDATE_MS && !cached.isCutOff;
    if (!isPending(fresh) || isTooOld) return fresh;
    return cached.fingerprints.some(({ isOutdated }) => isOutdated?.()) ? fresh : cached;
  }

  /** Returns a promise while the archive is read on slow storage, and undefined if the channel must be opened again. */
  #getFreshChannel(file: string, channel: Channel): CachedAsset | Promise<CachedAsset> {
    const pending = this.#revalidations.get(file);
    if (pending) return pending;
    const now = this.#now();
    if (now - channel.checkedAt < REVALIDATE_AFTER_MS) return this.#look(file, channel);
    channel.checkedAt = now;
    const unchanged = isUnchanged(channel.fingerprints);
    if (unchanged === true) return this.#look(file, channel);
    return this.#revalidations.run(file, async () => {
      const isCurrent = await unchanged || await this.#readChannelFile(file, channel);
      return isCurrent ? await this.#look(file, channel) : this.#drop(file, channel);
    });
  }

  #look(file: string, channel: Channel): CachedAsset | Promise<CachedAsset> {
    return andThen(channel.look(), (growth) => {
      if (growth === "replaced") return this.#drop(file, channel);
      if (growth === "grown") this.updateCachedSize(channel);
      return channel;
    });
  }

  #drop(file: string, channel: Channel): undefined {
    if (this.#assets.get(file) === channel) this.#assets.delete(file);
  }

  /** Returns false if the channel must be opened again. */
  async #readChannelFile(file: string, channel: Channel): Promise<boolean> {
    try {
      const { fingerprints, settings, isPackage, error } = await this.loader.readChannelFile(file);
      if (error) this.#options.warn(file, `The channel file is broken: ${error.message}`);
      return !isPackage && channel.reconfigure(fingerprints, settings);
    } catch {
      return false; // opening it reports the error
    }
  }

  /** Removes the asset from the cache if it was replaced. */
  #revalidate(
    file: string,
    cached: Asset | LoadFailure,
    now: number,
    flight = this.#revalidations,
  ): CachedAsset | Promise<CachedAsset> {
    const settle = (isValid: boolean) => {
      if (isValid) {
        cached.checkedAt = now;
        cached.isCutOff = false;
        if (cached instanceof Asset) {
          this.updateCachedSize(cached);
          if (cached.keyCheck) this.#checkKeys(file, cached, now);
        }
      } else if (this.#assets.get(file) === cached) this.#assets.delete(file);
      return isValid ? cached : undefined;
    };
    const mustCheck = flight === this.#versionChecks;
    const isValid = cached instanceof Asset
      ? andThen(
        isUnchanged(cached.fingerprints, { mustCheck }),
        (unchanged) => unchanged && (!mustCheck || hasSameKeys(cached, now)),
      )
      : cached.fingerprints.length > 0 && isUnchanged(cached.fingerprints);
    if (!isPending(isValid)) return settle(isValid);
    const recover = (error: unknown) => {
      const isOutage = error instanceof SourceError; // what is open goes on meanwhile
      if (isOutage && mustCheck && cached instanceof Asset) throw cached.versionFailure = error;
      const kept = settle(isOutage); // else loading it reports the error
      cached.isCutOff = isOutage;
      return kept;
    };
    return flight.run(file, () => isValid.then(settle, recover));
  }

  /** Removes the asset from the cache if its keys have changed. Until then it remains in use. */
  async #checkKeys(file: string, asset: Asset, now: number): Promise<void> {
    const state = await asset.keyCheck?.checkIfDue(now);
    if (state === "changed" && this.#assets.get(file) === asset) this.#assets.delete(file);
  }

  async #load(file: string): Promise<Cached> {
    const loaded = await this.loader.load(file);
    const opened = isOpened(loaded);
    if (opened) this.#openCount++;
    if (loaded instanceof Asset) {
      for (const warning of loaded.presentation.warnings) this.#options.warn(file, warning);
    } else if (!opened && loaded.error instanceof OtherPolicyError) {
      this.#options.warn(file, loaded.error.warning);
    }
    this.#assets.set(file, loaded, opened ? this.#computeSize(loaded) : FAILURE_BYTES);
    return loaded;
  }

  /** Evicts other assets if this one has grown; to be called when a resource was added to it. */
  updateCachedSize(asset: Asset | Channel): void {
    if (this.#assets.get(asset.file) !== asset) return;
    this.#assets.set(asset.file, asset, this.#computeSize(asset));
  }

  /** Counts at least the asset's share of open files. */
  #computeSize(asset: Asset | Channel): number {
    const { capacityBytes, maxOpenFiles } = this.#options;
    const files = asset instanceof Channel ? asset.openFiles : asset.fingerprints.length;
    return Math.max(asset.size, files * capacityBytes / maxOpenFiles);
  }
}

function isOpened(cached: CachedAsset | Promise<CachedAsset>): cached is Asset | Channel {
  return cached instanceof Asset || cached instanceof Channel;
}

/** Returns a promise for a protected asset. */
function hasSameKeys({ keyCheck }: Asset, now: number): boolean | Promise<boolean> {
  return keyCheck ? keyCheck.check(now).then((state) => state === "same") : true;
}

/** Workers notice replaced files and keys at different times, so that a manifest of one can name a version that another has yet to load. */
function lacksVersion(cached: Cached, version: string): cached is Asset {
  return cached instanceof Asset && cached.presentation.version !== version;
}

function mustCheckVersion(cached: Asset | LoadFailure, version: string, now: number): boolean {
  if (!lacksVersion(cached, version)) return false;
  if (now - cached.versionCheckedAt < REVALIDATE_AFTER_MS) return false;
  cached.versionCheckedAt = now;
  cached.versionFailure = undefined;
  return true;
}
