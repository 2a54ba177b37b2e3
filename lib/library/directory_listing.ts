/** What a folder holds, with a card of each title: a page of it at a time, so that a large folder delays nobody. */

import { MediaError, RequestError } from "../errors.ts";
import { isBare, isPackage } from "../url/path.ts";
import { type Card, cardOf, cardOfError } from "./asset_summary.ts";
import {
  compareEntries,
  type Entry,
  findOrNothing,
  type Folder,
  folderSight,
  MOST_TOGETHER,
  pathIn,
  playsTogether,
  readFolder,
} from "./directory.ts";
import type { Library } from "./library.ts";
import { type Observation, Observed } from "./revalidating_cache.ts";
import type { Found, Root } from "./document_root.ts";
import { Title } from "./asset.ts";

/** Which part of a folder is asked for. */
export interface Span {
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

export interface ListedFile extends Card {
  readonly name: string;
  readonly kind: "package" | "bare" | "other";
  /** Of what is given out as it is. */
  readonly bytes?: number;
}

/** Links in a folder may come to lead elsewhere while it looks the same. In milliseconds. */
const FOLDER_LIFETIME = 10_000;

/** A page ends when it has taken so long, with one entry at least. In milliseconds. */
const PATIENCE = 1000;

/** For cards, and as much for folders. In bytes. */
const CAPACITY = 4 * 2 ** 20;

export interface ListingsOptions {
  readonly root: Root;
  readonly library: Library;
  /** Is told of a defect. */
  readonly report: (file: string, trouble: unknown) => void;
  /** In milliseconds, from any start. */
  readonly now: () => number;
}

export class Listings {
  readonly #options: ListingsOptions;
  readonly #now: () => number;
  readonly #folders: Observed<Folder>;
  readonly #cards: Observed<Card>;

  constructor(options: ListingsOptions) {
    this.#options = options;
    const now = this.#now = options.now;
    const kept = { capacity: CAPACITY, now };
    this.#folders = new Observed({ ...kept, sizeOf: folderSize, lifetime: FOLDER_LIFETIME });
    this.#cards = new Observed({ ...kept, sizeOf: cardSize, lifetime: Infinity });
  }

  /**
   * @param folder relative to the root
   * @param found where it is
   * @throws RequestError, MediaError where it can't be looked into
   */
  async page(folder: string, found: Found, { after, limit }: Span): Promise<Listing> {
    const { entries, leftOut } = await this.#folder(folder, found);
    const start = after === undefined ? 0 : startBehind(entries, after);
    const files: ListedFile[] = [];
    const folders: string[] = [];
    const since = this.#now();
    let at = start;
    for (; at < Math.min(entries.length, start + limit); at++) {
      if (at > start && this.#now() - since >= PATIENCE) break;
      const { name, isFolder } = entries[at]!;
      if (isFolder) folders.push(name);
      else files.push(await this.#file(folder, name));
    }
    return {
      folder,
      folders,
      files,
      ...sum(entries),
      ...leftOut > 0 && { leftOut },
      ...at < entries.length && at > start && { next: cursorOf(entries[at - 1]!) },
    };
  }

  #folder(folder: string, found: Found): Promise<Folder> {
    const { root } = this.#options;
    return this.#folders.of(`/${folder}`, async () => {
      const sights = [await folderSight(root, folder)];
      return { value: await readFolder(root, folder, found), sights };
    });
  }

  async #file(folder: string, name: string): Promise<ListedFile> {
    const file = pathIn(folder, name);
    const kind = isPackage(name) ? "package" : isBare(name) ? "bare" : "other";
    try {
      const found = await findOrNothing(this.#options.root, file);
      const bytes = found && kind !== "package" ? { bytes: found.info.size } : {};
      if (name.includes("\\")) {
        throw new RequestError("BAD_REQUEST", "Cannot ask for a name that has a backslash");
      }
      return { name, kind, ...bytes, ...kind === "other" ? {} : await this.#card(file, name) };
    } catch (error) {
      return { name, kind, ...this.#failed(file, error) };
    }
  }

  #card(file: string, name: string): Promise<Card> {
    return this.#cards.of(file, async () => {
      const { library } = this.#options;
      if (!library.has(file)) return await this.#look(file, name);
      using title = await library.open(file);
      return { value: cardOf(title.presentation, name), sights: title.sights };
    });
  }

  /** Opens it past the library: a look at a folder must not drive out what people watch. */
  async #look(file: string, name: string): Promise<Observation<Card>> {
    const known = await this.#options.library.opener.open(file);
    await breath();
    const { sights } = known;
    if (!(known instanceof Title)) return { value: this.#failed(file, known.error), sights };
    try {
      return { value: cardOf(known.presentation, name), sights };
    } finally {
      known.drop();
    }
  }

  #failed(file: string, error: unknown): Card {
    const known = error instanceof MediaError || error instanceof RequestError;
    if (!known) this.#options.report(file, error);
    return cardOfError(error);
  }
}

/** Other requests come first: a title may have held the thread up for some milliseconds. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function cursorOf({ name, isFolder }: Entry): string {
  return isFolder ? `${name}/` : name;
}

/** Index of the first entry behind what `cursorOf` gave, also where that is gone by now. */
function startBehind(entries: readonly Entry[], after: string): number {
  const isFolder = after.endsWith("/");
  const last: Entry = { name: isFolder ? after.slice(0, -1) : after, isFolder };
  const start = entries.findIndex((entry) => compareEntries(entry, last) > 0);
  return start < 0 ? entries.length : start;
}

function sum(entries: readonly Entry[]): Pick<Listing, "total" | "presentation"> {
  const files = entries.filter(({ isFolder }) => !isFolder);
  const together = files.filter(({ name }) => playsTogether(name)).length;
  return {
    total: { folders: entries.length - files.length, files: files.length },
    ...together > 0 && together <= MOST_TOGETHER && { presentation: { files: together } },
  };
}

function folderSize({ entries }: Folder): number {
  return entries.reduce((size, { name }) => size + 64 + 2 * name.length, 0);
}

function cardSize(card: Card): number {
  return 2 * JSON.stringify(card).length;
}
