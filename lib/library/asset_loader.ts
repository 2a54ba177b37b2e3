/** Opens packages, bare files, and folders whose files are one presentation together; keeps nothing. */

import { dirname } from "@std/path";
import { MediaError, RequestError } from "../errors.ts";
import type { Package } from "../package/package.ts";
import { readPackage } from "../package/read_package.ts";
import { DEFAULT_SEGMENT_DURATION, isMediaFile, isPackage } from "../url/path.ts";
import { openInputs, openPackage } from "../presentation/open.ts";
import type { OpenSource } from "../presentation/open.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { openFileOn } from "../storage/local/file.ts";
import {
  joinPath,
  listPlayableFiles,
  notPlayable,
  takeDirectoryFingerprint,
  tryResolve,
} from "./directory.ts";
import type { DocumentRoot, ResolvedFile } from "./document_root.ts";
import { Asset, type Fingerprint, type LoadFailure, takeFingerprint } from "./asset.ts";

/** At so many of its segment starts it is looked for open GOPs; those with leading pictures show without a look. */
const MAX_GOP_PROBES = 16;

export interface AssetLoaderOptions {
  readonly root: DocumentRoot;
  /** Folders are presentations, too. */
  readonly directories: boolean;
  /** In milliseconds, from any start. */
  readonly now: () => number;
}

export class AssetLoader {
  readonly #options: AssetLoaderOptions;

  constructor(options: AssetLoaderOptions) {
    this.#options = options;
  }

  /**
   * What is there now, or why it can't be played. A asset is to be dropped by whoever takes it.
   *
   * @param file relative to the root, with `/`; "" is the root
   * @throws RequestError, MediaError where nothing is there that could be known
   */
  async load(file: string): Promise<Asset | LoadFailure> {
    const { root, now } = this.#options;
    const found = await root.resolve(file); // what isn't there leaves nothing behind
    this.#checkKind(file, found);
    const fingerprints = [
      found.info.isDirectory
        ? await takeDirectoryFingerprint(root, file)
        : await takeFingerprint(() => root.resolve(file)),
    ];
    const checkedAt = now();
    try {
      const asset = new Asset(
        file,
        await this.#openPresentation(file, found, fingerprints),
        fingerprints,
      );
      asset.checkedAt = checkedAt;
      return asset;
    } catch (error) {
      return { error, fingerprints: isTransient(error) ? [] : fingerprints, checkedAt };
    }
  }

  #checkKind(file: string, { info }: ResolvedFile): void {
    if (info.isDirectory ? this.#options.directories : isPackage(file) || isMediaFile(file)) return;
    const what = info.isDirectory ? "it is a folder" : "it is neither a package nor a media file";
    throw new RequestError("NOT_FOUND", `Cannot find a presentation '${file}': ${what}`);
  }

  async #openPresentation(
    file: string,
    found: ResolvedFile,
    fingerprints: Fingerprint[],
  ): Promise<Presentation> {
    if (found.info.isDirectory) return await this.#openDirectory(file, found, fingerprints);
    const { root } = this.#options;
    const packaged = isPackage(file);
    const folder = dirname(found.path);
    const open = this.#openSource(
      (name) => packaged ? root.resolveMedia(folder, name) : root.resolve(file),
      fingerprints,
    );
    return packaged
      ? await openPackage(await this.#readPackage(found, file), open)
      : await openFiles([getFileName(file)], open);
  }

  /** Its files of media and subtitles, as `amspackager -i *` would package them. Links count as what they lead to. */
  async #openDirectory(
    file: string,
    found: ResolvedFile,
    fingerprints: Fingerprint[],
  ): Promise<Presentation> {
    const { root } = this.#options;
    const paths = new Map<string, string>();
    for (const name of await listPlayableFiles(root, file, found)) {
      fingerprints.push(await takeFingerprint(() => root.resolve(joinPath(file, name))));
      const target = await tryResolve(root, joinPath(file, name));
      if (target?.info.isFile) paths.set(name, target.path);
    }
    if (paths.size === 0) throw notPlayable(file, 0);
    return await openFiles(
      [...paths.keys()],
      (name) => openFileOn(root.storage, paths.get(name)!, name),
    );
  }

  #openSource(
    find: (name: string) => ResolvedFile | Promise<ResolvedFile>,
    fingerprints: Fingerprint[],
  ): OpenSource {
    return async (name) => {
      fingerprints.push(await takeFingerprint(() => find(name)));
      const { path } = await find(name);
      return await openFileOn(this.#options.root.storage, path, name);
    };
  }

  async #readPackage({ path }: ResolvedFile, file: string): Promise<Package> {
    const name = getFileName(file);
    const source = await openFileOn(this.#options.root.storage, path, name);
    try {
      return await readPackage(source);
    } finally {
      source.close();
    }
  }
}

async function openFiles(names: readonly string[], open: OpenSource): Promise<Presentation> {
  const options = { segmentDuration: DEFAULT_SEGMENT_DURATION, open, looks: MAX_GOP_PROBES };
  return await openInputs(names.map((file) => ({ file })), options);
}

/** What hasn't to do with what a file says: storage that fails now and then, a defect of ours. */
function isTransient(error: unknown): boolean {
  if (error instanceof MediaError) return error.code === "MEDIA_READ";
  return !(error instanceof RequestError);
}

function getFileName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
