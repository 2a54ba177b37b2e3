import { assert, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { serveTls } from "../../lib/http/tls_listener.ts";
import { LoggedResponse } from "../../lib/http/response.ts";
import type { HttpServer } from "../../lib/http/server.ts";
import { freePort } from "../free_port.ts";
import { FakeClock } from "./fake_clock.ts";

const readPem = (name: string) =>
  Deno.readTextFileSync(fromFileUrl(new URL(`./tls/${name}.pem`, import.meta.url)));

const ENCODER = new TextEncoder();

/** Far more than sockets buffer. */
const MAX_SENT = 512 * 2 ** 20;

interface TestServer extends AsyncDisposable {
  readonly clock: FakeClock;
  connect(): Promise<Deno.TlsConn>;
}

/** A server of short responses. */
async function start(): Promise<TestServer> {
  const clock = new FakeClock();
  const port = freePort();
  const certificate = { cert: readPem("cert"), key: readPem("key") };
  const server: HttpServer = await serveTls(
    { host: "127.0.0.1", port },
    { certificate, clock },
    () => new LoggedResponse(ENCODER.encode("ok"), {}, 2),
  );
  return {
    clock,
    connect: () => Deno.connectTls({ hostname: "localhost", port, caCerts: [readPem("ca")] }),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Resolves when the server has closed the connection. */
async function readToEnd(connection: Deno.TlsConn): Promise<void> {
  try {
    for await (const _ of connection.readable);
  } catch (error) {
    const isClosed = error instanceof Deno.errors.ConnectionReset ||
      error instanceof Deno.errors.UnexpectedEof;
    if (!isClosed) throw error;
  }
}

Deno.test("serveTls() closes a connection whose headers do not end, though its server was replaced", async () => {
  await using server = await start();
  const connection = await server.connect();
  await connection.write(ENCODER.encode("GET / HTTP/1.1\r\nHost: localhost\r\nX: "));
  const closed = readToEnd(connection);
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50)); // another server takes over
    server.clock.advance(10_000);
  }
  await closed;
});

for (
  const [what, header] of [
    ["body", "Content-Length: 1000000000\r\n\r\n"],
    ["extension of a chunk", "Transfer-Encoding: chunked\r\n\r\n1;"],
  ]
) {
  Deno.test(`serveTls() closes a connection that sends a large ${what}`, async () => {
    await using server = await start();
    const connection = await server.connect();
    const closed = readToEnd(connection);
    await connection.write(ENCODER.encode(`GET / HTTP/1.1\r\nHost: localhost\r\n${header}`));
    let sent = 0;
    const part = new Uint8Array(65536).fill(97);
    try {
      while (sent < MAX_SENT) sent += await connection.write(part);
    } catch {
      // the server has closed it
    }
    assert(sent < MAX_SENT);
    await closed;
  });
}

Deno.test("serveTls() keeps a connection whose chunks are small", async () => {
  await using server = await start();
  using connection = await server.connect();
  const request =
    "GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
  const buffer = new Uint8Array(1000);
  for (let i = 0; i < 2; i++) {
    await connection.write(ENCODER.encode(request));
    const length = await connection.read(buffer);
    assertMatch(new TextDecoder().decode(buffer.subarray(0, length!)), /^HTTP\/1.1 200 /);
  }
});
