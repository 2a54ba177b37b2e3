import { IngestError } from "../ingest_error.ts";
import type { ItemReader, PushedItem } from "../media/pushed_item.ts";
import type { FlvReader } from "./flv_reader.ts";
import { RtmpError } from "./rtmp_error.ts";
import type { RtmpEvent } from "./rtmp_event.ts";
import type { RtmpSession } from "./rtmp_session.ts";

interface RtmpMediaOptions {
  /** Has accepted, or is going to accept, what the client publishes. */
  readonly session: Pick<RtmpSession, "push" | "takeEvents" | "heldBytes">;
  readonly media: Pick<FlvReader, "add" | "takeItems" | "finish" | "heldBytes">;
  /** What came behind `publish` with the same bytes. */
  readonly following: readonly RtmpEvent[];
}

/** Reads what a client of RTMP publishes. An empty piece returns frames that have waited long enough. */
export class RtmpMediaReader implements ItemReader {
  /** Whole frames are stored whenever publishing ends; what is under way has at most one frame. */
  readonly isBetweenFragments = true;
  /** The client has ended what it publishes: what follows is ignored. */
  hasEnded = false;
  readonly #session: RtmpMediaOptions["session"];
  readonly #media: RtmpMediaOptions["media"];
  #following: readonly RtmpEvent[];
  #items: PushedItem[] = [];

  constructor({ session, media, following }: RtmpMediaOptions) {
    this.#session = session;
    this.#media = media;
    this.#following = following;
  }

  get heldBytes(): number {
    return this.#session.heldBytes + this.#media.heldBytes;
  }

  /** @throws MediaError for broken media, IngestError `BAD_REQUEST` for a client that does not follow RTMP */
  push(bytes: Uint8Array): PushedItem[] {
    const following = this.#following;
    this.#following = [];
    this.#addAll(following);
    try {
      if (bytes.length > 0) this.#addAll(readEvents(this.#session, bytes));
    } catch (error) {
      this.#addAll(this.#session.takeEvents());
      throw error;
    }
    if (!this.hasEnded) this.#append(this.#media.takeItems());
    return this.#takeWaiting();
  }

  finish(): PushedItem[] {
    return this.takeItems();
  }

  takeItems(): PushedItem[] {
    if (!this.hasEnded) this.#append(this.#media.finish());
    return this.#takeWaiting();
  }

  #append(items: readonly PushedItem[]): void {
    for (const item of items) this.#items.push(item);
  }

  #takeWaiting(): PushedItem[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  #addAll(events: readonly RtmpEvent[]): void {
    for (const event of events) {
      if (this.hasEnded) return;
      if (event.kind === "media") this.#media.add(event);
      else if (event.kind === "end") this.#end();
    }
  }

  #end(): void {
    this.#append([...this.#media.finish(), { kind: "end" }]);
    this.hasEnded = true;
  }
}

/**
 * Returns what a client does with its next bytes.
 *
 * @throws IngestError `BAD_REQUEST` if it does not follow RTMP
 */
export function readEvents(session: Pick<RtmpSession, "push">, bytes: Uint8Array): RtmpEvent[] {
  try {
    return session.push(bytes);
  } catch (error) {
    if (!(error instanceof RtmpError)) throw error;
    throw new IngestError("BAD_REQUEST", error.message);
  }
}
