/** A keep-alive HTTP/1.1 client that costs little beside what it measures: `fetch` takes as much as the server. */

const CRLF2 = [13, 10, 13, 10];

/** One connection, one request at a time. */
export class Client {
  readonly #connection: Deno.Conn;
  readonly #buffer = new Uint8Array(1 << 18);

  private constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  static async connect(port: number): Promise<Client> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    return new Client(connection);
  }

  /**
   * Sends a GET and reads the answer to its end without keeping it.
   *
   * @returns bytes of the body
   * @throws Error when the status is not 200, or the answer has no length
   */
  async drain(request: Uint8Array): Promise<number> {
    await writeAll(this.#connection, request);
    let filled = 0;
    let bodyAt = -1;
    while (bodyAt < 0) {
      filled += await this.#read(filled);
      bodyAt = headersEnd(this.#buffer.subarray(0, filled));
    }
    const length = contentLength(new TextDecoder().decode(this.#buffer.subarray(0, bodyAt)));
    for (let left = length - (filled - bodyAt); left > 0;) left -= await this.#read(0);
    return length;
  }

  close(): void {
    this.#connection.close();
  }

  async #read(at: number): Promise<number> {
    const count = await this.#connection.read(this.#buffer.subarray(at));
    if (!count) throw new Error("Cannot read the answer: the server closed the connection");
    return count;
  }
}

/** The bytes of a GET of `path`. */
export function get(path: string): Uint8Array {
  return new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await connection.write(bytes.subarray(done));
}

/** Where the body starts; -1 while the headers are not all there. */
function headersEnd(bytes: Uint8Array): number {
  for (let i = bytes.indexOf(13); i >= 0; i = bytes.indexOf(13, i + 1)) {
    if (CRLF2.every((byte, k) => bytes[i + k] === byte)) return i + 4;
  }
  return -1;
}

function contentLength(headers: string): number {
  const status = headers.slice(0, headers.indexOf("\r\n"));
  if (!status.includes(" 200 ")) throw new Error(`Cannot measure an answer of ${status}`);
  const length = /^content-length: *(\d+)\r$/im.exec(headers)?.[1];
  if (length === undefined) throw new Error("Cannot measure an answer without Content-Length");
  return Number(length);
}
