/** What a folder holds, with a summary of each asset: a page of it at a time, so that a large folder delays nobody. */

import { MediaError, RequestError } from "../errors.ts";
import { isMediaFile, isPackage } from "../url/path.ts";
import { type AssetSummary, summarizeAsset, summarizeError } from "./asset_summary.ts";
import {
  compareEntries,
  type Directory,
  type DirectoryEntry,
  isPlayable,
  joinPath,
  MAX_PLAYABLE_FILES,
  readDirectory,
  takeDirectoryFingerprint,
  tryResolve,
} from "./directory.ts";
import type { Library } from "./library.ts";
import { type LoadedValue, RevalidatingCache } from "./revalidating_cache.ts";
import type { DocumentRoot, ResolvedFile } from "./document_root.ts";
import { Asset } from "./asset.ts";

/** Which part of a folder is asked for. */
export interface ListingQuery {
  /** Behind this entry: a name; that of a folder ends in a slash. */
  readonly after?: string;
  /** Entries, at most. */
  readonly limit: number;
}

/** As docs/about.md and listing.schema.json say. */
export interface Listing {
  readonly folder: string;
  readonly folders: readonly string[];
  readonly files: readonly ListedFile[];
  readonly total: { readonly folders: number; readonly files: number };
  readonly leftOut?: number;
  readonly next?: string;
  readonly presentation?: { readonly files: number };
}

export interface ListedFile extends AssetSummary {
  readonly name: string;
  readonly kind: "package" | "bare" | "other";
  /** Of what is given out as it is. */
  readonly bytes?: number;
}

/** Links in a folder may come to lead elsewhere while it looks the same. In milliseconds. */
const MAX_DIRECTORY_AGE_MS = 10_000;

/** A page ends when it has taken so long, with one entry at least. In milliseconds. */
const TIME_BUDGET_MS = 1000;

/** For cards, and as much for folders. In bytes. */
const CAPACITY = 4 * 2 ** 20;

export interface DirectoryListingsOptions {
  readonly root: DocumentRoot;
  readonly library: Library;
  /** Is told of a defect. */
  readonly report: (file: string, trouble: unknown) => void;
  /** In milliseconds, from any start. */
  readonly now: () => number;
}

export class DirectoryListings {
  readonly #options: DirectoryListingsOptions;
  readonly #now: () => number;
  readonly #directories: RevalidatingCache<Directory>;
  readonly #summaries: RevalidatingCache<AssetSummary>;

  constructor(options: DirectoryListingsOptions) {
    this.#options = options;
    const now = this.#now = options.now;
    const kept = { capacity: CAPACITY, now };
    this.#directories = new RevalidatingCache({
      ...kept,
      computeSize: computeDirectorySize,
      maxAge: MAX_DIRECTORY_AGE_MS,
    });
    this.#summaries = new RevalidatingCache({
      ...kept,
      computeSize: computeSummarySize,
      maxAge: Infinity,
    });
  }

  /**
   * @param folder relative to the root
   * @param found where it is
   * @throws RequestError, MediaError where it can't be looked into
   */
  async getPage(
    folder: string,
    found: ResolvedFile,
    { after, limit }: ListingQuery,
  ): Promise<Listing> {
    const { entries, omitted } = await this.#getDirectory(folder, found);
    const start = after === undefined ? 0 : findStart(entries, after);
    const files: ListedFile[] = [];
    const folders: string[] = [];
    const since = this.#now();
    let at = start;
    for (; at < Math.min(entries.length, start + limit); at++) {
      if (at > start && this.#now() - since >= TIME_BUDGET_MS) break;
      const { name, isDirectory } = entries[at]!;
      if (isDirectory) folders.push(name);
      else files.push(await this.#listFile(folder, name));
    }
    return {
      folder,
      folders,
      files,
      ...countEntries(entries),
      ...omitted > 0 && { leftOut: omitted },
      ...at < entries.length && at > start && { next: toCursor(entries[at - 1]!) },
    };
  }

  #getDirectory(folder: string, found: ResolvedFile): Promise<Directory> {
    const { root } = this.#options;
    return this.#directories.get(`/${folder}`, async () => {
      const fingerprints = [await takeDirectoryFingerprint(root, folder)];
      return { value: await readDirectory(root, folder, found), fingerprints: fingerprints };
    });
  }

  async #listFile(folder: string, name: string): Promise<ListedFile> {
    const file = joinPath(folder, name);
    const kind = isPackage(name) ? "package" : isMediaFile(name) ? "bare" : "other";
    try {
      const found = await tryResolve(this.#options.root, file);
      const bytes = found && kind !== "package" ? { bytes: found.info.size } : {};
      if (name.includes("\\")) {
        throw new RequestError("BAD_REQUEST", "Cannot ask for a name that has a backslash");
      }
      return {
        name,
        kind,
        ...bytes,
        ...kind === "other" ? {} : await this.#getSummary(file, name),
      };
    } catch (error) {
      return { name, kind, ...this.#summarizeError(file, error) };
    }
  }

  #getSummary(file: string, name: string): Promise<AssetSummary> {
    return this.#summaries.get(file, async () => {
      const { library } = this.#options;
      if (!library.isOpen(file)) return await this.#loadSummary(file, name);
      using asset = await library.open(file);
      return { value: summarizeAsset(asset.presentation, name), fingerprints: asset.fingerprints };
    });
  }

  /** Opens it past the library: a look at a folder must not drive out what people watch. */
  async #loadSummary(file: string, name: string): Promise<LoadedValue<AssetSummary>> {
    const known = await this.#options.library.loader.load(file);
    await yieldToEventLoop();
    const { fingerprints } = known;
    if (!(known instanceof Asset)) {
      return { value: this.#summarizeError(file, known.error), fingerprints: fingerprints };
    }
    try {
      return { value: summarizeAsset(known.presentation, name), fingerprints: fingerprints };
    } finally {
      known.drop();
    }
  }

  #summarizeError(file: string, error: unknown): AssetSummary {
    const known = error instanceof MediaError || error instanceof RequestError;
    if (!known) this.#options.report(file, error);
    return summarizeError(error);
  }
}

/** Other requests come first: a asset may have held the thread up for some milliseconds. */
function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function toCursor({ name, isDirectory }: DirectoryEntry): string {
  return isDirectory ? `${name}/` : name;
}

/** Index of the first entry behind what `toCursor` gave, also where that is gone by now. */
function findStart(entries: readonly DirectoryEntry[], after: string): number {
  const isFolder = after.endsWith("/");
  const last: DirectoryEntry = {
    name: isFolder ? after.slice(0, -1) : after,
    isDirectory: isFolder,
  };
  const start = entries.findIndex((entry) => compareEntries(entry, last) > 0);
  return start < 0 ? entries.length : start;
}

function countEntries(entries: readonly DirectoryEntry[]): Pick<Listing, "total" | "presentation"> {
  const files = entries.filter(({ isDirectory }) => !isDirectory);
  const together = files.filter(({ name }) => isPlayable(name)).length;
  return {
    total: { folders: entries.length - files.length, files: files.length },
    ...together > 0 && together <= MAX_PLAYABLE_FILES && { presentation: { files: together } },
  };
}

function computeDirectorySize({ entries }: Directory): number {
  return entries.reduce((size, { name }) => size + 64 + 2 * name.length, 0);
}

function computeSummarySize(summary: AssetSummary): number {
  return 2 * JSON.stringify(summary).length;
}
