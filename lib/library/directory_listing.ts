/** Lists directories in pages, so that large ones block no other request. */

import { isExpectedError, RequestError } from "../errors.ts";
import { isPending } from "../maybe_async.ts";
import { isPackage } from "../url/path.ts";
import { Asset } from "./asset.ts";
import {
  type AssetSummary,
  summarizeAsset,
  summarizeChannel,
  summarizeError,
} from "./asset_summary.ts";
import {
  compareEntries,
  type Directory,
  type DirectoryEntry,
  joinPath,
  readDirectory,
} from "./directory.ts";
import { Channel } from "./channel.ts";
import type { Presentation } from "../presentation/presentation.ts";
import type { StoredFile } from "../storage/storage.ts";
import { type DocumentRoot, resolveIfAccessible } from "./document_root.ts";
import { takeDirectoryFingerprint } from "./fingerprint.ts";
import { isForeignJson } from "./foreign_json.ts";
import type { Library } from "./library.ts";
import { describeListedFile, getListedKind, type ListedFile } from "./listed_file.ts";
import { isPlayable, makesPresentation } from "./playable_files.ts";
import { listUsedFiles, sumFileSizes } from "./used_files.ts";
import { type LoadedValue, RevalidatingCache } from "./revalidating_cache.ts";

export interface ListingQuery {
  /** The page starts after this entry; the name of a directory ends in a slash. */
  readonly after?: string;
  readonly limit: number;
  /** Returns whether the client may see an entry of the directory; default: all. */
  readonly canSee?: CanSee;
}

type CanSee = (entry: DirectoryEntry) => boolean | Promise<boolean>;

/** Documented by directory_listing.schema.json. */
export interface Listing {
  readonly folder: string;
  readonly folders: readonly string[];
  readonly files: readonly ListedFile[];
  readonly total: { readonly folders: number; readonly files: number };
  readonly leftOut?: number;
  readonly next?: string;
  readonly presentation?: { readonly files: number };
}

/** Targets of links change without changing their directory. */
const MAX_DIRECTORY_AGE_MS = 10_000;

/** A page has at least one entry, however long it takes. */
const TIME_BUDGET_MS = 1000;

/** For summaries, and again for directories. */
const CAPACITY_BYTES = 4 * 2 ** 20;

export interface DirectoryListingsOptions {
  readonly root: DocumentRoot;
  readonly library: Library;
  /** Lists packages and directories alone; default: false. */
  readonly packagesOnly?: boolean;
  readonly report: (file: string, error: unknown) => void;
  readonly now: () => number;
}

/** As open assets request their keys again. */
const PROTECTED_MAX_AGE_MS = 60_000;

const CHANNEL_MAX_AGE_MS = 5000;

export class DirectoryListings {
  readonly #options: DirectoryListingsOptions;
  readonly #now: () => number;
  readonly #directories: RevalidatingCache<Directory>;
  readonly #summaries: RevalidatingCache<AssetSummary>;

  constructor(options: DirectoryListingsOptions) {
    this.#options = options;
    const now = this.#now = options.now;
    this.#directories = new RevalidatingCache({
      capacityBytes: CAPACITY_BYTES,
      now,
      computeBytes: computeDirectorySize,
      maxAgeMs: MAX_DIRECTORY_AGE_MS,
    });
    this.#summaries = new RevalidatingCache({
      capacityBytes: CAPACITY_BYTES,
      now,
      computeBytes: computeSummarySize,
      maxAgeMs: Infinity,
    });
  }

  /** @throws RequestError, MediaError if the directory cannot be read */
  async getPage(
    directory: string,
    resolved: StoredFile,
    { after, limit, canSee }: ListingQuery,
  ): Promise<Listing> {
    const { entries: all, omitted } = await this.#getDirectory(directory, resolved);
    const entries = canSee ? await filterEntries(all, canSee) : all;
    const start = after === undefined ? 0 : findStart(entries, after);
    const files: ListedFile[] = [];
    const folders: string[] = [];
    const startedAt = this.#now();
    let index = start;
    for (; index < Math.min(entries.length, start + limit); index++) {
      if (index > start && this.#now() - startedAt >= TIME_BUDGET_MS) break;
      const { name, isDirectory } = entries[index]!;
      if (isDirectory) folders.push(name);
      else files.push(await this.#listFile(directory, name));
    }
    const hasNext = index < entries.length && index > start;
    return {
      folder: directory,
      folders,
      files,
      total: countEntries(entries),
      ...!hasNext && await this.#findPresentation(directory, { all, entries, omitted }),
      ...omitted > 0 && { leftOut: omitted },
      ...hasNext && { next: toCursor(entries[index - 1]!) },
    };
  }

  #getDirectory(directory: string, resolved: StoredFile): Promise<Directory> {
    const { root, packagesOnly } = this.#options;
    return this.#directories.get(`/${directory}`, async () => {
      const fingerprints = [await takeDirectoryFingerprint(root, directory)];
      const { entries, omitted } = await readDirectory(root, directory, resolved);
      const listed = packagesOnly ? entries.filter(isDirectoryOrPackage) : entries;
      return { value: { entries: listed, omitted }, fingerprints };
    });
  }

  /** The directory is no presentation for a client that may not see all of its files. */
  async #findPresentation(
    directory: string,
    { all, entries, omitted }: Directory & { readonly all: readonly DirectoryEntry[] },
  ): Promise<Pick<Listing, "presentation">> {
    const names = listPlayable(entries);
    if (omitted > 0 || names.length < listPlayable(all).length) return {};
    const isOne = await makesPresentation(
      names,
      async (name) => (await this.#listFile(directory, name)).duration,
    );
    return isOne ? { presentation: { files: names.length } } : {};
  }

  async #listFile(directory: string, name: string): Promise<ListedFile> {
    const file = joinPath(directory, name);
    const kind = getListedKind(name);
    try {
      const resolved = await resolveIfAccessible(this.#options.root, file);
      if (name.includes("\\")) {
        throw new RequestError("BAD_REQUEST", "Cannot serve a name that contains a backslash");
      }
      const summary = kind === "other" ? {} : await this.#getSummary(file, name);
      return describeListedFile(name, resolved, summary);
    } catch (error) {
      return { name, kind, ...this.#summarizeError(file, error) };
    }
  }

  #getSummary(file: string, name: string): Promise<AssetSummary> {
    return this.#summaries.get(file, async () => {
      const { library } = this.#options;
      if (!library.isOpen(file)) return await this.#loadSummary(file, name);
      using asset = await library.open(file);
      if (asset instanceof Channel) return toChannelSummary(asset, name);
      return toAssetSummary(asset, name);
    });
  }

  /** Bypasses the library, lest a listing evict assets that clients play. */
  async #loadSummary(file: string, name: string): Promise<LoadedValue<AssetSummary>> {
    const loaded = await this.#options.library.loader.load(file);
    await yieldToEventLoop();
    const { fingerprints } = loaded;
    if (loaded instanceof Channel) {
      const summary = toChannelSummary(loaded, name);
      loaded.drop();
      return summary;
    }
    if (!(loaded instanceof Asset)) {
      const isForeign = await isForeignJson(this.#options.root, file, loaded.error);
      const value = isForeign
        ? { served: false as const }
        : this.#summarizeError(file, loaded.error);
      return { value, fingerprints };
    }
    try {
      return toAssetSummary(loaded, name);
    } finally {
      loaded.drop();
    }
  }

  #summarizeError(file: string, error: unknown): AssetSummary {
    if (!isExpectedError(error)) this.#options.report(file, error);
    return summarizeError(error);
  }
}

function toChannelSummary(channel: Channel, name: string): LoadedValue<AssetSummary> {
  const { fingerprints } = channel;
  return { value: summarizeChannel(channel, name), fingerprints, maxAgeMs: CHANNEL_MAX_AGE_MS };
}

function toAssetSummary(asset: Asset, name: string): LoadedValue<AssetSummary> {
  const { presentation, fingerprints } = asset;
  const bytes = isPackage(name) ? { bytes: sumFileSizes(asset) } : {};
  const value = {
    ...summarizeAsset(presentation, name),
    ...bytes,
    ...listUsedFiles(asset, name),
  };
  return { value, fingerprints, ...getMaxAge(presentation) };
}

function isDirectoryOrPackage({ name, isDirectory }: DirectoryEntry): boolean {
  return isDirectory || isPackage(name);
}

/** Other keys change the version in the URL of a thumbnail, which no fingerprint covers. */
function getMaxAge({ protection }: Presentation): Pick<LoadedValue<unknown>, "maxAgeMs"> {
  return protection ? { maxAgeMs: PROTECTED_MAX_AGE_MS } : {};
}

/** Lets other requests run, since opening an asset may block the thread for milliseconds. */
function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function toCursor({ name, isDirectory }: DirectoryEntry): string {
  return isDirectory ? `${name}/` : name;
}

/** The cursor's own entry may be gone. */
function findStart(entries: readonly DirectoryEntry[], cursor: string): number {
  const isDirectory = cursor.endsWith("/");
  const last = { name: isDirectory ? cursor.slice(0, -1) : cursor, isDirectory };
  const start = entries.findIndex((entry) => compareEntries(entry, last) > 0);
  return start < 0 ? entries.length : start;
}

async function filterEntries(
  entries: readonly DirectoryEntry[],
  canSee: CanSee,
): Promise<DirectoryEntry[]> {
  const visible: DirectoryEntry[] = [];
  for (const entry of entries) {
    const isVisible = canSee(entry);
    if (isPending(isVisible) ? await isVisible : isVisible) visible.push(entry);
  }
  return visible;
}

function listPlayable(entries: readonly DirectoryEntry[]): string[] {
  return entries.flatMap(({ name, isDirectory }) => !isDirectory && isPlayable(name) ? name : []);
}

function countEntries(entries: readonly DirectoryEntry[]): Listing["total"] {
  const folders = entries.filter(({ isDirectory }) => isDirectory).length;
  return { folders, files: entries.length - folders };
}

function computeDirectorySize({ entries }: Directory): number {
  return entries.reduce((size, { name }) => size + 64 + 2 * name.length, 0);
}

function computeSummarySize(summary: AssetSummary): number {
  return 2 * JSON.stringify(summary).length;
}
