/** Clients that break RTMP or its limits get an answer or are closed, and a publisher beside them is recorded in full. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ByteConnection } from "./byte_connection.ts";
import { HOSTILE_CLIENTS, range } from "./hostile_clients.ts";
import { readSource } from "./media_source.ts";
import { checkStored, endSource, pushSource } from "./pushed_source.ts";
import { RtmpEncoder, STREAM_KEY } from "./rtmp_encoder.ts";
import { RtmpServer } from "./rtmp_server.ts";

const tracks = [
  ...await readSource("test-avc-baseline.mp4"),
  ...await readSource("ladder-aac-eng.mp4"),
]
  .map((track) => ({ ...track, frames: track.frames.filter(({ seconds }) => seconds < 6) }));

/** Channels beside that of the honest publisher, which has one of its own. */
const OTHER = { app: "live/other" };

/** A server with two channels, and an honest publisher of one of them. */
async function startHonest() {
  const server = new RtmpServer();
  server.channels.texts.set("other.json", server.channels.texts.get("news.json")!);
  const publishing = await server.publishRtmp();
  return {
    server,
    /** Pushes all while something else happens, and checks what viewers get. */
    async check(): Promise<void> {
      await pushSource(server, publishing, { tracks, format: "legacy" });
      await endSource(server, publishing);
      await checkStored(server, { "feed-video": tracks[0]!, "feed-audio": tracks[1]! });
    },
  };
}

for (const { name, build, closes, status, log } of HOSTILE_CLIENTS) {
  Deno.test(`a client that sends ${name} harms no other`, async () => {
    const { server, check } = await startHonest();
    await using _ = server;
    const connection = server.connect();
    for (const piece of build(new RtmpEncoder(OTHER))) {
      await connection.push(piece);
      await server.wait(0.02);
    }
    await server.wait(Math.min(closes, 2));
    await check();
    if (closes < Infinity) await server.wait(Math.max(0, closes - 8));
    assertEquals(connection.isClosed, closes < Infinity, server.logs.join("; "));
    if (status !== undefined) assertEquals(connection.statuses.at(-1), status);
    checkLog(server, log);
  });
}

function checkLog({ logs }: RtmpServer, expected: RegExp): void {
  assert(logs.some((line) => expected.test(line)), logs.join("; "));
  assertEquals(logs.filter((line) => line.includes(STREAM_KEY)), []);
}

const REJECTED: readonly [what: string, options: { app: string; name: string }][] = [
  ["a wrong key", { app: "live/other", name: "wrong-key-0123456789" }],
  ["no key", { app: "live/other", name: "" }],
  ["no channel", { app: "", name: STREAM_KEY }],
  ["a channel that does not exist", { app: "live/nothing", name: STREAM_KEY }],
  ["a channel outside of the directory", { app: "live/../other", name: STREAM_KEY }],
  ["a name of 15 KB", { app: "live/other", name: "a".repeat(15_000) }],
  ["a key in the place of the channel", { app: `live/${STREAM_KEY}`, name: "other" }],
];

for (const [what, options] of REJECTED) {
  Deno.test(`a client that publishes with ${what} is rejected`, async () => {
    const { server, check } = await startHonest();
    await using _ = server;
    const connection = server.connect();
    await connection.push(new RtmpEncoder(options).start());
    await server.wait(2);
    assertEquals(connection.statuses.at(-1), "NetStream.Publish.BadName");
    assertEquals(connection.isClosed, true);
    assertMatch(server.logs.join("; "), /RTMP/);
    checkLog(server, /warn|info|error/);
    await check();
  });
}

Deno.test("150 connections that send a byte each second are closed, and harm no other", async () => {
  const { server, check } = await startHonest();
  await using _ = server;
  const handshake = new RtmpEncoder(OTHER).handshake();
  const slow = Array.from({ length: 150 }, () => server.connect());
  const sendSlowly = async (connection: ByteConnection) => {
    for (let i = 0; i < 20 && !connection.isClosed; i++) {
      await connection.push(handshake.subarray(i, i + 1));
      await new Promise<void>((resolve) => server.clock.start(resolve, 1000));
    }
  };
  const sending = Promise.all(slow.map(sendSlowly));
  await check();
  await server.wait(8);
  assertEquals(slow.filter(({ isClosed }) => !isClosed).length, 0);
  await server.wait(20);
  await sending;
});

Deno.test("a client that reads no response is closed after 10 s", async () => {
  const { server, check } = await startHonest();
  await using _ = server;
  const encoder = new RtmpEncoder(OTHER);
  const connection = server.connect();
  await connection.push(encoder.start());
  await server.wait(0.25);
  connection.isWritable = false;
  await connection.push(range(20_000, (i) => encoder.ping(i)));
  await check();
  await server.wait(5);
  assertEquals(connection.isClosed, true);
  checkLog(server, /10 s/);
});
