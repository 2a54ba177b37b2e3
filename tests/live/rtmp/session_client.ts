/** A client of RtmpSession in a test. Its bytes are written by the code under test: rtmp_encoder.ts shares none with it. */

import { ByteWriter } from "../../../lib/bytes.ts";
import { type AmfValue } from "../../../lib/live/rtmp/amf0.ts";
import { ChunkReader } from "../../../lib/live/rtmp/chunk_reader.ts";
import { writeChunks } from "../../../lib/live/rtmp/chunk_writer.ts";
import { readCommand } from "../../../lib/live/rtmp/rtmp_commands.ts";
import type { RtmpEvent } from "../../../lib/live/rtmp/rtmp_event.ts";
import { RtmpSession } from "../../../lib/live/rtmp/rtmp_session.ts";
import { amf0 } from "./amf_values.ts";
import { concat } from "../../mp4/movie_file.ts";

/** In bytes, of each side. */
export const HANDSHAKE_SIZE = 3073;
export const HANDSHAKE = new Uint8Array([3, ...new Uint8Array(HANDSHAKE_SIZE - 1)]);

/** A message in chunks of 128 bytes. */
export function message(
  type: number,
  payload: Uint8Array,
  streamId = 1,
  timestamp = 0,
): Uint8Array {
  const w = new ByteWriter();
  writeChunks(w, type < 8 ? 2 : 4, { type, timestamp, streamId, payload }, 128);
  return w.finish();
}

/** A command message. */
export const send = (streamId: number, ...values: AmfValue[]) =>
  message(20, amf0(...values), streamId);

/** A client and what it reads: commands as their values, other messages as hexadecimal digits. */
export class Client {
  readonly session = new RtmpSession();
  readonly #reader = new ChunkReader();
  #handshakeLeft = HANDSHAKE_SIZE;

  constructor(...parts: Uint8Array[]) {
    this.send(HANDSHAKE, ...parts);
    this.read();
  }

  send(...parts: Uint8Array[]): RtmpEvent[] {
    return this.session.push(concat(...parts));
  }

  read(): unknown[] {
    const bytes = this.session.takeOutput();
    const skipped = Math.min(this.#handshakeLeft, bytes.length);
    this.#handshakeLeft -= skipped;
    this.#reader.push(bytes.subarray(skipped));
    return this.#reader.takeMessages().map((it) => {
      if (it.type !== 20) return `${it.type} ${it.payload.toHex()}`;
      const { name, transactionId, streamId, values } = readCommand(it);
      const plain = values.map((value) => value instanceof Map ? value.get("code") : value);
      return [name, transactionId, streamId, ...plain];
    });
  }
}
