/** Stores the body of a publisher's request, fragment by fragment, as it arrives. */

import { FragmentReader } from "./media/fragments.ts";
import { IngestError } from "./ingest_error.ts";
import type { IngestMemory } from "./ingest_memory.ts";
import type { ItemReader, PushedItem } from "./media/pushed_item.ts";
import type { PublishRequest } from "./listener.ts";
import type { OpenChannel } from "./open_channel.ts";
import { PieceWait } from "./piece_wait.ts";
import type { Publication } from "./publisher.ts";
import type { LiveRequest } from "./segmenter/publishers.ts";
import type { WorkPauses } from "../work_pauses.ts";

/** In bytes: what is read between two looks at the clock. */
const MAX_PART_BYTES = 4096;

/**
 * Resolves when all of the body is written.
 *
 * @throws IngestError and MediaError, after what was complete before the error is stored; errors of the file system
 */
export async function storeBody(
  request: PublishRequest,
  channel: OpenChannel,
  services: BodyServices,
): Promise<void> {
  const { losses } = channel.disk;
  const { publication } = request;
  const reader = request.reader ?? new FragmentReader(() => channel.findInit(publication));
  const end = channel.startRequest();
  const items = new ItemWriter(channel, publication);
  try {
    await receive(request, { ...services, reader, items });
    await items.waitUntilWritten(request.stopping);
  } finally {
    items.close();
    end();
  }
  if (channel.disk.losses > losses) {
    throw new IngestError("DISK_FULL", "Cannot store all of the body: the disk is full");
  }
}

export interface BodyServices {
  readonly memory: IngestMemory;
  /** Let other publishers have their turn: a body can be millions of fragments of a byte. */
  readonly pauses?: WorkPauses | undefined;
  /** Called for each piece of the body that is not empty. */
  readonly onReceived?: () => void;
}

interface Target extends BodyServices {
  readonly items: ItemWriter;
  readonly reader: ItemReader;
}

/** Stores what is complete also if the rest cannot be received. */
async function receive(request: PublishRequest, target: Target): Promise<void> {
  const { reader, items } = target;
  try {
    await receivePieces(request, target);
    items.store(reader.finish());
  } catch (error) {
    items.store(reader.takeItems());
    throw error;
  }
  items.finish();
}

async function receivePieces(
  { body, publication, stopping }: PublishRequest,
  { reader, items, memory, pauses, onReceived }: Target,
): Promise<void> {
  const pieces = body[Symbol.asyncIterator]();
  using account = memory.open(publication.channel);
  using wait = new PieceWait(stopping);
  let isBetween = true;
  while (true) {
    const next = pieces.next();
    const piece = isBetween ? wait.untilStopped(next) : next;
    const { done, value } = await (pauses?.waitFor(piece) ?? piece);
    if (done) break;
    if (value.length > 0) {
      onReceived?.();
      await account.acquire(value.length);
    } else account.check();
    let hasStored = false;
    for (const part of split(value)) {
      const pushed = reader.push(part);
      items.store(pushed);
      if (pushed.length > 0) hasStored = true;
      const pause = pauses?.check();
      if (pause) await pause;
    }
    if (hasStored) account.set(0); // what is held now is another fragment, whose time begins
    account.set(reader.heldBytes);
    isBetween = reader.isBetweenFragments || stopping.aborted && hasStored;
  }
}

/** An empty piece stays one: something may have become due. */
function* split(piece: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at === 0 || at < piece.length; at += MAX_PART_BYTES) {
    yield piece.subarray(at, at + MAX_PART_BYTES);
  }
}

/**
 * Opens the request with its first fragment. Until then the request before it for the stream may end, whose bytes were received
 * on another connection: both are of one encoder, which is no standby of itself.
 */
class ItemWriter {
  readonly #channel: OpenChannel;
  readonly #publication: Publication;
  #inits: PushedItem[] = [];
  #live: LiveRequest | undefined;

  constructor(channel: OpenChannel, publication: Publication) {
    this.#channel = channel;
    this.#publication = publication;
  }

  store(items: readonly PushedItem[]): void {
    for (const item of items) {
      if (item.kind === "init") this.#channel.checkInit(this.#publication.stream, item.init);
      if (item.kind === "init" && !this.#live) this.#inits.push(item);
      else this.#channel.store(this.#open(), [item]);
    }
  }

  /** Stores an init segment without fragments. */
  finish(): void {
    if (this.#inits.length > 0) this.#open();
  }

  async waitUntilWritten(stopping: AbortSignal): Promise<void> {
    if (!this.#live) return;
    const flush = () => this.#channel.flush();
    if (stopping.aborted) flush();
    stopping.addEventListener("abort", flush);
    try {
      await this.#channel.waitUntilWritten(this.#live);
    } finally {
      stopping.removeEventListener("abort", flush);
    }
  }

  close(): void {
    if (this.#live) this.#channel.close(this.#live);
  }

  #open(): LiveRequest {
    const { publisher, stream } = this.#publication;
    const live = this.#live ??= this.#channel.open(publisher, stream);
    this.#channel.store(live, this.#inits.splice(0));
    return live;
  }
}
