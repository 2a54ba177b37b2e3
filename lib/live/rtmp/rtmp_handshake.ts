/** The simple handshake of a server (RTMP 1.0 §5.2). Clients that send a digest in C1 accept it, too. */

import { RtmpError } from "./rtmp_error.ts";

/** The only version in use; 6 is encrypted (RTMPE). */
export const RTMP_VERSION = 3;

/** In bytes, of C1, C2, S1 and S2. */
const PACKET_SIZE = 1536;

export class RtmpHandshake {
  readonly #c1 = new Uint8Array(PACKET_SIZE);
  /** Bytes of C0, C1 and C2 so far. */
  #position = 0;

  get isComplete(): boolean {
    return this.#position === 1 + 2 * PACKET_SIZE;
  }

  /**
   * Takes the next bytes of the connection, until the handshake is complete.
   *
   * @returns how many of them belong to it, and what is to be sent: S0, S1 and S2 once C1 is complete, since clients wait for
   * them before C2. C2 is not compared with S1.
   * @throws RtmpError if C0 is another version
   */
  push(bytes: Uint8Array): { taken: number; response: Uint8Array | undefined } {
    const taken = Math.min(bytes.length, 1 + 2 * PACKET_SIZE - this.#position);
    if (this.#position === 0 && taken > 0) checkVersion(bytes[0]!);
    const before = this.#position;
    this.#position += taken;
    const start = Math.max(1 - before, 0);
    const end = Math.min(1 + PACKET_SIZE - before, taken);
    if (start < end) this.#c1.set(bytes.subarray(start, end), before + start - 1);
    const completesC1 = before <= PACKET_SIZE && this.#position > PACKET_SIZE;
    return { taken, response: completesC1 ? respond(this.#c1) : undefined };
  }
}

function checkVersion(version: number): void {
  if (version === RTMP_VERSION) return;
  throw new RtmpError(`Cannot read version ${version} of RTMP, expected ${RTMP_VERSION}`);
}

/** Bytes 4 to 7 of S1 are zero, by which clients know that it has no digest. */
function respond(c1: Uint8Array): Uint8Array {
  const response = new Uint8Array(1 + 2 * PACKET_SIZE);
  response[0] = RTMP_VERSION;
  for (let i = 9; i <= PACKET_SIZE; i++) response[i] = i; // any bytes: S1 is time, zero and filler
  response.set(c1, 1 + PACKET_SIZE);
  return response;
}
