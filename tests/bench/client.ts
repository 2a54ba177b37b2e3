/** A plain HTTP/1.1 client on one connection: for what `wrk` can't do, such as a single request, or not to read. */

const CRLF2 = [13, 10, 13, 10];

/** No head of an answer is longer. In bytes. */
const MAX_HEADER_BYTES = 65536;

export interface ClientResponse {
  /** Names in lower case, in their order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array<ArrayBuffer>;
}

export class Client implements Disposable {
  readonly #connection: Deno.TcpConn;
  #path = "";

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  static async connect(port: number): Promise<Client> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    return new Client(connection);
  }

  /**
   * The answer to a GET, which is not to be compressed.
   *
   * @throws Error when the status is not 200, or the answer has no length, or is cut off
   */
  async get(path: string): Promise<ClientResponse> {
    await this.send(path);
    return await this.receive();
  }

  /** Asks, and reads nothing. */
  async send(path: string): Promise<void> {
    this.#path = path;
    const bytes = new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    for (let done = 0; done < bytes.length;) {
      done += await this.#connection.write(bytes.subarray(done));
    }
  }

  /** The answer to the request that was sent. */
  async receive(): Promise<ClientResponse> {
    const buffer = new Uint8Array(MAX_HEADER_BYTES);
    let filled = 0;
    let bodyAt = -1;
    while (bodyAt < 0) {
      filled += await this.#read(buffer.subarray(filled));
      bodyAt = findHeaderEnd(buffer.subarray(0, filled));
    }
    const { status, headers } = parseHeader(new TextDecoder().decode(buffer.subarray(0, bodyAt)));
    const body = new Uint8Array(getContentLength(headers));
    body.set(buffer.subarray(bodyAt, filled));
    for (let at = filled - bodyAt; at < body.length;) at += await this.#read(body.subarray(at));
    if (status === 200) return { headers, body };
    const reason = new TextDecoder().decode(body);
    throw new Error(`Cannot use the answer ${status} to ${this.#path}: ${reason}`);
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #read(into: Uint8Array): Promise<number> {
    const count = await this.#connection.read(into);
    if (!count) throw new Error("Cannot read the answer: the server closed the connection");
    return count;
  }
}

/** Where the body starts; -1 while the head is not all there. */
function findHeaderEnd(bytes: Uint8Array): number {
  for (let i = bytes.indexOf(13); i >= 0; i = bytes.indexOf(13, i + 1)) {
    if (CRLF2.every((byte, k) => bytes[i + k] === byte)) return i + 4;
  }
  return -1;
}

/** @throws Error when it is none of HTTP/1.1 */
export function parseHeader(header: string): { status: number; headers: [string, string][] } {
  const [first, ...lines] = header.trimEnd().split("\r\n");
  const status = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(first!)?.[1];
  if (status === undefined) throw new Error(`Cannot read an answer that starts with ${first}`);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(status), headers };
}

function getContentLength(headers: ClientResponse["headers"]): number {
  const length = headers.find(([name]) => name === "content-length")?.[1];
  if (length === undefined) throw new Error("Cannot use an answer without Content-Length");
  return Number(length);
}
