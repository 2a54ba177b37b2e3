/** Clients that do not read. */

import { fromFileUrl } from "@std/path";

const TLS = fromFileUrl(new URL("../http/tls/", import.meta.url));

export const TLS_FLAGS = ["--cert", `${TLS}cert.pem`, "--key", `${TLS}key.pem`];

export const AUTHORITY = Deno.readTextFileSync(`${TLS}ca.pem`);

/** Connects to the host and port of a URL. */
export async function connect(url: string): Promise<Deno.Conn> {
  const { protocol, port } = new URL(url);
  const address = { hostname: "localhost", port: Number(port) };
  return protocol === "https:"
    ? await Deno.connectTls({ ...address, caCerts: [AUTHORITY] })
    : await Deno.connect(address);
}

/** Requests a path, and reads the start of the response alone. */
export async function stall(url: string, path: string): Promise<Deno.Conn> {
  const connection = await connect(url);
  const request = `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  await connection.read(new Uint8Array(1000));
  return connection;
}

const HEADERS_FRAME = 1;
const SETTINGS_FRAME = 4;
const END_OF_REQUEST = 5; // END_STREAM, END_HEADERS
const INITIAL_WINDOW_SIZE = 4;

/** HTTP/2 (RFC 9113) with prior knowledge: requests a path often, each response with a window of one byte. */
export async function stallHttp2(url: string, path: string, requests: number): Promise<Deno.Conn> {
  const connection = await connect(url);
  const preface = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  const settings = [0, INITIAL_WINDOW_SIZE, 0, 0, 0, 1];
  const bytes = [...preface, ...frame(SETTINGS_FRAME, { payload: settings })];
  for (let i = 0; i < requests; i++) {
    const stream = 2 * i + 1;
    bytes.push(...frame(HEADERS_FRAME, { flags: END_OF_REQUEST, stream, payload: hpack(path) }));
  }
  await connection.write(Uint8Array.from(bytes));
  return connection;
}

function frame(
  type: number,
  { flags = 0, stream = 0, payload }: { flags?: number; stream?: number; payload: number[] },
): number[] {
  const { length } = payload;
  const id = [stream >>> 24, stream >>> 16, stream >>> 8, stream].map((byte) => byte & 255);
  return [length >>> 16, (length >>> 8) & 255, length & 255, type, flags, ...id, ...payload];
}

/** `:method` and `:scheme` of the static table, `:path` and `:authority` as literals (RFC 7541). */
function hpack(path: string): number[] {
  const text = [...new TextEncoder().encode(path)];
  return [0x82, 0x86, 0x04, text.length, ...text, 0x01, 1, "a".charCodeAt(0)];
}
