/** A plain HTTP/1.1 client on one connection, for what `wrk` cannot do: single requests, and not reading. */

const CRLF2 = [13, 10, 13, 10];

/** Maximum size of a response header. */
const MAX_HEADER_BYTES = 65536;

export interface ClientResponse {
  /** In order, with names in lower case. */
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
   * Sends a GET request that does not accept compression, and reads the response.
   *
   * @throws Error when the status is not 200, or the response has no Content-Length or is truncated
   */
  async get(path: string): Promise<ClientResponse> {
    await this.send(path);
    return await this.receive();
  }

  /** Sends a GET request without reading the response. */
  async send(path: string): Promise<void> {
    this.#path = path;
    const bytes = new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    for (let done = 0; done < bytes.length;) {
      done += await this.#connection.write(bytes.subarray(done));
    }
  }

  /** Reads the response to the request sent before. */
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
    throw new Error(`Cannot get ${this.#path}: status ${status}, ${reason}`);
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #read(into: Uint8Array): Promise<number> {
    const count = await this.#connection.read(into);
    if (!count) throw new Error("Cannot read the response: the server closed the connection");
    return count;
  }
}

/** Offset of the body; -1 while the header is incomplete. */
function findHeaderEnd(bytes: Uint8Array): number {
  for (let i = bytes.indexOf(13); i >= 0; i = bytes.indexOf(13, i + 1)) {
    if (CRLF2.every((byte, k) => bytes[i + k] === byte)) return i + 4;
  }
  return -1;
}

/** @throws Error when the response is not HTTP/1.1 */
export function parseHeader(header: string): { status: number; headers: [string, string][] } {
  const [first, ...lines] = header.trimEnd().split("\r\n");
  const status = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(first!)?.[1];
  if (status === undefined) throw new Error(`Cannot read a response that starts with ${first}`);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(status), headers };
}

function getContentLength(headers: ClientResponse["headers"]): number {
  const length = headers.find(([name]) => name === "content-length")?.[1];
  if (length === undefined) throw new Error("Cannot read a response without Content-Length");
  return Number(length);
}
