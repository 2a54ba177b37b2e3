/** Reads what a server has answered over RTMP, without the code under test. */

import { type AmfValue, readAmf } from "./amf_bytes.ts";

/** A message of the server. */
export interface Answer {
  readonly type: number;
  readonly payload: Uint8Array;
  /** Values of a command: name, transaction, and so forth; empty for other messages. */
  readonly values: readonly AmfValue[];
  /** `code` of the information object of a command, if it has one. */
  readonly code: string | undefined;
}

/** S0, S1 and S2. */
const HANDSHAKE_BYTES = 1 + 1536 + 1536;

const SET_CHUNK_SIZE = 1;
const COMMAND = 20;

interface Partial {
  length: number;
  type: number;
  parts: Uint8Array[];
}

/**
 * Reads messages behind the handshake; the last one may be missing.
 *
 * @throws Error, RangeError if the server breaks the protocol
 */
export function readAnswers(bytes: Uint8Array): Answer[] {
  if (bytes.length < HANDSHAKE_BYTES) return [];
  if (bytes[0] !== 3) throw new Error(`Cannot read version ${bytes[0]}, expected 3`);
  const reader = new ChunkAnswers(bytes.subarray(HANDSHAKE_BYTES));
  const answers: Answer[] = [];
  while (!reader.isAtEnd) {
    const answer = reader.next();
    if (answer) answers.push(answer);
  }
  return answers;
}

class ChunkAnswers {
  readonly #view: DataView;
  readonly #streams = new Map<number, Partial>();
  #chunkSize = 128;
  #at = 0;

  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  /** Reads a chunk; returns the message that it completes. */
  next(): Answer | undefined {
    const first = this.#number(1);
    const [format, id] = [first >> 6, first & 63];
    if (id < 2) throw new Error("Cannot read a chunk stream above 63");
    const message = this.#readHeader(format, id);
    const done = message.parts.reduce((sum, { length }) => sum + length, 0);
    const count = Math.min(this.#chunkSize, message.length - done);
    message.parts.push(this.bytes.subarray(this.#at, this.#at += count));
    if (done + count < message.length) return undefined;
    return this.#complete(message);
  }

  #readHeader(format: number, id: number): Partial {
    const previous = this.#streams.get(id);
    if (!previous && format > 0) throw new Error(`Cannot read type ${format} without a message`);
    const time = format < 3 ? this.#number(3) : 0;
    const sizes = format < 2
      ? { length: this.#number(3), type: this.#number(1) }
      : { length: previous!.length, type: previous!.type };
    if (format === 0) this.#at += 4;
    if (time === 0xffffff) this.#at += 4;
    const isUnderWay = format === 3 && previous!.parts.length > 0;
    const message = isUnderWay ? previous! : { ...sizes, parts: [] };
    this.#streams.set(id, message);
    return message;
  }

  #complete({ type, parts, length }: Partial): Answer {
    const payload = new Uint8Array(length);
    let at = 0;
    for (const part of parts.splice(0)) {
      payload.set(part, at);
      at += part.length;
    }
    if (type === SET_CHUNK_SIZE) this.#chunkSize = new DataView(payload.buffer).getUint32(0);
    const values = type === COMMAND ? readAmf(payload) : [];
    const info = values.at(-1) as { readonly code?: string } | undefined;
    const hasCode = typeof info === "object" && info !== null;
    return { type, payload, values, code: hasCode ? info.code : undefined };
  }

  #number(bytes: number): number {
    let value = 0;
    for (let i = 0; i < bytes; i++) value = 256 * value + this.#view.getUint8(this.#at++);
    return value;
  }
}
