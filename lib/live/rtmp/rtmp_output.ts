/** Collects the bytes that are to be sent to a client. */

import { ByteWriter, toDataView } from "../../bytes.ts";
import { writeChunks } from "./chunk_writer.ts";
import { MESSAGE_TYPES, type RtmpMessage } from "./rtmp_message.ts";

/** Chunk streams: control messages have 2 to themselves (RTMP 1.0 §5.4). */
const CONTROL_CHUNK_STREAM = 2;
const COMMAND_CHUNK_STREAM = 3;

/** Until Set Chunk Size is sent. */
const DEFAULT_CHUNK_SIZE = 128;

const NOTHING = new Uint8Array();

export class RtmpOutput {
  #bytes = new ByteWriter(0);
  #chunkSize = DEFAULT_CHUNK_SIZE;

  /** Bytes that `take()` would return. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Sends what is no message: the handshake. */
  sendBytes(bytes: Uint8Array): void {
    this.#bytes.bytes(bytes);
  }

  send(...messages: RtmpMessage[]): void {
    for (const message of messages) {
      const isCommand = message.type === MESSAGE_TYPES.commandAmf0;
      const chunkStreamId = isCommand ? COMMAND_CHUNK_STREAM : CONTROL_CHUNK_STREAM;
      writeChunks(this.#bytes, chunkStreamId, message, this.#chunkSize);
      if (message.type === MESSAGE_TYPES.setChunkSize) {
        this.#chunkSize = toDataView(message.payload).getUint32(0);
      }
    }
  }

  /** Returns the bytes so far, each once. */
  take(): Uint8Array {
    if (this.length === 0) return NOTHING;
    const bytes = this.#bytes.finish();
    this.#bytes = new ByteWriter(0);
    return bytes;
  }
}
