/** The manifests of one publisher: which stream a file belongs to. */

import { getPathDirectory, relatePath } from "./manifest_path.ts";
import {
  type PushedManifest,
  type PushedStream,
  type StreamDeclaration,
  toStreamName,
} from "./pushed_manifest.ts";

/** Manifests of one publisher: each media playlist is one. */
const MAX_MANIFESTS = 200;

/** Characters of all manifests of one publisher. */
const MAX_TEXT = 8 * 2 ** 20;

/** Streams of all manifests of one publisher. An MPD has 100 at most; each is compared with all others. */
const MAX_STREAMS = 400;

export interface KnownFile {
  readonly stream: string;
  readonly isInit: boolean;
}

interface KnownStream {
  /** Name under which it is stored. */
  readonly name: string;
  readonly pushed: PushedStream;
}

interface KnownManifest {
  readonly path: string;
  readonly directory: string;
  readonly textLength: number;
  readonly receivedAt: number;
  readonly streams: readonly KnownStream[];
  /** Names of all its streams since it was first put. */
  readonly names: ReadonlySet<string>;
  readonly declarations: PushedManifest["declarations"];
}

export interface ReceivedManifest {
  /** Decoded, behind the key. */
  readonly path: string;
  readonly textLength: number;
  /** In µs of the monotonic clock. */
  readonly receivedAt: number;
  readonly manifest: PushedManifest;
}

interface NamedStreams {
  /** Returns the stream that has the init segment of a stream already, by a test of its path. */
  findOwner(isInit: (path: string) => boolean): string | undefined;
  /** Returns true if the archive has a stream of that name. */
  isStored(stream: string): boolean;
}

export class KnownManifests {
  /** By path; the one that was put first is first. */
  readonly #all = new Map<string, KnownManifest>();
  readonly #named: NamedStreams;

  constructor(named: NamedStreams) {
    this.#named = named;
  }

  add({ path, textLength, receivedAt, manifest }: ReceivedManifest): void {
    const directory = getPathDirectory(path);
    const isSingle = manifest.streams.length === 1;
    const streams = manifest.streams.map((pushed) => ({
      name: this.#nameStream(path, pushed, isSingle),
      pushed,
    }));
    const before = this.#all.get(path)?.names ?? [];
    const names = new Set([...before, ...streams.map(({ name }) => name)].slice(-1000));
    const { declarations } = manifest;
    this.#all.set(path, {
      ...{ path, directory, textLength, receivedAt, streams, names, declarations },
    });
    this.#forget();
  }

  /**
   * Returns the stream of a file: that of a manifest that names it, else of the only one that expects it. Undefined if none does, or
   * two streams of one manifest do.
   */
  find(path: string): KnownFile | undefined {
    const named = this.#match(path, ({ pushed }, it) => pushed.isInit(it) || pushed.isSegment(it));
    if (named.length > 0) return this.#choose(named, path);
    const expected = this.#match(path, ({ pushed }, it) => pushed.isExpected(it));
    const names = new Set(expected.flat().map(({ name }) => name));
    return names.size === 1 ? { stream: [...names][0]!, isInit: false } : undefined;
  }

  /** Returns true if a manifest was put in the directory of a file or above, at or after a time in µs. */
  hasNear(path: string, since = -Infinity): boolean {
    return [...this.#all.values()].some(({ directory, receivedAt }) =>
      receivedAt >= since && path.startsWith(directory)
    );
  }

  /** Returns the names of all streams that a manifest ever had. */
  listNames(path: string): string[] {
    return [...this.#all.get(path)?.names ?? []];
  }

  /** Returns what the manifests declare of all streams, by name. */
  listDeclarations(): Map<string, StreamDeclaration> {
    const declared = new Map<string, StreamDeclaration>();
    for (const { path, streams } of this.#all.values()) {
      for (const { name, pushed } of streams) {
        const others = [...this.#all.values()].flatMap(({ directory, declarations }) =>
          declarations.get(relatePath(directory, path)) ?? []
        );
        const all = [declared.get(name) ?? {}, pushed.declaration, ...others];
        declared.set(name, all.reduce((joined, other) => ({ ...joined, ...other }), {}));
      }
    }
    return declared;
  }

  /** Manifests that name a file, each with its streams that do. */
  #match(path: string, isOf: (stream: KnownStream, relative: string) => boolean): KnownStream[][] {
    return [...this.#all.values()].flatMap(({ directory, streams }) => {
      const relative = relatePath(directory, path);
      const matches = streams.filter((stream) => isOf(stream, relative));
      return matches.length > 0 ? [matches] : [];
    });
  }

  /** Chooses the stream that the archive has, else the first one, where manifests name the same files in two ways. */
  #choose(matches: readonly KnownStream[][], path: string): KnownFile | undefined {
    const unique = matches.filter(({ length }) => length === 1).flat();
    const stream = unique.find(({ name }) => this.#named.isStored(name)) ?? unique[0];
    if (!stream) return undefined;
    const isInit = [...this.#all.values()].some(({ directory, streams }) =>
      streams.includes(stream) && stream.pushed.isInit(relatePath(directory, path))
    );
    return { stream: stream.name, isInit };
  }

  /** A stream keeps the name under which its first file was stored. Those of one name in two directories are named by these, too. */
  #nameStream(path: string, { name, isInit }: PushedStream, isSingle: boolean): string {
    const directory = getPathDirectory(path);
    const owner = this.#named.findOwner((file) => isInit(relatePath(directory, file)));
    if (owner !== undefined) return owner;
    const prefix = directory.replaceAll("/", "-");
    const long = toStreamName(prefix + name);
    if (this.#named.isStored(long)) return long;
    const own = toStreamName(prefix.slice(0, -1));
    if (isSingle && !this.#named.isStored(name) && this.#named.isStored(own)) return own;
    const isTaken = [...this.#all.values()].some((other) =>
      other.path !== path && other.streams.some((it) => it.name === name)
    );
    return isTaken ? long : name;
  }

  #forget(): void {
    const all = [...this.#all.values()];
    let text = all.reduce((sum, { textLength }) => sum + textLength, 0);
    let count = all.reduce((sum, { streams }) => sum + streams.length, 0);
    for (const [path, { textLength, streams }] of this.#all) {
      const isFew = this.#all.size <= MAX_MANIFESTS && count <= MAX_STREAMS;
      if (this.#all.size === 1 || isFew && text <= MAX_TEXT) break;
      this.#all.delete(path);
      text -= textLength;
      count -= streams.length;
    }
  }
}
