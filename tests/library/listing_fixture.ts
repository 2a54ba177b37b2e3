/** Listings of a test's own. */

import { Ajv2020 } from "ajv/2020";
import { assert } from "@std/assert";
import { join } from "@std/path";
import { Library } from "../../lib/library/library.ts";
import {
  DirectoryListings,
  type ListedFile,
  type Listing,
  type ListingQuery,
} from "../../lib/library/directory_listing.ts";
import published from "../../lib/library/directory_listing.schema.json" with { type: "json" };
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";
import { SlowFileSystem } from "../storage/local/slow_file_system.ts";
import type { TestApp } from "../server/fixture.ts";

const validate = new Ajv2020().compile(published);

/** Listings on a clock, and a system, that the test moves. */
export class Shelf {
  readonly system = new SlowFileSystem();
  readonly troubles: unknown[] = [];
  readonly library: Library;
  readonly listings: DirectoryListings;
  readonly #root: DocumentRoot;

  constructor(server: TestApp) {
    const root = this.#root = new DocumentRoot(server.root, new LocalStorage(this.system));
    const now = () => this.system.time;
    const warn = () => {};
    this.library = new Library({
      root,
      directories: true,
      capacity: 2 ** 24,
      maxOpenFiles: 64,
      warn,
      now,
    });
    const report = (_: string, trouble: unknown) => this.troubles.push(trouble);
    this.listings = new DirectoryListings({ root, library: this.library, report, now });
  }

  async page(folder = "", span: Partial<ListingQuery> = {}): Promise<Listing> {
    const listing = await this.listings.getPage(folder, await this.#root.resolve(folder), {
      limit: 50,
      ...span,
    });
    assert(validate(listing), JSON.stringify(validate.errors));
    return listing;
  }

  /** How often files were opened until now. */
  get opened(): number {
    return this.system.calls.filter((call) => call === "openSync" || call === "open").length;
  }
}

/** Puts a file into the root. */
export function write(server: TestApp, name: string, text = "x"): void {
  Deno.writeTextFileSync(join(server.root, name), text);
}

/** What a page says of a file. */
export function fileOf({ files }: Listing, name: string): ListedFile {
  const file = files.find((candidate) => candidate.name === name);
  assert(file, `no ${name} among ${files.map(({ name }) => name)}`);
  return file;
}
