/** Splits a byte stream of top-level boxes (14496-12 §4.2), whatever the lengths of its pieces. */

import { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { toPrintable } from "../../mp4/box.ts";
import { GrowingBuffer } from "./growing_buffer.ts";

export interface BoxStart {
  readonly type: string;
  /** In the stream, in bytes. */
  readonly offset: number;
  readonly headerSize: number;
  /** In bytes, of the body; Infinity: to the end of the stream. */
  readonly size: number;
  /** All bytes of the header. */
  readonly header: Uint8Array;
}

export interface BoxHandlers {
  /** Chooses whether a body is collected, passed on as it arrives, or ignored. */
  start(box: BoxStart): "whole" | "data" | "skip";
  /** Takes a whole body, in memory of its own. */
  body(box: BoxStart, bytes: Uint8Array): void;
  /** Takes some bytes of a body, which are valid during the call. */
  data(bytes: Uint8Array): void;
}

interface OpenBox {
  readonly start: BoxStart;
  readonly taking: "whole" | "data" | "skip";
  left: number;
  readonly body: GrowingBuffer | undefined;
}

export class BoxStream {
  readonly #handlers: BoxHandlers;
  readonly #header = new Uint8Array(16);
  #headerLength = 0;
  #open: OpenBox | undefined;
  /** Bytes read so far. */
  position = 0;

  constructor(handlers: BoxHandlers) {
    this.#handlers = handlers;
  }

  /** Bytes of a header or body that is collected. */
  get heldBytes(): number {
    return this.#headerLength + (this.#open?.body?.length ?? 0);
  }

  get isBetweenBoxes(): boolean {
    return this.#open === undefined && this.#headerLength === 0;
  }

  /** @throws MediaError if a box is smaller than its header, or has 2^53 bytes, and what the handlers throw */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const taken = this.#open
        ? this.#takeBody(this.#open, bytes.subarray(at))
        : this.#takeHeader(bytes.subarray(at));
      at += taken;
      this.position += taken;
      if (this.#open?.left === 0) this.#close(this.#open);
    }
  }

  /** @throws MediaError if the stream ends inside a box */
  finish(): void {
    if (this.#headerLength > 0) {
      throw new MediaError(`Cannot read a box header of ${this.#headerLength} bytes`);
    }
    const { start, left } = this.#open ?? {};
    if (!start || left === Infinity) return;
    throw new MediaError(`Cannot find the last ${left} bytes`).in(toPrintable(start.type));
  }

  #takeHeader(bytes: Uint8Array): number {
    const isLong = this.#headerLength >= 8 && readU32(this.#header, 0) === 1;
    const wanted = (isLong ? 16 : 8) - this.#headerLength;
    const part = bytes.subarray(0, wanted);
    this.#header.set(part, this.#headerLength);
    this.#headerLength += part.length;
    const needsMore = !isLong && readU32(this.#header, 0) === 1;
    if (part.length === wanted && !needsMore) this.#startBox(part.length);
    return part.length;
  }

  #startBox(pending: number): void {
    const header = this.#header.slice(0, this.#headerLength);
    const headerSize = this.#headerLength;
    this.#headerLength = 0;
    const type = new ByteReader(header.subarray(4)).ascii(4);
    const declared = readU32(header, 0);
    const size = declared === 0
      ? Infinity
      : headerSize === 16
      ? new ByteReader(header.subarray(8)).u64() - 16
      : declared - 8;
    if (size < 0) {
      throw new MediaError("Cannot read a box smaller than its header").in(toPrintable(type));
    }
    const offset = this.position + pending - headerSize;
    const start = { type, offset, headerSize, size, header };
    const taking = this.#handlers.start(start);
    const body = taking === "whole" ? new GrowingBuffer(size) : undefined;
    this.#open = { start, taking, left: size, body };
  }

  #takeBody(open: OpenBox, bytes: Uint8Array): number {
    const part = bytes.length > open.left ? bytes.subarray(0, open.left) : bytes;
    open.left -= part.length;
    if (open.taking === "whole") open.body!.append(part);
    else if (open.taking === "data") this.#handlers.data(part);
    return part.length;
  }

  #close({ start, body }: OpenBox): void {
    this.#open = undefined;
    if (body) this.#handlers.body(start, body.bytes);
  }
}

function readU32(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 2 ** 24 + bytes[at + 1]! * 2 ** 16 + bytes[at + 2]! * 256 + bytes[at + 3]!;
}
