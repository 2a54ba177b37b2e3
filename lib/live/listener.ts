/** Accepts connections of publishers: HTTP and RTMP on one port. Their first bytes differ. */

import type { TimeoutClock } from "../timeout_clock.ts";
import { ActivePublishers } from "./active_publishers.ts";
import {
  type IngestLog,
  type OnHeld,
  requirePublishMethod,
  serveHttp,
} from "./http/http_connection.ts";
import type { IngestRequest } from "./http/http_request.ts";
import { INGESTED, type IngestResponse } from "./http/http_response.ts";
import type { IngestCounts, IngestProtocol } from "./ingest_counts.ts";
import { IngestError } from "./ingest_error.ts";
import { LogLimit } from "./log_limit.ts";
import { type ChannelPublishers, identifyPublisher, type Publication } from "./publisher.ts";
import type { ItemReader } from "./media/pushed_item.ts";
import { ResponseQueue } from "./http/response_queue.ts";
import { ReadTicks } from "./rtmp/read_ticks.ts";
import { RTMP_VERSION } from "./rtmp/rtmp_handshake.ts";
import { identifyRtmpPublisher, type RtmpTarget } from "./rtmp/rtmp_publication.ts";
import { serveRtmp } from "./rtmp/rtmp_connection.ts";
import { StreamReader } from "./http/stream_reader.ts";
import {
  ConnectionWatch,
  type IngestConnection,
  type WatchedConnection,
} from "./http/watched_connection.ts";

/** Such as `Deno.Listener`. */
export interface ConnectionListener {
  accept(): Promise<IngestConnection>;
  close(): void;
}

/** What a publisher that may publish sends: the body of a request, or a connection of RTMP. */
export interface PublishRequest {
  readonly publication: Publication;
  readonly body: AsyncIterable<Uint8Array>;
  /** Reads the body; default: `FragmentReader`. */
  readonly reader?: ItemReader;
  /** Called with true when the body is whole and waits for another request, such as one that follows it on its connection. */
  readonly onHeld?: OnHeld;
  /** Aborted when the server or the channel ends: to be served up to the end of the fragment under way. */
  readonly stopping: AbortSignal;
}

export interface IngestOptions {
  /** Returns undefined if there is no such channel. */
  readonly findPublishers: (channel: string) => ChannelPublishers | undefined;
  /** Receives the body, and resolves when what it holds is written. An error becomes the response. */
  readonly publish: (request: PublishRequest) => Promise<IngestResponse>;
  /** Called for the first request of a publisher within a minute. */
  readonly onPublisher?: (publication: Publication, remoteAddress: string) => void;
  readonly counts: IngestCounts;
  readonly log: (entry: IngestLog) => void;
  readonly clock: TimeoutClock;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly maxConnections?: number;
}

interface OpenRequest {
  readonly channel: string;
  readonly connection: WatchedConnection;
  readonly stopping: AbortController;
}

type Published = Omit<PublishRequest, "stopping">;

interface Source {
  readonly connection: WatchedConnection;
  readonly protocol: IngestProtocol;
}

const MAX_CONNECTIONS = 2000;
const ACCEPT_RETRY_MS = 100;
const LOG_INTERVAL_MS = 10_000;

/** Longer than responses are delayed. */
const IDLE_GRACE_MS = 250;

/** How often connections over RTMP are read. */
const READ_INTERVAL_MS = 50;

const TLS_HANDSHAKE = 22;

/** Serves publishers on any number of listeners. */
export class IngestServer {
  readonly #options: IngestOptions;
  readonly #watch: ConnectionWatch;
  readonly #ticks: ReadTicks;
  readonly #logs: LogLimit;
  readonly #active = { http: new ActivePublishers(), rtmp: new ActivePublishers() };
  readonly #listeners = new Set<ConnectionListener>();
  readonly #served = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #open = new Set<OpenRequest>();
  #isDraining = false;
  #lastRejectionMs = -Infinity;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#watch = new ConnectionWatch(options.clock);
    this.#ticks = new ReadTicks(READ_INTERVAL_MS, options.clock);
    this.#logs = new LogLimit(options.log, options.clock);
  }

  /** Accepts connections until the listener is closed, by its owner or by `stop()`; connections stay open. */
  async listen(listener: ConnectionListener): Promise<void> {
    this.#listeners.add(listener);
    while (!this.#stopping.signal.aborted) {
      try {
        this.#accept(await listener.accept());
      } catch (error) {
        if (isClosed(error)) break;
        this.#warn(`Cannot accept connections of publishers: ${(error as Error).message}`);
        await new Promise<void>((resolve) => this.#options.clock.start(resolve, ACCEPT_RETRY_MS));
      }
    }
    this.#listeners.delete(listener);
  }

  /** Rejects publishers that are not publishing, from now on. */
  drain(): void {
    this.#isDraining = true;
  }

  /** Ends requests that publish to a channel, after the fragment under way, or after `graceMs`. */
  endChannel(channel: string, graceMs: number): void {
    for (const request of this.#open) {
      if (request.channel !== channel) continue;
      request.stopping.abort();
      request.connection.closeWithin(graceMs);
    }
  }

  /** Ends all connections after the fragment under way. After `graceMs` they are closed; resolves when `publish` has ended for all. */
  async stop(graceMs: number): Promise<void> {
    this.drain();
    this.#stopping.abort();
    for (const { stopping } of this.#open) stopping.abort();
    for (const listener of this.#listeners) listener.close();
    for (const connection of this.#watch.connections) {
      connection.closeWithin(connection.isBusy ? graceMs : Math.min(graceMs, IDLE_GRACE_MS));
    }
    await Promise.all(this.#served);
  }

  /** Updates the gauges of the counters. */
  updateCounts(): IngestCounts {
    const { counts, clock } = this.#options;
    counts.connections = this.#watch.connections.size;
    counts.publishers.http = this.#active.http.count(clock.now());
    counts.publishers.rtmp = this.#active.rtmp.count(clock.now());
    return counts;
  }

  #accept(connection: IngestConnection): void {
    const { counts, maxConnections = MAX_CONNECTIONS } = this.#options;
    const isFull = this.#watch.connections.size >= maxConnections;
    if (isFull) {
      counts.rejectedConnections++;
      this.#warn(`Connections of publishers are closed: there are ${maxConnections} already`);
    }
    if (this.#stopping.signal.aborted || isFull && !this.#watch.closeUnknown()) {
      return connection.close();
    }
    const served = this.#serve(connection);
    this.#served.add(served);
    served.finally(() => this.#served.delete(served));
  }

  async #serve(accepted: IngestConnection): Promise<void> {
    const { receivedBytes } = this.#options.counts;
    let protocol: IngestProtocol | undefined;
    const connection = this.#watch.add(accepted, (bytes) => {
      protocol ??= bytes[0] === RTMP_VERSION ? "rtmp" : "http";
      receivedBytes[protocol] += bytes.length;
    });
    try {
      await this.#serveProtocol(connection);
      if (connection.closeReason === undefined) await connection.linger();
      else this.#log(connection, connection.closeReason);
    } catch (error) {
      this.#log(connection, connection.closeReason ?? (error as Error).message);
    } finally {
      connection.close("it has ended");
      this.#watch.remove(connection);
    }
  }

  async #serveProtocol(connection: WatchedConnection): Promise<void> {
    const responses = new ResponseQueue(connection, this.#options.clock);
    const reader = new StreamReader(responses);
    if (!await reader.receive()) return;
    const first = reader.received[0]!;
    if (first === RTMP_VERSION) return await this.#serveRtmp(reader, connection);
    if (!isHttp(first)) return connection.close(describeProtocol(first));
    const { counts, nowMs } = this.#options;
    const log = (entry: IngestLog) => this.#logs.log(connection.remoteAddress, entry);
    const serve = (request: IngestRequest, onHeld: OnHeld) =>
      this.#serveRequest(request, connection, onHeld);
    const stopping = this.#stopping.signal;
    const http = { reader, responses, connection };
    await serveHttp(http, { serve, counts, log, nowMs, stopping });
  }

  async #serveRtmp(reader: StreamReader, connection: WatchedConnection): Promise<void> {
    const { remoteAddress } = connection;
    const { findPublishers, clock } = this.#options;
    const log = (entry: IngestLog) => this.#logs.log(remoteAddress, entry);
    const identify = (target: RtmpTarget) =>
      identifyRtmpPublisher({ ...target, remoteAddress }, findPublishers);
    const publish = (request: Published) =>
      this.#publish(request, { connection, protocol: "rtmp" });
    await serveRtmp({ reader, connection }, { identify, publish, log, clock, ticks: this.#ticks });
  }

  async #serveRequest(
    request: IngestRequest,
    connection: WatchedConnection,
    onHeld: OnHeld,
  ): Promise<IngestResponse> {
    requirePublishMethod(request);
    const { remoteAddress } = connection;
    const { findPublishers } = this.#options;
    const publication = identifyPublisher({ ...request, remoteAddress }, findPublishers);
    if (request.method === "DELETE") {
      connection.startRequest();
      return INGESTED; // what is recorded stays
    }
    const { body } = request;
    return await this.#publish({ publication, body, onHeld }, { connection, protocol: "http" });
  }

  async #publish(request: Published, { connection, protocol }: Source): Promise<IngestResponse> {
    const { publication } = request;
    const { publish, onPublisher, clock } = this.#options;
    const active = this.#active[protocol];
    const id = JSON.stringify([publication.channel, publication.publisher]);
    if (!active.has(id, clock.now())) {
      if (this.#isDraining) {
        throw new IngestError("DRAINING", "Cannot accept new publishers: the server stops");
      }
      onPublisher?.(publication, connection.remoteAddress);
    }
    connection.startRequest();
    const end = active.start(id, clock.now());
    const stopping = new AbortController();
    const open = { channel: publication.channel, connection, stopping };
    this.#open.add(open);
    try {
      return await publish({ ...request, stopping: stopping.signal });
    } finally {
      this.#open.delete(open);
      end(clock.now());
    }
  }

  #log({ remoteAddress }: WatchedConnection, reason: string): void {
    const message = `Connection of publisher ${remoteAddress} was closed: ${reason}`;
    this.#logs.log(remoteAddress, { level: "info", message });
  }

  /** Logs one of the warnings that many connections cause at once. */
  #warn(message: string): void {
    const now = this.#options.clock.now();
    if (now - this.#lastRejectionMs < LOG_INTERVAL_MS) return;
    this.#lastRejectionMs = now;
    this.#options.log({ level: "warn", message });
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted;
}

/** Methods begin with a letter; an empty line may precede them. */
function isHttp(first: number): boolean {
  return /[A-Za-z\r]/.test(String.fromCharCode(first));
}

function describeProtocol(first: number): string {
  if (first === TLS_HANDSHAKE) return "TLS is not expected on this address, see --ingest-tls";
  return `its first byte is ${first}, expected a letter for HTTP, or 3 for RTMP`;
}
