/** Presentations that are open, as many as there is room for; each as its files are, to the second. */

import { dirname } from "@std/path";
import { MediaError, RequestError } from "../errors.ts";
import { MAX_PACKAGE_SIZE, parsePackage } from "../package/package.ts";
import { openInputs, openPackage } from "../presentation/open.ts";
import type { OpenSource } from "../presentation/open.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { openFile } from "../source/file.ts";
import type { Source } from "../source/source.ts";
import { isPackage } from "../urls.ts";
import { Cache } from "./cache.ts";
import type { Built } from "./response.ts";
import type { Found, Root } from "./root.ts";
import { type Failure, type Sight, sight, Title } from "./title.ts";

/** Files are looked at again when they were not for so long. In milliseconds. */
const FRESH = 1000;

/** Of a bare file, which no package says anything of. In seconds. */
const BARE_SEGMENT_DURATION = 6;

/** At so many of its segment starts it is looked for open GOPs; those with leading pictures show without a look. */
const BARE_LOOKS = 16;

/** Bytes that a rendition takes beside its tables, roughly: objects, sample entries, strings. */
const RENDITION_SIZE = 8192;
const FAILURE_SIZE = 1024;

export interface LibraryOptions {
  readonly root: Root;
  /** In bytes. */
  readonly capacity: number;
  /** Files that are open at a time. */
  readonly handles: number;
  /** Is told what the operator should know of a file that was opened. */
  readonly warn: (file: string, warning: string) => void;
  /** In milliseconds, from any start. */
  readonly now?: () => number;
}

export class Library {
  readonly #titles: Cache<Title | Failure>;
  /** Who asks for what is being opened waits for it. */
  readonly #opening = new Map<string, Promise<Title | Failure>>();
  readonly #options: LibraryOptions;
  readonly #now: () => number;

  constructor(options: LibraryOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#titles = new Cache(options.capacity, (known) => {
      if (known instanceof Title) known.drop();
    });
  }

  /**
   * The presentation of a package or a bare file, as it is now. Dispose of it after use.
   *
   * @param file relative to the root, with `/`
   * @throws RequestError, MediaError
   */
  async open(file: string): Promise<Title> {
    while (true) {
      const known = this.#fresh(file) ?? await this.#openOnce(file);
      if (!(known instanceof Title)) throw known.error;
      if (known.use()) return known; // else it had to go before we came to use it
    }
  }

  /** Keeps what was built of a title with it, for as long as there is room for the two. */
  keep(title: Title, key: string, built: Built): void {
    title.built.set(key, built);
    if (this.#titles.get(title.file) !== title) return;
    let size = this.#weight(title);
    for (const { bytes } of title.built.values()) size += bytes.length;
    this.#titles.set(title.file, title, size);
  }

  close(): void {
    this.#titles.clear();
  }

  #fresh(file: string): Title | Failure | undefined {
    const known = this.#titles.get(file);
    if (!known) return undefined;
    const now = this.#now();
    if (now - known.checkedAt < FRESH) return known;
    known.checkedAt = now;
    const same = known.sights.length > 0 && known.sights.every(({ seen, look }) => look() === seen);
    if (same) return known;
    this.#titles.delete(file);
    return undefined;
  }

  async #openOnce(file: string): Promise<Title | Failure> {
    const underWay = this.#opening.get(file);
    if (underWay) return await underWay;
    const opening = this.#open(file);
    this.#opening.set(file, opening);
    try {
      return await opening;
    } finally {
      this.#opening.delete(file);
    }
  }

  async #open(file: string): Promise<Title | Failure> {
    const { root, warn } = this.#options;
    const found = root.find(file); // what isn't there leaves nothing behind
    if (!found.info.isFile) throw new RequestError("NOT_FOUND", `Cannot find '${file}'`);
    const sights = [sight(() => root.find(file))];
    const checkedAt = this.#now();
    let known: Title | Failure;
    try {
      known = await this.#title(file, found, sights);
      known.presentation.warnings.forEach((warning) => warn(file, warning));
      known.checkedAt = checkedAt;
    } catch (error) {
      known = { error, sights: mayPass(error) ? [] : sights, checkedAt };
    }
    this.#titles.set(file, known, known instanceof Title ? this.#weight(known) : FAILURE_SIZE);
    return known;
  }

  async #title(file: string, found: Found, sights: Sight[]): Promise<Title> {
    const { root } = this.#options;
    const folder = dirname(found.path);
    const packaged = isPackage(file);
    let size = 0;
    const open: OpenSource = (name) => {
      const find = () => packaged ? root.findMedia(folder, name) : root.find(file);
      sights.push(sight(find));
      return counted(openFile(find().path, name), (count) => size += count);
    };
    const presentation = packaged
      ? await openPackage(readPackage(found, file), open)
      : await openInputs([{ file: nameOf(file) }], {
        segmentDuration: BARE_SEGMENT_DURATION,
        open,
        looks: BARE_LOOKS,
      });
    return new Title(file, presentation, sights, size + tableSize(presentation));
  }

  /** In bytes; a title counts for at least its share of the files that may be open. */
  #weight({ size, sights }: Title): number {
    const { capacity, handles } = this.#options;
    return Math.max(size, sights.length * capacity / handles);
  }
}

/** What hasn't to do with what a file says: storage that fails now and then, a defect of ours. */
function mayPass(error: unknown): boolean {
  if (error instanceof MediaError) return error.code === "MEDIA_READ";
  return !(error instanceof RequestError);
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}

/** Tells how many bytes are read: what a presentation keeps of a file is in them. */
function counted(source: Source, count: (bytes: number) => void): Source {
  return {
    name: source.name,
    size: source.size,
    immediate: source.immediate,
    read(offset, into) {
      count(into.length);
      return source.read(offset, into);
    },
    close: () => source.close(),
  };
}

function tableSize({ renditions }: Presentation): number {
  let size = 0;
  for (const rendition of renditions.values()) {
    size += RENDITION_SIZE;
    if (rendition.type === "text") continue;
    size += rendition.timeline.times.byteLength + rendition.timeline.samples.byteLength;
  }
  return size;
}

function readPackage({ path, info }: Found, file: string) {
  try {
    return parsePackage(packageText(path, info.size));
  } catch (error) {
    throw error instanceof MediaError ? error.of(nameOf(file)) : error;
  }
}

function packageText(path: string, size: number): string {
  if (size > MAX_PACKAGE_SIZE) {
    const why = `Cannot read a package of more than ${MAX_PACKAGE_SIZE} bytes`;
    throw new MediaError(why, "PACKAGE_INVALID");
  }
  const source = openFile(path, "");
  try {
    const bytes = new Uint8Array(Math.min(size, source.size));
    source.read(0, bytes);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new MediaError("Cannot read what is not UTF-8", "PACKAGE_INVALID");
  } finally {
    source.close();
  }
}
