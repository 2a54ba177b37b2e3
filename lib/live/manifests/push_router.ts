/** Decides which stream the files of one publisher belong to: manifests name them, or their directory does. */

import { IngestError } from "../ingest_error.ts";
import type { LiveInit } from "../media/live_init.ts";
import type { BodyKind } from "./body_start.ts";
import { InitFiles, type OwnedInit } from "./init_files.ts";
import { KnownManifests, type ReceivedManifest } from "./known_manifests.ts";
import { getPathDirectory } from "./manifest_path.ts";
import type { StreamDeclaration } from "./pushed_manifest.ts";
import { type PushedFile, type RoutedStream, SegmentWait } from "./segment_wait.ts";
import { StreamEnds } from "./stream_ends.ts";
import { StreamTurns } from "./stream_turns.ts";

/** In µs: how long a segment waits for its manifest after it is whole, where its init segment or a manifest is there. */
const MAX_WAIT = 30e6;

/** In µs: after that, a segment without init segment or manifest is rejected, and one whose directory has one init segment is CMAF. */
const MAX_MANIFEST_DELAY = 1e6;

/** In µs: a body that is not whole by then is no segment of a manifest that is to come, but a long request of CMAF. */
const MAX_SEGMENT = 10e6;

/** Segments of one publisher in memory that wait, in bytes. */
const MAX_HELD_BYTES = 64 * 2 ** 20;

/** What the archive has of the publisher. */
export interface StoredStreams {
  /** Returns true if the init segment of a stream is known. */
  hasInit(stream: string): boolean;
  /** True if the broadcast of before a restart is open, and has some. */
  readonly hasResumed: boolean;
}

export interface ManifestChanges {
  /** Init segments whose streams are known now. */
  readonly inits: readonly OwnedInit[];
  /** By name of the stream. */
  readonly declarations: ReadonlyMap<string, StreamDeclaration>;
}

export class PushRouter {
  readonly #stored: StoredStreams;
  readonly #manifests: KnownManifests;
  readonly #inits = new InitFiles();
  /** Streams that are named by their directories. */
  readonly #plain = new Set<string>();
  readonly #waits = new Set<SegmentWait>();
  readonly ends = new StreamEnds();
  readonly turns = new StreamTurns();
  /** Bytes of segments that wait. */
  heldBytes = 0;

  constructor(stored: StoredStreams) {
    this.#stored = stored;
    this.#manifests = new KnownManifests({
      findOwner: (isInit) => this.#inits.findOwner(isInit),
      isStored: (stream) => stored.hasInit(stream),
    });
  }

  /** Returns the stream of a segment that can be stored as it arrives; undefined for init segments, too. */
  findReady(path: string): string | undefined {
    const known = this.#manifests.find(path);
    if (!known) return this.#inits.getOwner(path);
    return known.isInit || !this.#isReady(known.stream) ? undefined : known.stream;
  }

  /** Returns the stream of an init segment that a manifest names. */
  findInit(path: string): string | undefined {
    const known = this.#manifests.find(path);
    return known?.isInit ? known.stream : undefined;
  }

  /** Decides the stream of a file with init segment and fragments, or of a body that is neither. */
  decideMovie({ path, ownStream }: PushedFile, kind: BodyKind): string {
    const known = this.#manifests.find(path);
    if (known) return known.stream;
    if (kind === "movie") {
      this.#inits.setOwner(path, ownStream);
      this.#plain.add(ownStream);
    }
    return ownStream;
  }

  /**
   * Takes an init segment. Returns its stream; undefined while it is not known: what its directory was does not count then.
   */
  addInit({ path, ownStream }: PushedFile, init: LiveInit, now: number): string | undefined {
    const stream = this.#manifests.find(path)?.stream ?? this.#inits.getOwner(path);
    if (stream !== undefined) this.#inits.setOwner(path, stream);
    else {
      this.#inits.add(path, { init, receivedAt: now });
      this.#plain.delete(ownStream);
    }
    return stream;
  }

  /** Records that an init segment cannot be stored: the segments of its stream do not wait for it. */
  rejectInit({ path }: PushedFile): void {
    this.#inits.reject(path);
  }

  /** After what it returns is stored, `update()` is to be called. */
  addManifest(received: ReceivedManifest): ManifestChanges {
    const { path, manifest, receivedAt } = received;
    this.#manifests.add(received);
    const names = this.#manifests.listNames(path);
    if (manifest.isOver) this.ends.add(names, receivedAt);
    else this.ends.remove(names);
    return {
      inits: this.#inits.takeKnown((file) => this.#manifests.find(file)?.stream),
      declarations: this.#manifests.listDeclarations(),
    };
  }

  /** True if another so many bytes may wait. */
  mayHold(bytes: number): boolean {
    return this.heldBytes + bytes <= MAX_HELD_BYTES;
  }

  /** Returns the decision at once where there is one. */
  decide(file: PushedFile, now: number): RoutedStream | undefined {
    return this.#decide({ ...file, wholeAt: undefined }, now, now);
  }

  /** Waits for the decision. `decided` rejects with `INIT_MISSING`, and with what `reject()` is given. */
  wait(file: PushedFile, now: number): SegmentWait {
    const wait = new SegmentWait(file, now);
    this.#waits.add(wait);
    return wait;
  }

  /** Ends a wait, whatever is decided; with an error, `decided` rejects. */
  stopWaiting(wait: SegmentWait, error?: unknown): void {
    this.#waits.delete(wait);
    wait.reject(error);
  }

  /** Decides what can be decided. To be called four times a second, and after manifests. */
  update(now: number): void {
    this.turns.update(now);
    for (const wait of this.#waits) {
      const routed = this.#decide(wait, wait.arrivedAt, now);
      if (routed) wait.resolve(routed);
      else if (this.#isOverdue(wait, now)) wait.reject(createInitMissing());
      if (wait.isDecided) this.#waits.delete(wait);
    }
  }

  /** Ends all waits. */
  reject(error: IngestError): void {
    for (const wait of this.#waits) this.stopWaiting(wait, error);
  }

  #decide(
    { path, ownStream, wholeAt }: Pick<SegmentWait, "path" | "ownStream" | "wholeAt">,
    arrivedAt: number,
    now: number,
  ): RoutedStream | undefined {
    const known = this.#manifests.find(path);
    if (known) return this.#isReady(known.stream) ? { stream: known.stream, inits: [] } : undefined;
    const own = this.#inits.take(path, ownStream);
    if (own.length > 0) return { stream: ownStream, inits: own };
    const decided = listOwnNames(path, ownStream).find((name) => this.#isOwn(path, name));
    if (decided !== undefined) return { stream: decided, inits: [] };
    const isLate = now - (wholeAt ?? Infinity) >= MAX_MANIFEST_DELAY ||
      now - arrivedAt >= MAX_SEGMENT;
    return isLate ? this.#decideLate(path, ownStream) : undefined;
  }

  /** A manifest may be read before an init segment that was sent before it. */
  #isReady(stream: string): boolean {
    return this.#stored.hasInit(stream) ||
      this.#inits.listRejected().some((path) => this.#manifests.find(path)?.stream === stream);
  }

  /** After a restart, the archive may have a stream of the name of a directory that a manifest named: a segment waits for that. */
  #isOwn(path: string, name: string): boolean {
    return this.#plain.has(name) || getPathDirectory(path) === "" && this.#stored.hasInit(name);
  }

  /** Decides whether a directory is that of a stream of CMAF. */
  #decideLate(path: string, ownStream: string): RoutedStream | undefined {
    const [init, ...others] = this.#inits.list(getPathDirectory(path));
    if (init) {
      if (others.length > 0 || this.#manifests.hasNear(path, init.receivedAt)) return undefined;
      const stream = listOwnNames(path, ownStream).at(-1)!;
      this.#plain.add(stream);
      return { stream, inits: this.#inits.take(init.path, stream) };
    }
    if (this.#manifests.hasNear(path) || !this.#stored.hasInit(ownStream)) return undefined;
    this.#plain.add(ownStream);
    return { stream: ownStream, inits: [] };
  }

  #isOverdue({ path, wholeAt, arrivedAt }: SegmentWait, now: number): boolean {
    const isExpected = this.#stored.hasResumed || this.#manifests.hasNear(path) ||
      this.#inits.list(getPathDirectory(path)).length > 0;
    return isExpected
      ? now - (wholeAt ?? Infinity) >= MAX_WAIT
      : now - arrivedAt >= MAX_MANIFEST_DELAY;
  }
}

/** Segments next to the key are named by their encoder, and numbered: `feed-12` is of `feed`. */
function listOwnNames(path: string, ownStream: string): string[] {
  if (getPathDirectory(path) !== "") return [ownStream];
  return [ownStream, ownStream.replace(/(?<=.)[-_]?\d+$/, "")];
}

function createInitMissing(): IngestError {
  return new IngestError(
    "INIT_MISSING",
    "Cannot store a segment before the init segment of its stream, or a manifest that names it",
  );
}
