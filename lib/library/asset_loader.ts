/** Opens assets without caching them. */

import { MediaError, RequestError } from "../errors.ts";
import { parsePackage } from "../package/package.ts";
import { readPackageText } from "../package/read_package.ts";
import { getDirectory, getFileName, isForeignMedia, isMediaFile, isPackage } from "../url/path.ts";
import { openPackage } from "../presentation/open.ts";
import type { OpenedPresentation } from "../presentation/open.ts";
import type { KeyAccess } from "../presentation/protection.ts";
import type { StoredFile } from "../storage/storage.ts";
import { type HaveSamePolicy, OtherPolicyError } from "./access_policy.ts";
import { Asset } from "./asset.ts";
import { Channel } from "./channel.ts";
import {
  openChannel,
  parseChannel,
  type ReadChannelFile,
  type ReadJson,
} from "./channel_loader.ts";
import { DirectoryFilms } from "./directory_films.ts";
import { DistrustedIndexes } from "./distrusted_indexes.ts";
import { listDownloads } from "./downloads.ts";
import type { Download } from "../info/info.ts";
import type { DocumentRoot } from "./document_root.ts";
import { FilePool, MIN_POOLED_FILES } from "./file_pool.ts";
import { createForeignMediaError } from "./foreign_media.ts";
import { type Fingerprint, takeDirectoryFingerprint, takeFingerprint } from "./fingerprint.ts";
import { KeyRecorder } from "./key_check.ts";
import { createOpenSource, type OpenedFiles } from "./open_source.ts";
import { createPackageResolver, type Poster } from "./package_files.ts";
import { nameUrls } from "./package_urls.ts";
import { PlainMedia } from "./plain_media.ts";
import { isStorageGone, type StorageCheck } from "./storage_check.ts";

/** Cached while the files are unchanged. */
export interface LoadFailure {
  readonly error: unknown;
  /** Empty if the failure is transient. */
  readonly fingerprints: readonly Fingerprint[];
  checkedAt: number;
  /** As of an asset. */
  isCutOff?: boolean;
}

export type LibraryKeys = Omit<KeyAccess, "file">;

export interface AssetLoaderOptions {
  readonly root: DocumentRoot;
  /** What a storage that is gone seems to lack is not cached. */
  readonly storageCheck?: StorageCheck;
  readonly serveDirectories: boolean;
  /** Serves no plain media files; default: false. */
  readonly packagesOnly?: boolean;
  /** Plays a media file with those that belong to it by name; default: true. */
  readonly sidecars?: boolean;
  /** Default: all files have the same. */
  readonly haveSamePolicy?: HaveSamePolicy;
  /** Returns whether a file, relative to the document root, is served without a token; default: each is. */
  readonly isOpen?: (file: string) => boolean;
  /** Absent: protected packages cannot be opened. */
  readonly keys?: LibraryKeys;
  /** Files of channels; default: a pool of a few. */
  readonly files?: FilePool;
  readonly now: () => number;
}

/** What a caller learns while an asset is opened. */
interface Opening extends OpenedFiles {
  /** Absent without keys. */
  readonly recorder: KeyRecorder | undefined;
  /** True if the file is a channel: what its archive has does not depend on the file. */
  isChannel?: boolean;
  poster?: Poster;
}

export class AssetLoader {
  readonly distrusted = new DistrustedIndexes();
  readonly #options: AssetLoaderOptions;
  readonly #files: FilePool;
  readonly #plain: PlainMedia;

  constructor(options: AssetLoaderOptions) {
    const { root, sidecars = true, haveSamePolicy = () => true, now } = options;
    this.#options = options;
    const films = sidecars ? new DirectoryFilms(root, now) : undefined;
    this.#plain = new PlainMedia({ root, films, haveSamePolicy });
    this.#files = options.files ?? new FilePool(MIN_POOLED_FILES);
  }

  /**
   * Opens an asset or a channel, which the caller must `drop`; `file` is relative to the document root.
   *
   * @throws RequestError, MediaError if the file cannot be resolved or the storage is gone, so that there is nothing to cache
   */
  async load(file: string): Promise<Asset | Channel | LoadFailure> {
    const { root, now } = this.#options;
    const resolved = await root.resolve(file);
    this.#checkKind(file, resolved);
    const fingerprints = [
      resolved.kind === "directory"
        ? await takeDirectoryFingerprint(root, file)
        : await takeFingerprint((options) => root.resolve(file, options)),
    ];
    const checkedAt = now();
    const recorder = this.#options.keys && new KeyRecorder(this.#options.keys.getKeys);
    const opening: Opening = { fingerprints, paths: new Map(), recorder };
    try {
      const opened = await this.#open(file, resolved, opening);
      if (opened instanceof Channel) {
        opened.checkedAt = checkedAt;
        return opened;
      }
      const asset = new Asset(file, opened, fingerprints);
      asset.checkedAt = checkedAt;
      asset.poster = opening.poster;
      asset.downloads = this.#listDownloads(asset, opening);
      asset.keyCheck = recorder?.createCheck(checkedAt);
      return asset;
    } catch (failure) {
      const error = await this.#options.storageCheck?.explain(failure) ?? failure;
      if (isStorageGone(error)) throw error;
      const mayPass = isTransient(error) || opening.isChannel;
      return { error, fingerprints: mayPass ? [] : fingerprints, checkedAt };
    }
  }

  #listDownloads({ file, presentation }: Asset, { paths }: Opening): Download[] {
    const { packagesOnly = false, isOpen = () => true } = this.#options;
    return packagesOnly ? [] : listDownloads(presentation, { asset: file, paths, isOpen });
  }

  /**
   * Reads the file of an open channel again. Its settings are absent if it is broken.
   *
   * @throws RequestError if it was removed; MediaError of the storage
   */
  async readChannelFile(file: string): Promise<ReadChannelFile> {
    const { root } = this.#options;
    const resolved = await root.resolve(file);
    const fingerprints = [await takeFingerprint((options) => root.resolve(file, options))];
    try {
      const { settings } = await this.#readJson(resolved, file);
      return { fingerprints, ...settings ? { settings } : { isPackage: true } };
    } catch (error) {
      if (!(error instanceof MediaError) || error.code !== "PACKAGE_INVALID") throw error;
      return { fingerprints, error };
    }
  }

  #checkKind(file: string, { kind }: StoredFile): void {
    const { serveDirectories, packagesOnly = false } = this.#options;
    const isDirectory = kind === "directory";
    const isMedia = isMediaFile(file) || isForeignMedia(file); // opening the latter tells what it is
    const isServed = isPackage(file) || isMedia && !packagesOnly;
    if (isDirectory ? serveDirectories : isServed) return;
    const expected = packagesOnly ? "no package" : "neither a package nor a media file";
    const reason = isDirectory ? "it is a directory" : `it is ${expected}`;
    throw new RequestError("NOT_FOUND", `Cannot find a presentation '${file}': ${reason}`);
  }

  async #open(
    file: string,
    resolved: StoredFile,
    opening: Opening,
  ): Promise<OpenedPresentation | Channel> {
    const { fingerprints } = opening;
    if (resolved.kind === "directory") {
      return await this.#plain.openDirectory(file, resolved, fingerprints);
    }
    if (isPackage(file)) return await this.#openPackaged(file, resolved, opening);
    if (isForeignMedia(file)) {
      throw await createForeignMediaError(this.#options.root, file, resolved);
    }
    return await this.#plain.openFile(file, opening);
  }

  async #openPackaged(
    file: string,
    resolved: StoredFile,
    opening: Opening,
  ): Promise<OpenedPresentation | Channel> {
    const { keys, root, now } = this.#options;
    const { fingerprints, recorder } = opening;
    const parsed = await this.#readJson(resolved, file);
    if (parsed.settings) {
      opening.isChannel = true;
      const channel = { file, resolved, fingerprints, ...parsed };
      return await openChannel(channel, { root, files: this.#files, now });
    }
    const trusted = this.distrusted.remove(parsed.pack, file, resolved.fingerprint);
    const { pack, paths: urls } = nameUrls(trusted, root.storage);
    const resolve = createPackageResolver(pack, {
      root,
      urls,
      directory: getDirectory(resolved.path),
      packagesOnly: this.#options.packagesOnly === true,
      requireSamePolicy: (other) => this.#requireSamePolicy(file, other),
    });
    const { poster } = pack;
    if (poster !== undefined) opening.poster = { name: poster, resolve: () => resolve(poster) };
    const open = createOpenSource(root, opening, resolve);
    const access = keys && recorder && { ...keys, getKeys: recorder.getKeys, file };
    const opened = await openPackage(pack, open, access);
    return trusted === parsed.pack ? opened : addIndexWarning(opened);
  }

  /** A token for the asset must not open files for which it is not meant. */
  #requireSamePolicy(asset: string, file: string): void {
    if (this.#options.haveSamePolicy?.(asset, file) === false) {
      throw new OtherPolicyError(asset, file);
    }
  }

  async #readJson({ path }: StoredFile, file: string): Promise<ReadJson> {
    const { root } = this.#options;
    const source = await root.storage.open(path, getFileName(file));
    try {
      const text = await readPackageText(source);
      const settings = parseChannel(text, path, root);
      return settings ? { settings } : { pack: parsePackage(text) };
    } catch (error) {
      throw error instanceof MediaError ? error.inFile(source.name) : error;
    } finally {
      source.close();
    }
  }
}

function addIndexWarning({ presentation, ...opened }: OpenedPresentation): OpenedPresentation {
  const warning =
    "the indexes of the package do not fit the tables of its files, and are ignored: " +
    "responses take longer until it is packaged again";
  const warnings = [...presentation.warnings, warning];
  return { ...opened, presentation: { ...presentation, warnings } };
}

/** Storage, sources of keys and internal errors do not depend on the content of files. */
function isTransient(error: unknown): boolean {
  if (error instanceof MediaError) return error.code === "MEDIA_READ";
  return !(error instanceof RequestError);
}
