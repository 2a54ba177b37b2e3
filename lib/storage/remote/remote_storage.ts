import { MediaError } from "../../errors.ts";
import type { Source } from "../source.ts";
import type {
  OpenOptions,
  StatOptions,
  Storage,
  StorageTraits,
  StoredEntry,
  StoredFile,
} from "../storage.ts";
import { resolveRemotePath } from "./object_url.ts";
import type { RemoteFile } from "./range_reader.ts";
import { formatVersion, type FoundEntry, isStrong } from "./remote_files.ts";
import { RemoteSource } from "./remote_source.ts";
import type { StoragePort } from "./storage_port.ts";

/** The files of a mount, which another thread reads. Methods also throw SourceError. */
export class RemoteStorage implements Storage {
  readonly #port: StoragePort;
  readonly #mount: string;
  readonly #traits: StorageTraits;

  constructor(port: StoragePort, mount: string, { sidecars = false } = {}) {
    this.#port = port;
    this.#mount = mount;
    this.#traits = { remote: true, sidecars };
  }

  resolve(directory: string, name: string): string {
    return resolveRemotePath(directory, name);
  }

  async stat(
    path: string,
    _name?: string,
    options?: StatOptions,
  ): Promise<StoredFile | undefined> {
    const entry = await this.#find(path, options);
    if (!entry) return undefined;
    return entry.kind === "file"
      ? new RemoteStatus(entry.file)
      : createDirectory(path, entry.digest);
  }

  async list(path: string): Promise<readonly StoredEntry[] | undefined> {
    const mount = this.#mount;
    return (await this.#port.ask({ kind: "list", mount, path })).entries;
  }

  async open(path: string, name: string, { resolved }: OpenOptions = {}): Promise<Source> {
    const known = resolved instanceof RemoteStatus && resolved.path === path ? resolved : undefined;
    const file = known?.file ?? await this.#findFile(path, name);
    const source = new RemoteSource({ name, mount: this.#mount, file, port: this.#port });
    if (!resolved || known || resolved.size === file.size) return source;
    throw new MediaError("Cannot open this file: it was changed a moment ago", "MEDIA_READ")
      .inFile(name);
  }

  /** Requests fail while an origin does not respond; what is cached does not. */
  isGone(): Promise<boolean> {
    return Promise.resolve(false);
  }

  getTraits(): StorageTraits {
    return this.#traits;
  }

  async #find(path: string, options?: StatOptions): Promise<FoundEntry> {
    const mount = this.#mount;
    return (await this.#port.ask({ kind: "stat", mount, path, ...options })).entry;
  }

  async #findFile(path: string, name: string): Promise<RemoteFile> {
    const entry = await this.#find(path);
    if (!entry) throw new MediaError("Cannot find this file", "MEDIA_MISSING").inFile(name);
    if (entry.kind === "file") return entry.file;
    throw new MediaError("Cannot open this file: it is not a regular file", "MEDIA_READ")
      .inFile(name);
  }
}

class RemoteStatus implements StoredFile {
  readonly kind = "file";

  constructor(readonly file: RemoteFile) {}

  get path(): string {
    return this.file.path;
  }

  get size(): number {
    return this.file.size;
  }

  get modifiedAtMs(): number | undefined {
    return this.file.modifiedAtMs;
  }

  get fingerprint(): string {
    return formatVersion(this.file);
  }

  get identity(): string {
    return formatVersion(this.file);
  }

  get contentTag(): string | undefined {
    const { etag } = this.file;
    return isStrong(etag) ? etag : undefined;
  }
}

function createDirectory(path: string, digest = ""): StoredFile {
  const fingerprint = `${path}/ ${digest}`;
  const [kind, size, modifiedAtMs] = ["directory" as const, 0, undefined];
  return { path, kind, size, modifiedAtMs, fingerprint, identity: fingerprint };
}
