/** Requests on a connection, one after the other (RFC 9112). */

import { IngestError } from "../ingest_error.ts";
import { IngestBody } from "./request_body.ts";
import { parseRequestHead, type RequestHead } from "./request_head.ts";
import type { StreamReader } from "./stream_reader.ts";

export interface IngestRequest extends RequestHead {
  readonly body: IngestBody;
}

const MAX_HEAD_BYTES = 16384;
const HEAD_END = [13, 10, 13, 10];
const CONTINUE = new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n");

/** Reads requests. Clients may send the next one before they have the response (RFC 9112 §9.3.2), as ffmpeg sends manifests. */
export class HttpRequestReader {
  readonly #reader: StreamReader;
  readonly #send: (bytes: Uint8Array) => Promise<void>;

  /** @param send writes to the other end of the connection */
  constructor(reader: StreamReader, send: (bytes: Uint8Array) => Promise<void>) {
    this.#reader = reader;
    this.#send = send;
  }

  /**
   * Reads a request up to its body; the body before it must be at its end. Resolves to undefined if the connection ends before the
   * request begins.
   *
   * @throws IngestError if the request is malformed or incomplete; nothing more can be read then
   */
  async read(): Promise<IngestRequest | undefined> {
    const head = await this.#readHead();
    if (!head) return undefined;
    const { bodyLength: length, expectsContinue } = head;
    const sendContinue = expectsContinue ? () => this.#send(CONTINUE) : undefined;
    const body = new IngestBody({ reader: this.#reader, length, sendContinue });
    return { ...head, body };
  }

  async #readHead(): Promise<RequestHead | undefined> {
    for (let searched = 0;;) {
      searched -= this.#skipEmptyLines();
      const { received } = this.#reader;
      const end = indexOfHeadEnd(received, Math.max(searched - HEAD_END.length, 0));
      const isTooLarge = end < 0
        ? received.length >= MAX_HEAD_BYTES + HEAD_END.length
        : end > MAX_HEAD_BYTES;
      if (isTooLarge) throw tooLarge();
      if (end >= 0) {
        const head = parseRequestHead(received.subarray(0, end));
        this.#reader.consume(end + HEAD_END.length);
        return head;
      }
      searched = received.length;
      if (!await this.#reader.receive()) return endBeforeHead(received.length);
    }
  }

  /** Empty lines before a request are ignored (RFC 9112 §2.2). Returns how many bytes were skipped. */
  #skipEmptyLines(): number {
    const { received } = this.#reader;
    let count = 0;
    while (received[count] === 13 && received[count + 1] === 10) count += 2;
    this.#reader.consume(count);
    return count;
  }
}

function indexOfHeadEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(13, from); at >= 0; at = bytes.indexOf(13, at + 1)) {
    if (HEAD_END.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

function endBeforeHead(received: number): undefined {
  if (received === 0) return undefined;
  throw new IngestError(
    "BAD_REQUEST",
    "Cannot read the headers: the connection ended before they did",
  );
}

function tooLarge(): IngestError {
  return new IngestError(
    "HEADERS_TOO_LARGE",
    `Cannot read headers of more than ${MAX_HEAD_BYTES} bytes`,
  );
}
