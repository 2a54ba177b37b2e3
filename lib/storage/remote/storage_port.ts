/** The end of a port through which a thread asks another to read remote files. */

import { SOURCE_USAGE, type SourceUsage } from "../../source_usage.ts";
import { KnownPages } from "./known_pages.ts";
import {
  fromStorageFailure,
  type StorageCommand,
  type StorageQuery,
  type StorageReply,
  type StorageResult,
} from "./storage_messages.ts";

type ResultOf<K extends StorageResult["kind"]> = Extract<StorageResult, { kind: K }>;

/** What a query of each kind may return. */
interface Results {
  readonly stat: ResultOf<"entry">;
  readonly list: ResultOf<"list">;
  readonly read: ResultOf<"blocks" | "bytes">;
}

interface PendingQuery extends PromiseWithResolvers<StorageResult> {
  readonly query: StorageQuery;
  readonly usage: SourceUsage | undefined;
}

export class StoragePort {
  readonly #pending = new Map<number, PendingQuery>();
  #port: MessagePort | undefined;
  #pages: KnownPages | undefined;
  #lastId = 0;

  /** Absent until there is a connection. */
  get pages(): KnownPages | undefined {
    return this.#pages;
  }

  /** Uses this port and its pages from now on, also for queries without a reply: the other thread was replaced. */
  connect(port: MessagePort, pages: SharedArrayBuffer): void {
    this.close();
    this.#port = port;
    this.#pages = new KnownPages(pages);
    port.onmessage = ({ data }: MessageEvent<StorageReply>) => this.#settle(data);
    for (const [id, { query }] of this.#pending) this.#send({ id, query });
  }

  close(): void {
    this.#port?.close();
    this.#port = undefined;
  }

  /**
   * Waits for a connection if there is none.
   *
   * @throws SourceError, RequestError, SourceChanged; the reason of the signal when that aborts
   */
  async ask<K extends StorageQuery["kind"]>(
    query: Extract<StorageQuery, { kind: K }>,
    signal?: AbortSignal,
  ): Promise<Results[K]> {
    signal?.throwIfAborted();
    const id = ++this.#lastId;
    const usage = SOURCE_USAGE.getStore();
    const pending = { ...Promise.withResolvers<StorageResult>(), query, usage };
    const cancel = () => {
      this.#pending.delete(id);
      this.#send({ id, kind: "cancel" });
      pending.reject(signal?.reason);
    };
    this.#pending.set(id, pending);
    this.#send({ id, query });
    signal?.addEventListener("abort", cancel);
    usage?.begin(performance.now());
    try {
      return await pending.promise as Results[K];
    } finally {
      usage?.end(performance.now());
      signal?.removeEventListener("abort", cancel);
    }
  }

  #send(command: StorageCommand): void {
    this.#port?.postMessage(command);
  }

  #settle(reply: StorageReply): void {
    const query = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.traffic) query?.usage?.add(reply.traffic);
    if ("result" in reply) query?.resolve(reply.result);
    else query?.reject(fromStorageFailure(reply.error));
  }
}
