/** The server's side of a connection of RTMP, on which a client publishes (RTMP 1.0; Enhanced RTMP v2). */

import { MediaError } from "../../errors.ts";
import { readAggregate } from "./aggregate.ts";
import { ChunkReader } from "./chunk_reader.ts";
import {
  acknowledgement,
  readWindowAcknowledgementSize,
  respondToUserControl,
} from "./control_messages.ts";
import { readDataMessage } from "./data_message.ts";
import { ACKNOWLEDGEMENT_WINDOW, PublishingClient } from "./publishing_client.ts";
import { readCommand } from "./rtmp_commands.ts";
import { RtmpError } from "./rtmp_error.ts";
import type { RtmpEvent, RtmpMedia } from "./rtmp_event.ts";
import { RtmpHandshake } from "./rtmp_handshake.ts";
import { MESSAGE_TYPES, type RtmpMessage } from "./rtmp_message.ts";
import { RtmpOutput } from "./rtmp_output.ts";

/** Takes the bytes of a connection, and returns what the client does and what is to be sent to it. */
export class RtmpSession implements Disposable {
  readonly #output = new RtmpOutput();
  readonly #client = new PublishingClient(this.#output);
  readonly #handshake = new RtmpHandshake();
  readonly #chunks = new ChunkReader();
  #window = ACKNOWLEDGEMENT_WINDOW;
  /** Bytes of the connection. */
  #received = 0;
  #acknowledged = 0;
  #events: RtmpEvent[] = [];

  /** Frees the memory of what is not complete; nothing more is to be pushed. */
  [Symbol.dispose](): void {
    this.#chunks[Symbol.dispose]();
  }

  /** Bytes in memory of what is not complete or not sent yet. */
  get heldBytes(): number {
    return this.#chunks.heldBytes + this.#output.length;
  }

  /**
   * Takes the next bytes of the connection, and returns what they complete.
   *
   * @throws RtmpError if they are malformed or exceed a limit: the connection is to be closed. `takeEvents()` returns what was
   * complete before.
   */
  push(bytes: Uint8Array): RtmpEvent[] {
    this.#received += bytes.length;
    try {
      this.#push(bytes);
    } catch (error) {
      throw error instanceof MediaError ? new RtmpError(error.message) : error;
    }
    this.#acknowledge();
    return this.takeEvents();
  }

  /** Returns what was complete before an error. */
  takeEvents(): RtmpEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Returns what is to be sent, each byte once. To be called after all other methods, also after an error. */
  takeOutput(): Uint8Array {
    return this.#output.take();
  }

  /** Accepts the client after a `publish` event. */
  acceptPublish(): void {
    this.#client.accept();
  }

  /** Rejects the client after a `publish` event, also once it publishes. The description is shown to its user. */
  rejectPublish(description: string): void {
    this.#client.reject(description);
  }

  #push(bytes: Uint8Array): void {
    const { taken, response } = this.#handshake.push(bytes);
    if (response) this.#output.sendBytes(response);
    try {
      this.#chunks.push(bytes.subarray(taken));
    } finally {
      for (const message of this.#chunks.takeMessages()) this.#handle(message);
    }
  }

  #handle(message: RtmpMessage): void {
    switch (message.type) {
      case MESSAGE_TYPES.commandAmf0:
      case MESSAGE_TYPES.commandAmf3:
        return this.#add(this.#client.run(readCommand(message)));
      case MESSAGE_TYPES.userControl:
        return this.#respondToUserControl(message);
      case MESSAGE_TYPES.windowAcknowledgementSize:
        this.#window = readWindowAcknowledgementSize(message);
        return;
      case MESSAGE_TYPES.aggregate:
        return readAggregate(message).forEach((part) => this.#handleMedia(part));
      default:
        return this.#handleMedia(message);
    }
  }

  #handleMedia(message: RtmpMessage): void {
    const type = MEDIA_TYPES[message.type];
    if (type === undefined || message.payload.length === 0 || !this.#client.takesMedia()) return;
    const payload = type === "data" ? readDataMessage(message) : message.payload;
    if (payload) this.#add({ kind: "media", type, timestamp: message.timestamp, payload });
  }

  #respondToUserControl(message: RtmpMessage): void {
    const response = respondToUserControl(message);
    if (response) this.#output.send(response);
  }

  #add(event: RtmpEvent | undefined): void {
    if (event) this.#events.push(event);
  }

  /** At most once per call of `push()`, whatever window the client sets. */
  #acknowledge(): void {
    if (this.#received - this.#acknowledged < this.#window || !this.#handshake.isComplete) return;
    this.#acknowledged = this.#received;
    this.#output.send(acknowledgement(this.#received % 2 ** 32));
  }
}

const MEDIA_TYPES: Readonly<Record<number, RtmpMedia["type"]>> = {
  [MESSAGE_TYPES.audio]: "audio",
  [MESSAGE_TYPES.video]: "video",
  [MESSAGE_TYPES.dataAmf0]: "data",
  [MESSAGE_TYPES.dataAmf3]: "data",
};
