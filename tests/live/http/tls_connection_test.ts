import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { TlsListener } from "../../../lib/live/tls_listener.ts";
import { settle } from "../timer_clock.ts";

const readPem = (name: string) =>
  Deno.readTextFileSync(fromFileUrl(new URL(`../../http/tls/${name}.pem`, import.meta.url)));

const [cert, key, ca] = ["cert", "key", "ca"].map(readPem) as [string, string, string];

const MANY_BYTES = 4 * 2 ** 20;

/** Two pieces of what is received, and what records of TLS add. */
const MAX_AHEAD = 150_000;

/** @param onReceived is called with the bytes of each piece that the server receives */
function listen(onReceived: (bytes: number) => void = () => {}) {
  const tcp = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = tcp.addr as Deno.NetAddr;
  const accept = async () => countReceived(await tcp.accept(), onReceived);
  const listener = new TlsListener({ accept, close: () => tcp.close() }, { cert, key });
  const connectTcp = () => Deno.connect({ hostname: "127.0.0.1", port });
  const connect = () => Deno.connectTls({ hostname: "localhost", port, caCerts: [ca] });
  return { listener, connect, connectTcp, [Symbol.dispose]: () => listener.close() };
}

function countReceived(connection: Deno.Conn, onReceived: (bytes: number) => void) {
  const { read } = connection;
  connection.read = async (buffer) => {
    const count = await read.call(connection, buffer);
    onReceived(count ?? 0);
    return count;
  };
  return connection;
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

const toText = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const toBytes = (text: string) => new TextEncoder().encode(text);

Deno.test("TlsConnection reads and writes, and ends with the other end", async () => {
  using server = listen();
  const [connection, client] = await Promise.all([server.listener.accept(), server.connect()]);
  const writing = client.write(toBytes("PUT")); // after the handshake, which is part of the first read()
  const buffer = new Uint8Array(2);
  assertEquals([await connection.read(buffer), toText(buffer)], [2, "PU"]);
  assertEquals([await connection.read(buffer), toText(buffer)], [1, "TU"]);
  await writing;
  assertEquals([connection.remoteAddr.hostname, connection.readsInParts], ["127.0.0.1", true]);
  await client.closeWrite();
  assertEquals(await connection.read(buffer), null);
  assertEquals(await connection.write(toBytes("200")), 3);
  await connection.closeWrite();
  const received = await new Response(client.readable).text();
  assertEquals(received, "200");
  connection.close();
});

Deno.test("TlsConnection receives little more than what is read", async () => {
  let encrypted = 0;
  using server = listen((bytes) => encrypted += bytes);
  const [connection, client] = await Promise.all([server.listener.accept(), server.connect()]);
  const send = async () => {
    const part = new Uint8Array(2 ** 16);
    for (let sent = 0; sent < MANY_BYTES; sent += part.length) await writeAll(client, part);
    await client.closeWrite();
  };
  const sending = send();
  const buffer = new Uint8Array(2 ** 14);
  let received = 0;
  for (let count; (count = await connection.read(buffer)) !== null; received += count) {
    for (let turn = 0; turn < 5; turn++) await settle(); // in which more could be received
    assert(encrypted - received < MAX_AHEAD, `${encrypted - received} bytes`);
  }
  await sending;
  assertEquals(received, MANY_BYTES);
  for (const it of [connection, client]) it.close();
});

for (const hello of ["", "\x16\x03\x01\x02\x00\x01"]) {
  Deno.test(`TlsConnection.close() closes a connection during its handshake, after ${hello.length} bytes`, async () => {
    using server = listen();
    const [connection, client] = await Promise.all([server.listener.accept(), server.connectTcp()]);
    await client.write(toBytes(hello));
    const reading = assertRejects(() => connection.read(new Uint8Array(1)), Error, "closed");
    connection.close();
    await reading;
    assertEquals(await client.read(new Uint8Array(1)), null);
    client.close();
  });
}

Deno.test("TlsConnection.read() rejects what is no TLS", async () => {
  using server = listen();
  const [connection, client] = await Promise.all([server.listener.accept(), server.connectTcp()]);
  await client.write(toBytes("PUT / HTTP/1.1\r\n\r\n"));
  await assertRejects(() => connection.read(new Uint8Array(1)));
  for (const it of [connection, client]) it.close();
});
