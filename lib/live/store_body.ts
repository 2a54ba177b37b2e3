/** Stores the body of a publisher's request, fragment by fragment, as it arrives. */

import type { LiveRequest } from "./publishers.ts";
import { FragmentReader } from "./fragments.ts";
import { IngestError } from "./ingest_error.ts";
import type { IngestMemory } from "./ingest_memory.ts";
import type { PublishRequest } from "./listener.ts";
import type { OpenChannel } from "./open_channel.ts";

/**
 * Resolves when all of the body is written.
 *
 * @throws IngestError and MediaError, after what was complete before the error is stored; errors of the file system
 */
export async function storeBody(
  request: PublishRequest,
  channel: OpenChannel,
  memory: IngestMemory,
): Promise<void> {
  const { publisher, stream } = request.publication;
  const { losses } = channel.disk;
  const live = channel.open(publisher, stream);
  try {
    await receive(request, { channel, live, memory });
    await waitUntilWritten(request.stopping, channel, live);
  } finally {
    channel.close(live);
  }
  if (channel.disk.losses > losses) {
    throw new IngestError("DISK_FULL", "Cannot store all of the body: the disk is full");
  }
}

interface Target {
  readonly channel: OpenChannel;
  readonly live: LiveRequest;
  readonly memory: IngestMemory;
}

async function receive(
  { body, publication, stopping }: PublishRequest,
  { channel, live, memory }: Target,
): Promise<void> {
  const reader = new FragmentReader(channel.findInit(live));
  const pieces = body[Symbol.asyncIterator]();
  using account = memory.open(publication.channel);
  let isBetween = true;
  while (true) {
    const next = pieces.next();
    const result = await (isBetween ? untilStopped(next, stopping) : next);
    if (!result) throw new IngestError("DRAINING", "Cannot receive more: publishing has ended");
    if (result.done) break;
    await account.acquire(result.value.length);
    const hasStored = store(reader, result.value, { channel, live });
    account.set(reader.heldBytes);
    isBetween = reader.isBetweenFragments || stopping.aborted && hasStored;
  }
  channel.store(live, reader.finish());
}

/** Returns true if the piece has completed something. */
function store(
  reader: FragmentReader,
  piece: Uint8Array,
  { channel, live }: Pick<Target, "channel" | "live">,
): boolean {
  try {
    const items = reader.push(piece);
    channel.store(live, items);
    return items.length > 0;
  } catch (error) {
    channel.store(live, reader.takeItems());
    throw error;
  }
}

/** Resolves to undefined once publishing is to end. */
async function untilStopped<T>(next: Promise<T>, stopping: AbortSignal): Promise<T | undefined> {
  if (stopping.aborted) {
    next.catch(() => {}); // the connection is closed soon
    return undefined;
  }
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
  const stop = () => resolve(undefined);
  stopping.addEventListener("abort", stop);
  next.then(resolve, reject);
  try {
    return await promise;
  } finally {
    stopping.removeEventListener("abort", stop);
  }
}

async function waitUntilWritten(
  stopping: AbortSignal,
  channel: OpenChannel,
  live: LiveRequest,
): Promise<void> {
  const flush = () => channel.flush();
  if (stopping.aborted) flush();
  stopping.addEventListener("abort", flush);
  await channel.waitUntilWritten(live);
  stopping.removeEventListener("abort", flush);
}
