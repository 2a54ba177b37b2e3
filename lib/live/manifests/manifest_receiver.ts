/** Receives manifests: they are not stored, but say what the files of their publisher are. */

import { MediaError } from "../../errors.ts";
import { IngestError } from "../ingest_error.ts";
import type { IngestMemory } from "../ingest_memory.ts";
import { storeItems } from "../item_target.ts";
import type { PublishRequest } from "../listener.ts";
import type { OpenChannel } from "../open_channel.ts";
import { PieceWait } from "../piece_wait.ts";
import { getPathDirectory } from "./manifest_path.ts";
import type { OwnedInit } from "./init_files.ts";
import type { PushRouter } from "./push_router.ts";
import type { PushedManifest } from "./pushed_manifest.ts";
import { parsePushedMpd } from "./pushed_mpd.ts";
import { parsePushedPlaylist } from "./pushed_playlist.ts";

/** In bytes. */
const MAX_MANIFEST_SIZE = 2 ** 20;

interface ManifestServices {
  readonly channel: OpenChannel;
  readonly router: PushRouter;
  readonly memory: IngestMemory;
  /** In µs of the monotonic clock. */
  readonly now: () => number;
}

export function isManifestPath(path: string): boolean {
  return /\.(?:mpd|m3u8)$/i.test(path);
}

/** @throws IngestError if it is too large or incomplete, MediaError if it is broken, or names init segments that cannot be stored */
export async function receiveManifest(
  request: PublishRequest,
  { channel, router, memory, now }: ManifestServices,
): Promise<void> {
  const { path, publisher } = request.publication;
  const end = channel.startRequest();
  try {
    const text = await readText(request, memory);
    if (text.trim() === "") return; // a probe of the URL
    const manifest = parseManifest(text, path);
    const received = { path, manifest, textLength: text.length, receivedAt: now() };
    const { inits, declarations } = router.addManifest(received);
    channel.declarations.set(publisher, declarations);
    const failures = inits.flatMap((init) => storeInit(channel, publisher, init));
    router.update(now());
    if (failures.length > 0) throw failures[0];
  } finally {
    end();
  }
}

/** Returns why it cannot be stored: the others can. */
function storeInit(
  channel: OpenChannel,
  publisher: string,
  { stream, init }: OwnedInit,
): MediaError[] {
  try {
    storeItems(channel, { publisher, stream }, [{ kind: "init", init }]);
    return [];
  } catch (error) {
    if (error instanceof MediaError) return [error];
    throw error;
  }
}

function parseManifest(text: string, path: string): PushedManifest {
  const name = path.slice(getPathDirectory(path).length);
  try {
    return /\.mpd$/i.test(name) ? parsePushedMpd(text) : parsePushedPlaylist(text, name);
  } catch (error) {
    throw error instanceof MediaError ? error.in(name) : error;
  }
}

async function readText(
  { body, publication, stopping }: PublishRequest,
  memory: IngestMemory,
): Promise<string> {
  using account = memory.open(publication.channel);
  using wait = new PieceWait(stopping);
  const decoder = new TextDecoder();
  const pieces = body[Symbol.asyncIterator]();
  let text = "";
  let size = 0;
  while (true) {
    const { done, value } = await wait.untilStopped(pieces.next());
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > MAX_MANIFEST_SIZE) throw tooLarge();
    await account.acquire(value.length);
    text += decoder.decode(value, { stream: true });
  }
}

function tooLarge(): IngestError {
  return new IngestError(
    "FRAGMENT_TOO_LARGE",
    `Cannot read a manifest of more than ${MAX_MANIFEST_SIZE} bytes`,
  );
}
