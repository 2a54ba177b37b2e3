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
  directoryFingerprint,
  joinPath,
  notPlayable,
  playableFiles,
  tryResolve,
} from "./directory.ts";
import type { DocumentRoot, ResolvedFile } from "./document_root.ts";
import { Asset, type Failure, type Fingerprint, takeFingerprint } from "./asset.ts";

/** At so many of its segment starts it is looked for open GOPs; those with leading pictures show without a look. */
const MAX_GOP_PROBES = 16;

export interface AssetLoaderOptions {
  readonly root: DocumentRoot;
  /** Folders are presentations, too. */
  readonly folders: boolean;
  /** In milliseconds, from any start. */
  readonly now: () => number;
}

export class AssetLoader {
  readonly #options: AssetLoaderOptions;

  constructor(options: AssetLoaderOptions) {
    this.#options = options;
  }

  /**
   * What is there now, or why it can't be played. A title is to be dropped by whoever takes it.
   *
   * @param file relative to the root, with `/`; "" is the root
   * @throws RequestError, MediaError where nothing is there that could be known
   */
  async open(file: string): Promise<Asset | Failure> {
    const { root, now } = this.#options;
    const found = await root.find(file); // what isn't there leaves nothing behind
    this.#checkKind(file, found);
    const sights = [
      found.info.isDirectory
        ? await directoryFingerprint(root, file)
        : await takeFingerprint(() => root.find(file)),
    ];
    const checkedAt = now();
    try {
      const title = new Asset(file, await this.#presentation(file, found, sights), sights);
      title.checkedAt = checkedAt;
      return title;
    } catch (error) {
      return { error, sights: mayPass(error) ? [] : sights, checkedAt };
    }
  }

  #checkKind(file: string, { info }: ResolvedFile): void {
    if (info.isDirectory ? this.#options.folders : isPackage(file) || isMediaFile(file)) return;
    const what = info.isDirectory ? "it is a folder" : "it is neither a package nor a media file";
    throw new RequestError("NOT_FOUND", `Cannot find a presentation '${file}': ${what}`);
  }

  async #presentation(
    file: string,
    found: ResolvedFile,
    sights: Fingerprint[],
  ): Promise<Presentation> {
    if (found.info.isDirectory) return await this.#folder(file, found, sights);
    const { root } = this.#options;
    const packaged = isPackage(file);
    const folder = dirname(found.path);
    const open = this.#openSource(
      (name) => packaged ? root.resolveMedia(folder, name) : root.find(file),
      sights,
    );
    return packaged
      ? await openPackage(await this.#package(found, file), open)
      : await openFiles([nameOf(file)], open);
  }

  /** Its files of media and subtitles, as `amspackager -i *` would package them. Links count as what they lead to. */
  async #folder(file: string, found: ResolvedFile, sights: Fingerprint[]): Promise<Presentation> {
    const { root } = this.#options;
    const paths = new Map<string, string>();
    for (const name of await playableFiles(root, file, found)) {
      sights.push(await takeFingerprint(() => root.find(joinPath(file, name))));
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
    sights: Fingerprint[],
  ): OpenSource {
    return async (name) => {
      sights.push(await takeFingerprint(() => find(name)));
      const { path } = await find(name);
      return await openFileOn(this.#options.root.storage, path, name);
    };
  }

  async #package({ path }: ResolvedFile, file: string): Promise<Package> {
    const name = nameOf(file);
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
function mayPass(error: unknown): boolean {
  if (error instanceof MediaError) return error.code === "MEDIA_READ";
  return !(error instanceof RequestError);
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
