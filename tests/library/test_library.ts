import type { Asset } from "../../lib/library/asset.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { Library, type LibraryOptions } from "../../lib/library/library.ts";
import type { TestApp } from "../server/fixture.ts";
import { openAsset } from "../open_asset.ts";

/** A library whose clock the test sets. */
export class TestLibrary {
  time = 0;
  readonly warnings: string[] = [];
  readonly library: Library;

  constructor(server: TestApp, options: Partial<LibraryOptions> = {}) {
    this.library = new Library({
      root: new DocumentRoot(server.app.root.storage),
      serveDirectories: true,
      capacityBytes: 2 ** 24,
      maxOpenFiles: 64,
      warn: (file, warning) => this.warnings.push(`${file}: ${warning}`),
      now: () => this.time,
      ...options,
    });
  }

  /** Opens an asset and releases it at once. */
  async open(file: string, version?: string): Promise<Asset> {
    using asset = await openAsset(this.library, file, version);
    return asset;
  }
}
