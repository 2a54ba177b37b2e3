/** Serves one connection over RTMP: handshake and commands, then what the client publishes. */

import type { TimeoutClock } from "../../timeout_clock.ts";
import type { IngestLog } from "../http/http_connection.ts";
import { describeFailure, toIngestError } from "../ingest_error.ts";
import type { Publication } from "../publisher.ts";
import type { ItemReader } from "../media/pushed_item.ts";
import type { StreamReader } from "../http/stream_reader.ts";
import type { WatchedConnection } from "../http/watched_connection.ts";
import { FlvReader } from "./flv_reader.ts";
import type { ReadTicks } from "./read_ticks.ts";
import type { RtmpEvent, RtmpPublish } from "./rtmp_event.ts";
import { readEvents, RtmpMediaReader } from "./rtmp_media_reader.ts";
import { redactRtmpTarget, type RtmpTarget } from "./rtmp_publication.ts";
import { RtmpSession } from "./rtmp_session.ts";

/** Until `publish`: a handshake of 3 KB and some commands. */
const MAX_START_BYTES = 65536;

const NOTHING = new Uint8Array();

/** What a connection publishes. */
export interface RtmpBody {
  readonly publication: Publication;
  readonly body: AsyncIterable<Uint8Array>;
  readonly reader: ItemReader;
}

export interface RtmpIngest {
  /** @throws IngestError if the client may not publish */
  readonly identify: (target: RtmpTarget) => Publication;
  /** Receives the body, which accepts the client once it is read, and resolves when what it holds is written. */
  readonly publish: (request: RtmpBody) => Promise<unknown>;
  readonly log: (entry: IngestLog) => void;
  readonly clock: TimeoutClock;
  /** When connections are read. */
  readonly ticks: ReadTicks;
}

interface RtmpTransport {
  readonly reader: StreamReader;
  readonly connection: WatchedConnection;
}

/**
 * Resolves when the client has ended what it publishes, when it was rejected, or when the connection has ended; the caller closes it.
 *
 * @param transport whose reader has received the first byte
 * @throws IngestError `BAD_REQUEST` if the client does not follow RTMP, before it publishes
 */
export async function serveRtmp(transport: RtmpTransport, ingest: RtmpIngest): Promise<void> {
  using client = new RtmpClient(transport, ingest);
  const start = await client.start();
  if (!start) return;
  try {
    const publication = ingest.identify(start.target);
    await ingest.publish({ publication, ...client.publish(start.following) });
    await client.finish();
  } catch (error) {
    await client.reject(reportFailure(error, start.target, { ...transport, ...ingest }));
  }
}

/** Logs an error without the key, and returns its message. */
function reportFailure(
  error: unknown,
  target: RtmpTarget,
  { connection, log }: Pick<RtmpTransport & RtmpIngest, "connection" | "log">,
): string {
  const failure = toIngestError(error);
  const { level, text } = describeFailure(failure);
  const path = redactRtmpTarget(target, failure.code !== "NOT_FOUND");
  log({ level, message: `Publisher ${connection.remoteAddress} RTMP ${path}: ${text}` });
  return failure.message;
}

interface RtmpStart {
  readonly target: RtmpPublish;
  /** What came with it, and after it. */
  readonly following: readonly RtmpEvent[];
}

class RtmpClient implements Disposable {
  readonly #reader: StreamReader;
  readonly #connection: WatchedConnection;
  readonly #clock: TimeoutClock;
  readonly #ticks: ReadTicks;
  readonly #session = new RtmpSession();
  /** Nothing more is to be read: the caller is about to close the connection. */
  #isOver = false;

  constructor(
    { reader, connection }: RtmpTransport,
    { clock, ticks }: Pick<RtmpIngest, "clock" | "ticks">,
  ) {
    this.#reader = reader;
    this.#connection = connection;
    this.#clock = clock;
    this.#ticks = ticks;
    connection.awaited = "the handshake and commands of RTMP";
  }

  [Symbol.dispose](): void {
    this.#session[Symbol.dispose]();
  }

  /** Resolves to undefined if the connection ends before the client publishes. */
  async start(): Promise<RtmpStart | undefined> {
    let size = 0;
    do {
      const bytes = this.#take();
      size += bytes.length;
      const events = readEvents(this.#session, bytes);
      const at = events.findIndex(({ kind }) => kind === "publish");
      if (at >= 0) return { target: events[at] as RtmpPublish, following: events.slice(at + 1) };
      if (size > MAX_START_BYTES) {
        return void this.#connection.close(`it has sent ${size} bytes and published nothing`);
      }
    } while (await this.#send() && await this.#receive());
    return undefined;
  }

  publish(following: readonly RtmpEvent[]): Omit<RtmpBody, "publication"> {
    const media = new FlvReader({ now: () => this.#clock.now() });
    const reader = new RtmpMediaReader({ session: this.#session, media, following });
    return { reader, body: this.#readBody(reader) };
  }

  /** Sends the answer to the end of the stream: all of it is written. */
  async finish(): Promise<void> {
    this.#isOver = true;
    await this.#send();
  }

  async reject(reason: string): Promise<void> {
    this.#isOver = true;
    this.#session.rejectPublish(reason);
    await this.#send();
  }

  /**
   * Accepts the client, and yields what it sends: views that are valid until the next one, at each tick an empty one while nothing
   * comes. It is read once in each tick, unless there is more than one read can take.
   */
  async *#readBody(reader: RtmpMediaReader): AsyncGenerator<Uint8Array, void> {
    this.#session.acceptPublish();
    let receiving: Promise<boolean> | undefined;
    yield NOTHING;
    while (!reader.hasEnded && await this.#send()) {
      if (!receiving && this.#reader.hasReadAll) await this.#ticks.next();
      if (this.#isOver) return;
      receiving ??= this.#receive();
      const hasSettled = await this.#ticks.settles(receiving);
      if (hasSettled && !await receiving) return;
      if (hasSettled) receiving = undefined;
      yield hasSettled ? this.#take() : NOTHING;
    }
  }

  #take(): Uint8Array {
    const bytes = this.#reader.received;
    this.#reader.consume(bytes.length);
    return bytes;
  }

  /** A failure of the connection is its end: what came before is stored. */
  async #receive(): Promise<boolean> {
    try {
      return await this.#reader.receive();
    } catch {
      return false;
    }
  }

  /** Sends what the session has to send. Resolves to false if the connection has failed. */
  async #send(): Promise<boolean> {
    const bytes = this.#session.takeOutput();
    try {
      if (bytes.length > 0) await this.#connection.send(bytes);
      return true;
    } catch {
      return false;
    }
  }
}
