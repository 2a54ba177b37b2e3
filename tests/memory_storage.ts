/** A storage in memory with the latency of a network, by a fake clock. It counts requests. */

import { MediaError, RequestError } from "../lib/errors.ts";
import type { Source } from "../lib/storage/source.ts";
import type {
  FileKind,
  OpenOptions,
  Storage,
  StoredEntry,
  StoredFile,
} from "../lib/storage/storage.ts";
import type { TestFiles } from "./test_files.ts";

export interface StorageRequest {
  readonly kind: "stat" | "list" | "open" | "read";
  readonly path: string;
  /** Bytes read. */
  readonly size: number;
}

/** What names lead to: like an inode, it outlives its names while it is open. */
interface MemoryNode {
  readonly kind: FileKind | "link";
  readonly id: number;
  bytes: Uint8Array;
  readonly target: string;
  modifiedAtMs: number;
  changes: number;
  /** Changes of content and modification time. */
  writes: number;
}

const ROOT = "root";

/** A path with more links is a loop. */
const MAX_LINKS = 40;

export class MemoryStorage implements Storage, TestFiles {
  /** The fake clock. Requests that are made at the same time also complete at the same time. */
  timeMs = 0;
  latencyMs = 20;
  gone = false;
  /** Returns what a request waits for. */
  hold?: (request: StorageRequest) => Promise<void> | undefined;
  readonly requests: StorageRequest[] = [];
  /** By path, from the parent of the root. */
  readonly #nodes = new Map<string, MemoryNode>();
  #lastId = 0;

  constructor() {
    for (const path of [".", ROOT, "outside"]) this.#add(normalize(path), "directory");
  }

  /** Bytes of all reads. */
  get bytesRead(): number {
    return this.requests.reduce((sum, { size }) => sum + size, 0);
  }

  resolve(directory: string, name: string): string {
    const path = name.startsWith("/") ? name : `${ROOT}/${directory}/${name}`;
    return toRelative(normalize(path), name);
  }

  async stat(path: string, name: string): Promise<StoredFile | undefined> {
    await this.#request({ kind: "stat", path, size: 0 });
    const real = this.#follow(path);
    const node = real === undefined ? undefined : this.#nodes.get(real);
    if (real === undefined || !node || node.kind === "link") return undefined;
    const { kind, id, bytes, modifiedAtMs, changes } = node;
    const size = bytes.length;
    const fingerprint = [real, id, size, modifiedAtMs, changes].join();
    const identity = [real, id].join();
    return { path: toRelative(real, name), kind, size, modifiedAtMs, fingerprint, identity };
  }

  isGone(): Promise<boolean> {
    return Promise.resolve(this.gone);
  }

  async list(path: string): Promise<readonly StoredEntry[] | undefined> {
    await this.#request({ kind: "list", path, size: 0 });
    const directory = toAbsolute(path);
    if (this.#nodes.get(directory)?.kind !== "directory") return undefined;
    return [...this.#nodes].filter(([path]) => path !== "" && getParent(path) === directory)
      .map(([path, { kind }]) => ({ name: path.slice(path.lastIndexOf("/") + 1), kind }));
  }

  async open(path: string, name: string, options: OpenOptions = {}): Promise<Source> {
    await this.#request({ kind: "open", path, size: 0 });
    const node = this.#nodes.get(toAbsolute(path));
    if (!node) throw new MediaError("Cannot find this file", "MEDIA_MISSING").inFile(name);
    if (node.kind !== "file") {
      throw new MediaError("Cannot open this file: it is not a regular file", "MEDIA_READ")
        .inFile(name);
    }
    const { writes } = node;
    const read = async (offset: number, into: Uint8Array) => {
      await this.#request({ kind: "read", path, size: into.length });
      readNode(node, offset, into);
      if (options.growing || node.writes === writes) return;
      throw new MediaError(
        `Cannot read byte ${offset}: the file was changed while it was open`,
        "MEDIA_READ",
      );
    };
    const readSize = async () => {
      await this.#request({ kind: "read", path, size: 0 });
      return node.bytes.length;
    };
    return new MemorySource(name, node.bytes.length, { read, readSize });
  }

  async #request(request: StorageRequest): Promise<void> {
    this.requests.push(request);
    const completedAtMs = this.timeMs + this.latencyMs;
    await this.hold?.(request);
    this.timeMs = Math.max(this.timeMs, completedAtMs);
  }

  /** Returns the path without links; undefined if there is nothing. */
  #follow(path: string): string | undefined {
    const left = [...toNames(ROOT), ...toNames(path)];
    let real = "";
    for (let links = 0; left.length > 0;) {
      if (this.#nodes.get(real)?.kind !== "directory") return undefined;
      const next = normalize(`${real}/${left.shift()!}`);
      const node = this.#nodes.get(next);
      if (!node || node.kind === "link" && ++links > MAX_LINKS) return undefined;
      if (node.kind === "link") left.unshift(...toNames(node.target));
      else real = next;
    }
    return real;
  }

  read(path: string): Uint8Array {
    return this.#get(path).bytes.slice();
  }

  write(path: string, content: string | Uint8Array): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
    const at = toAbsolute(path);
    this.#makeDirectories(getParent(at));
    const node = this.#nodes.get(at) ?? this.#add(at, "file");
    node.bytes = bytes;
    node.writes++;
    touch(node);
  }

  makeDirectory(path: string): void {
    this.#makeDirectories(toAbsolute(path));
  }

  #makeDirectories(path: string): void {
    if (this.#nodes.has(path)) return;
    this.#makeDirectories(getParent(path));
    this.#add(path, "directory");
  }

  link(target: string, path: string): void {
    const at = toAbsolute(path);
    this.#makeDirectories(getParent(at));
    this.#add(at, "link", target);
  }

  rename(from: string, to: string): void {
    const [source, target] = [toAbsolute(from), toAbsolute(to)];
    for (const [path, node] of [...this.#nodes]) {
      if (path !== source && !path.startsWith(`${source}/`)) continue;
      this.#nodes.delete(path);
      this.#nodes.set(target + path.slice(source.length), node);
      node.changes++;
    }
    for (const path of [source, target]) touch(this.#nodes.get(getParent(path))!);
  }

  remove(path: string): void {
    const removed = toAbsolute(path);
    this.#get(path);
    for (const path of [...this.#nodes.keys()]) {
      if (path === removed || path.startsWith(`${removed}/`)) this.#nodes.delete(path);
    }
    touch(this.#nodes.get(getParent(removed))!);
  }

  setModifiedAt(path: string, seconds: number): void {
    const node = this.#get(path);
    node.modifiedAtMs = 1000 * seconds;
    node.changes++;
    node.writes++;
  }

  [Symbol.dispose](): void {}

  #add(path: string, kind: MemoryNode["kind"], target = ""): MemoryNode {
    const bytes = new Uint8Array(0);
    const id = ++this.#lastId;
    const modifiedAtMs = Date.now();
    const node = { kind, id, bytes, target, modifiedAtMs, changes: 0, writes: 0 };
    this.#nodes.set(path, node);
    const parent = path === "" ? undefined : this.#nodes.get(getParent(path));
    if (parent) touch(parent);
    return node;
  }

  #get(path: string): MemoryNode {
    const node = this.#nodes.get(toAbsolute(path));
    if (node) return node;
    throw new Error(`no '${path}' in memory`);
  }
}

class MemorySource implements Source {
  readonly synchronous = false;
  #closed = false;

  constructor(
    readonly name: string,
    readonly size: number,
    readonly node: {
      readonly read: (offset: number, into: Uint8Array) => Promise<void>;
      readonly readSize: () => Promise<number>;
    },
  ) {}

  readSize(): Promise<number> {
    return this.node.readSize();
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    if (this.#closed) {
      throw new MediaError("Cannot read from a closed file", "MEDIA_READ").inFile(this.name);
    }
    try {
      await this.node.read(offset, into);
    } catch (error) {
      throw error instanceof MediaError ? error.inFile(this.name) : error;
    }
  }

  close(): void {
    this.#closed = true;
  }
}

function readNode({ bytes }: MemoryNode, offset: number, into: Uint8Array): void {
  if (offset + into.length > bytes.length) {
    const why = `Cannot read byte ${Math.max(offset, bytes.length)}: the file ends before it`;
    throw new MediaError(why, "MEDIA_READ");
  }
  into.set(bytes.subarray(offset, offset + into.length));
}

function touch(node: MemoryNode): void {
  node.modifiedAtMs = Date.now();
  node.changes++;
}

function toNames(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

function normalize(path: string): string {
  const names: string[] = [];
  for (const name of toNames(path)) {
    if (name === "..") names.pop();
    else names.push(name);
  }
  return names.join("/");
}

function getParent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function toAbsolute(path: string): string {
  return normalize(`${ROOT}/${path}`);
}

function toRelative(path: string, name: string): string {
  if (path === ROOT) return "";
  if (path.startsWith(`${ROOT}/`)) return path.slice(ROOT.length + 1);
  throw new RequestError("FORBIDDEN", `Cannot serve '${name}': it is outside the document root`);
}
