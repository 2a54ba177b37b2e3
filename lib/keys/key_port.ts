/** Both ends of the port through which a thread requests keys of another. */

import { KeysError } from "../errors.ts";
import type { AssetKeyRequest, AssetKeys, GetAssetKeys } from "../drm/asset_keys.ts";
import { concealKeys, type KeyQuery, type KeyReply, revealKeys } from "./key_messages.ts";

interface PendingQuery extends PromiseWithResolvers<AssetKeys> {
  readonly request: AssetKeyRequest;
}

/** The end that requests. */
export class KeyPort {
  readonly #pending = new Map<number, PendingQuery>();
  #port: MessagePort | undefined;
  #lastId = 0;

  /** Uses this port from now on, also for requests without a response. */
  connect(port: MessagePort): void {
    this.#port?.close();
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<KeyReply>) => this.#settle(data);
    for (const [id, { request }] of this.#pending) this.#send({ id, request });
  }

  /** Waits for a port if there is none. */
  readonly getKeys: GetAssetKeys = (request) => {
    const id = ++this.#lastId;
    const query = { ...Promise.withResolvers<AssetKeys>(), request };
    this.#pending.set(id, query);
    this.#send({ id, request });
    return query.promise;
  };

  #send(query: KeyQuery): void {
    this.#port?.postMessage(query);
  }

  #settle(reply: KeyReply): void {
    const query = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if ("keys" in reply) query?.resolve(concealKeys<AssetKeys>(reply.keys));
    else query?.reject(toError(reply.error));
  }
}

function toError({ code, message }: Extract<KeyReply, { error: unknown }>["error"]): Error {
  return code === "INTERNAL" ? new Error(message) : new KeysError(code, message);
}

/** Responds to the requests of a port, until its other end is gone. */
export function serveKeyPort(port: MessagePort, getKeys: GetAssetKeys): void {
  port.onmessage = async ({ data: { id, request } }: MessageEvent<KeyQuery>) => {
    port.postMessage(await reply(id, () => getKeys(request)));
  };
}

async function reply(id: number, getKeys: () => Promise<AssetKeys>): Promise<KeyReply> {
  try {
    return { id, keys: revealKeys(await getKeys()) };
  } catch (error) {
    if (error instanceof KeysError) {
      return { id, error: { code: error.code, message: error.message } };
    }
    return { id, error: { code: "INTERNAL", message: describeInternalError(error) } };
  }
}

/** Messages of the system may quote URLs, whose queries can be secrets. */
export function describeInternalError(error: unknown): string {
  if (!(error instanceof Error)) return "Cannot get keys";
  const frames = error.stack?.match(/^ +at .*$/gm) ?? [];
  return [`Cannot get keys: ${error.name}`, ...frames].join("\n");
}
