/** Stores what publishers put file by file: segments, init segments and manifests. */

import { FragmentReader } from "../media/fragments.ts";
import { storeItems } from "../item_target.ts";
import type { PublishRequest } from "../listener.ts";
import type { LiveInit } from "../media/live_init.ts";
import type { OpenChannel } from "../open_channel.ts";
import { PieceWait } from "../piece_wait.ts";
import { hasDeclaredStream } from "../http/publishing_url.ts";
import { type BodyServices, storeBody } from "../store_body.ts";
import { type BodyKind, BodyStart } from "./body_start.ts";
import { HeldBody } from "./held_body.ts";
import { isManifestPath, receiveManifest } from "./manifest_receiver.ts";
import type { PushRouter } from "./push_router.ts";
import type { PushedFile, RoutedStream } from "./segment_wait.ts";

export interface PushServices extends BodyServices {
  /** In µs of the monotonic clock. */
  readonly now: () => number;
}

/** Stores a request of one publisher in one channel. */
interface Push {
  readonly request: PublishRequest;
  readonly channel: OpenChannel;
  readonly services: PushServices;
  readonly router: PushRouter;
  readonly file: PushedFile;
}

/** In bytes: a piece has at most so many. */
const MAX_PIECE = 65536;

/**
 * Resolves when all of the body is written; that of an init segment whose stream is not known is in memory alone.
 *
 * @throws IngestError and MediaError, after what was complete before the error is stored; errors of the file system
 */
export async function storePush(
  request: PublishRequest,
  channel: OpenChannel,
  services: PushServices,
): Promise<void> {
  const { publication: { publisher, path, stream: ownStream }, reader } = request;
  if (reader || hasDeclaredStream(path)) return await storeBody(request, channel, services);
  const router = channel.pushes.getRouter(publisher);
  if (isManifestPath(path)) return await receiveManifest(request, { channel, router, ...services });
  const push = { request, channel, services, router, file: { path, ownStream } };
  const stream = router.findReady(path);
  if (stream === undefined) return await storeUnknown(push);
  const endTurn = await router.turns.takeAfterInit(stream, services.now());
  try {
    await storeIn(push, stream);
  } finally {
    endTurn();
  }
}

/** Stores an init segment, or a file whose stream is not known, or has no init segment yet. */
async function storeUnknown(push: Push): Promise<void> {
  const stream = push.router.findInit(push.file.path);
  const endInit = stream === undefined ? undefined : push.router.turns.startInit(stream);
  try {
    await holdAndStore(push);
  } finally {
    endInit?.();
  }
}

/** An encoder that has stated the end of its streams starts again. */
function endBefore({ request, channel, router }: Push, stream: string): void {
  const { publisher } = request.publication;
  for (const ended of router.ends.takeBefore(stream)) {
    storeItems(channel, { publisher, stream: ended }, [{ kind: "end" }]);
  }
}

async function storeIn(
  { request, channel, services, router }: Push,
  stream: string,
  body = request.body,
): Promise<void> {
  const publication = { ...request.publication, stream };
  router.ends.open(stream);
  try {
    await storeBody({ ...request, publication, body }, channel, services);
  } finally {
    router.ends.close(stream, services.now());
  }
}

async function holdAndStore(push: Push): Promise<void> {
  const { request, channel, services, router, file } = push;
  using account = services.memory.open(request.publication.channel);
  using wait = new PieceWait(request.stopping);
  const onHeld = (change: number) => void (router.heldBytes += change);
  using held = new HeldBody({ body: request.body, account, onHeld });
  const end = channel.startRequest();
  let routed: RoutedStream;
  try {
    const kind = await readKind(held, wait);
    if (kind === "init") return await storeInit(push, held);
    routed = kind === "segment"
      ? await waitForStream(push, held, wait)
      : { stream: router.decideMovie(file, kind), inits: [] };
  } finally {
    end();
  }
  await storeHeld(push, held, routed);
}

async function storeHeld(push: Push, held: HeldBody, routed: RoutedStream): Promise<void> {
  const { request, channel, router, services } = push;
  const endTurn = await router.turns.take(routed.stream, services.now());
  try {
    const { publisher } = request.publication;
    for (const { stream, init } of routed.inits) {
      storeItems(channel, { publisher, stream }, [{ kind: "init", init }]);
    }
    await storeIn(push, routed.stream, held);
  } finally {
    endTurn();
  }
}

/** @throws MediaError if it is broken, or has no track that AMS supports; errors of the file system */
async function storeInit(push: Push, held: HeldBody): Promise<void> {
  const { request, channel, services, router, file } = push;
  const { publisher } = request.publication;
  try {
    const init = await readInit(held);
    const stream = router.addInit(file, init, services.now());
    if (stream !== undefined) {
      endBefore(push, stream);
      storeItems(channel, { publisher, stream }, [{ kind: "init", init }]);
    }
  } catch (error) {
    router.rejectInit(file);
    throw error;
  } finally {
    router.update(services.now());
  }
}

async function readKind(held: HeldBody, wait: PieceWait): Promise<BodyKind> {
  const start = new BodyStart();
  while (start.kind === undefined) {
    const piece = await wait.untilStopped(held.read());
    if (!piece) return start.finish();
    start.push(piece);
  }
  return start.kind;
}

async function readInit(held: HeldBody): Promise<LiveInit> {
  const reader = new FragmentReader();
  let init: LiveInit | undefined;
  for await (const piece of held) {
    for (const item of reader.push(piece)) if (item.kind === "init") init = item.init;
  }
  reader.finish();
  return init!; // its kind is that of a body with a moov
}

async function waitForStream(
  { request, services: { now, onReceived }, router, file }: Push,
  held: HeldBody,
  wait: PieceWait,
): Promise<RoutedStream> {
  const decided = router.decide(file, now());
  if (decided) return decided;
  const waiting = router.wait(file, now());
  const hold = async () => {
    while (!waiting.isDecided && !held.isWhole && router.mayHold(MAX_PIECE)) {
      if (await held.read()) onReceived?.();
    }
    waiting.wholeAt = now();
    if (waiting.isDecided || !held.isWhole) return;
    waiting.onDecided = () => request.onHeld?.(false);
    request.onHeld?.(true);
  };
  hold().catch((error) => router.stopWaiting(waiting, error));
  try {
    return await wait.untilStopped(waiting.decided);
  } finally {
    router.stopWaiting(waiting);
  }
}
