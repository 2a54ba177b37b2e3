/** Directory listings for tests. */

import { Ajv2020 } from "ajv/2020";
import { assert } from "@std/assert";
import { join } from "@std/path";
import { Library } from "../../lib/library/library.ts";
import {
  DirectoryListings,
  type Listing,
  type ListingQuery,
} from "../../lib/library/directory_listing.ts";
import type { ListedFile } from "../../lib/library/listed_file.ts";
import published from "../../lib/library/directory_listing.schema.json" with { type: "json" };
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { Devices } from "../../lib/storage/local/devices.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";
import { SlowFileSystem } from "../storage/local/slow_file_system.ts";
import type { TestApp } from "../server/fixture.ts";

const validate = new Ajv2020().compile(published);

/** Listings whose clock and file system the test controls. */
export class TestListings {
  readonly system = new SlowFileSystem();
  readonly errors: unknown[] = [];
  readonly library: Library;
  readonly listings: DirectoryListings;
  readonly #root: DocumentRoot;

  constructor(server: TestApp) {
    const root = this.#root = new DocumentRoot(
      new LocalStorage(server.root, new Devices(this.system)),
    );
    const now = () => this.system.time;
    const warn = () => {};
    this.library = new Library({
      root,
      serveDirectories: true,
      capacityBytes: 2 ** 24,
      maxOpenFiles: 64,
      warn,
      now,
    });
    const report = (_: string, error: unknown) => this.errors.push(error);
    this.listings = new DirectoryListings({ root, library: this.library, report, now });
  }

  async getPage(directory = "", query: Partial<ListingQuery> = {}): Promise<Listing> {
    const listing = await this.listings.getPage(directory, await this.#root.resolve(directory), {
      limit: 50,
      ...query,
    });
    assert(validate(listing), JSON.stringify(validate.errors));
    return listing;
  }

  /** Number of files opened so far. */
  get opened(): number {
    return this.system.calls.filter((call) => call === "openSync" || call === "open").length;
  }
}

/** Writes a file below the root. */
export function write(server: TestApp, name: string, text = "x"): void {
  Deno.writeTextFileSync(join(server.root, name), text);
}

/** Returns the entry of a file. */
export function getFile({ files }: Listing, name: string): ListedFile {
  const file = files.find((candidate) => candidate.name === name);
  assert(file, `no ${name} among ${files.map(({ name }) => name)}`);
  return file;
}
