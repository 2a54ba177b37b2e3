/** Opens the inputs of a package. */

import type { Console } from "../cli/console.ts";
import type { OriginConnections } from "../origins/origin_connections.ts";
import { digestContent } from "../storage/content_digest.ts";
import { openFile } from "../storage/local/file.ts";
import type { Source } from "../storage/source.ts";
import { watchReads } from "./progress_source.ts";
import { RememberedSource, withRemembered } from "./remembered_source.ts";
import type { ResolvedInput } from "./resolve_paths.ts";

/** Returns the digest of all bytes of a file, by its name in the package. */
export type ContentDigest = (file: string, source: Source) => Promise<string>;

export interface InputFilesOptions {
  readonly inputs: readonly ResolvedInput[];
  readonly progress?: Console["progress"];
  /** What the progress line says first. */
  readonly prefix?: string;
  /** Opens remote inputs. */
  readonly origins?: OriginConnections;
  /** Called before each read; what it throws ends the work. */
  readonly check?: () => void;
}

/** Remote files stay open until it is disposed of: opening one again reads what is known of it. */
export class InputFiles implements Disposable {
  readonly #options: InputFilesOptions;
  /** By the name in the package, as the following. */
  readonly #remote = new Map<string, RememberedSource>();
  readonly #digests = new Map<string, Promise<string>>();
  #isRemembering = true;

  constructor(options: InputFilesOptions) {
    this.#options = options;
  }

  /** @throws MediaError */
  async open(name: string): Promise<Source> {
    const { inputs, progress, prefix = "", check, origins } = this.#options;
    const index = inputs.findIndex((input) => input.name === name);
    const { path, file, remote } = inputs[index]!;
    const position = `${prefix}${index + 1} of ${inputs.length}`;
    const watch = (source: Source) => watchReads(source, { position, progress, check });
    if (!remote) return watch(openFile(path, file));
    const known = this.#remote.get(name) ??
      new RememberedSource(watch(await origins!.open(remote, { file })));
    this.#remote.set(name, known);
    return this.#isRemembering ? keepOpen(known) : known.now;
  }

  /** Returns the digest of a file, of which remote ones are read once. */
  digest(name: string, source: Source): Promise<string> {
    const known = this.#digests.get(name) ??
      digestContent(this.#remote.get(name)?.original ?? source);
    this.#digests.set(name, known);
    return known;
  }

  /** Repeats work with synchronous sources of all files until what it reads is known. */
  async withRemembered<T>(work: () => Promise<T>): Promise<T> {
    this.#isRemembering = false;
    return await withRemembered(() => [...this.#remote.values()], work);
  }

  [Symbol.dispose](): void {
    for (const source of this.#remote.values()) source.close();
  }
}

function keepOpen(source: RememberedSource): Source {
  const { name, size, etag, synchronous } = source;
  const read: Source["read"] = (offset, into) => source.read(offset, into);
  return { name, size, etag, synchronous, read, close() {} };
}
