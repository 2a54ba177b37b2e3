import { assertEquals, assertMatch } from "@std/assert";
import { concat, u8 } from "../../mp4/movie_file.ts";
import { frameTag, sequenceHeader } from "./pushed_tags.ts";
import { readSource } from "./media_source.ts";
import { RtmpEncoder, type RtmpEncoderOptions, STREAM_KEY } from "./rtmp_encoder.ts";
import { readArchived } from "./pushed_source.ts";
import { RtmpServer } from "./rtmp_server.ts";

const [video] = (await readSource("flash-avc-bframes.mp4")).filter(({ type }) => type === "video");

/** Messages of the first frames of a video, one each 40 ms. */
function writeFrames(encoder: RtmpEncoder, first: number, end: number): Uint8Array {
  const header = first === 0 ? [encoder.media("video", 0, sequenceHeader(video!, "legacy")!)] : [];
  const frames = video!.frames.slice(first, end).map((frame, i) =>
    encoder.media("video", 40 * (first + i), frameTag(video!, frame, "legacy"))
  );
  return concat(...header, ...frames);
}

function countStored({ counts }: RtmpServer): number {
  return counts.fragments.stored;
}

Deno.test("serveRtmp() accepts a publisher, which counts with its bytes", async () => {
  await using server = new RtmpServer();
  const { connection } = await server.publishRtmp();
  assertEquals(connection.statuses, [
    "NetConnection.Connect.Success",
    "NetStream.Publish.Start",
    "NetStream.Publish.Start",
  ]);
  const { publishers, receivedBytes, connections } = server.ingest.updateCounts();
  assertEquals([publishers, connections], [{ http: 0, rtmp: 1 }, 1]);
  assertEquals(receivedBytes, { http: 0, rtmp: connection.received });
  await connection.end();
  await server.wait(1);
  assertEquals([connection.isClosed, server.ingest.updateCounts().connections], [true, 0]);
});

const rejected: [options: Partial<RtmpEncoderOptions>, line: RegExp][] = [
  [{ name: `x${STREAM_KEY}` }, /^warn .* RTMP \/live\/news\.json\/…: 403 FORBIDDEN: Cannot .* key/],
  [{ app: "live/other" }, /RTMP \/live\/other\.json\/…: 404 NOT_FOUND: Cannot find the channel/],
  [{ app: STREAM_KEY, name: "live/news" }, /RTMP \/…\/live\.json\/…: 404 NOT_FOUND/],
  [{ app: "live/..", name: STREAM_KEY }, /RTMP \/…: 400 BAD_REQUEST: Cannot read the path/],
];

for (const [options, line] of rejected) {
  Deno.test(`serveRtmp() rejects ${JSON.stringify(options)}, and closes within a second`, async () => {
    await using server = new RtmpServer();
    const connection = server.connect();
    await connection.push(new RtmpEncoder(options).start());
    assertEquals(connection.statuses.at(-1), "NetStream.Publish.BadName");
    for (let i = 0; i < 4; i++) {
      await connection.push(u8(0));
      await server.wait(0.25);
    }
    assertEquals(connection.isClosed, true);
    assertMatch(server.logs.at(-1)!, line);
    assertEquals(server.logs.filter((it) => it.includes(STREAM_KEY)), []);
  });
}

const unavailable: [reason: string, prepare: (server: RtmpServer) => void, line: RegExp][] = [
  ["while ams stops", ({ ingest }) => ingest.drain(), /503 DRAINING/],
  [
    "to a channel that is locked",
    ({ channels }) => channels.locks.set("news.json", Symbol()),
    /503 CHANNEL_LOCKED/,
  ],
];

for (const [reason, prepare, line] of unavailable) {
  Deno.test(`serveRtmp() rejects a publisher ${reason}`, async () => {
    await using server = new RtmpServer();
    prepare(server);
    const connection = server.connect();
    await connection.push(new RtmpEncoder().start());
    await server.wait(1);
    assertEquals(connection.statuses.at(-1), "NetStream.Publish.BadName");
    assertMatch(server.logs.at(-1)!, line);
    assertEquals(connection.isClosed, true);
  });
}

Deno.test("serveRtmp() closes a connection that publishes nothing within 10 s", async () => {
  await using server = new RtmpServer();
  const connection = server.connect();
  const encoder = new RtmpEncoder();
  await connection.push(concat(encoder.handshake(), encoder.connect()));
  await server.wait(9.75);
  assertEquals(connection.isClosed, false);
  await server.wait(0.5);
  assertEquals(connection.isClosed, true);
  assertMatch(server.logs.join(), /closed: the handshake and commands of RTMP took longer than/);
});

Deno.test("serveRtmp() closes a connection that sends much and publishes nothing", async () => {
  await using server = new RtmpServer();
  const connection = server.connect();
  const encoder = new RtmpEncoder();
  await connection.push(concat(encoder.handshake(), encoder.connect()));
  for (let i = 0; i < 5; i++) await connection.push(encoder.command("x", "y".repeat(15_000)));
  assertMatch(server.logs.join(), /closed: it has sent 7\d{4} bytes and published nothing/);
  assertEquals([connection.isClosed, connection.waiting], [true, 0]);
});

const malformed: [name: string, bytes: (encoder: RtmpEncoder) => Uint8Array][] = [
  ["media before publish", (encoder) => concat(encoder.connect(), writeFrames(encoder, 0, 1))],
  ["a chunk size of 0", (encoder) => encoder.control(1, new Uint8Array(4))],
  ["a command before connect", (encoder) => encoder.createStream()],
];

for (const [name, write] of malformed) {
  Deno.test(`serveRtmp() closes a connection for ${name}, with one log line`, async () => {
    await using server = new RtmpServer();
    const connection = server.connect();
    const encoder = new RtmpEncoder();
    await connection.push(concat(encoder.handshake(), write(encoder)));
    assertEquals([connection.isClosed, server.logs.length], [true, 1]);
    assertMatch(server.logs[0]!, /^info Connection of publisher 192\.0\.2\.7 was closed: Cannot /);
  });
}

Deno.test("serveRtmp() stores frames while nothing comes", async () => {
  await using server = new RtmpServer();
  const { encoder, connection } = await server.publishRtmp();
  await connection.push(writeFrames(encoder, 0, 10));
  await server.wait(2);
  assertEquals(countStored(server) > 0, true);
});

Deno.test("serveRtmp() reads once each 50 ms, and at once what one read cannot take", async () => {
  await using server = new RtmpServer();
  const { encoder, connection } = await server.publishRtmp();
  const pieces = [0, 1, 2, 3].map((i) => writeFrames(encoder, i, i + 1));
  await connection.push(...pieces);
  assertEquals(connection.waiting, 3);
  await server.wait(0.05);
  assertEquals(connection.waiting, 2);
  await server.wait(0.1);
  assertEquals(connection.waiting, 0);
  await server.wait(0.05);
  const command = encoder.command("x", "y".repeat(60_000));
  await connection.push(concat(command, command, command));
  assertEquals([connection.waiting, connection.isClosed], [0, false]);
});

Deno.test("serveRtmp() stores what came before a client breaks the protocol, and names the channel", async () => {
  await using server = new RtmpServer();
  const { encoder, connection } = await server.publishRtmp();
  await connection.push(writeFrames(encoder, 0, 10));
  await connection.push(encoder.control(1, new Uint8Array(4)));
  await server.wait(1);
  assertEquals(connection.statuses.at(-1), "NetStream.Publish.BadName");
  assertEquals([countStored(server) > 0, connection.isClosed], [true, true]);
  assertMatch(server.logs.join("\n"), /warn Publisher .* RTMP \/live\/news\.json\/…: 400 BAD_REQ/);
});

Deno.test("serveRtmp() stores what has come when the server stops", async () => {
  await using server = new RtmpServer();
  const { encoder, connection } = await server.publishRtmp();
  await connection.push(writeFrames(encoder, 0, 10));
  assertEquals(countStored(server), 0);
  const stopping = server.ingest.stop(5000);
  await server.wait(1);
  await stopping;
  assertEquals([countStored(server) > 0, connection.isClosed], [true, true]);
});

Deno.test("serveRtmp() ends a channel that is removed", async () => {
  await using server = new RtmpServer();
  const { encoder, connection } = await server.publishRtmp();
  await connection.push(writeFrames(encoder, 0, 10));
  server.ingest.endChannel("live/news.json", 5000);
  await server.wait(1);
  assertEquals([countStored(server) > 0, connection.isClosed], [true, true]);
  assertMatch(server.logs.join("\n"), /RTMP \/live\/news\.json\/…: 503 DRAINING/);
});

Deno.test("serveRtmp() answers pings while it receives, and closes a client that reads nothing", async () => {
  await using server = new RtmpServer();
  const { encoder, connection } = await server.publishRtmp();
  await connection.push(encoder.ping(7));
  assertEquals(connection.answers.at(-1)!.payload, u8(0, 7, 0, 0, 0, 7));
  connection.isWritable = false;
  await connection.push(encoder.ping(8));
  await server.wait(9.75);
  assertEquals(connection.isClosed, false);
  await server.wait(0.5);
  assertEquals(connection.isClosed, true);
  assertMatch(server.logs.join(), /the response was not received for 10 s/);
});

Deno.test("serveRtmp() closes a connection that is silent for 60 s", async () => {
  await using server = new RtmpServer();
  const { connection } = await server.publishRtmp();
  await server.wait(59.5);
  assertEquals(connection.isClosed, false);
  await server.wait(0.75);
  assertEquals(connection.isClosed, true);
  assertMatch(server.logs.join(), /no byte was received for 60 s/);
});

Deno.test("serveRtmp() ends the broadcast when the client ends the stream", async () => {
  await using server = new RtmpServer();
  const { encoder, connection } = await server.publishRtmp();
  await connection.push(concat(writeFrames(encoder, 0, 20), encoder.end()));
  await server.wait(1);
  assertEquals(connection.statuses.at(-1), "NetStream.Unpublish.Success");
  assertEquals([connection.isClosed, server.recorder.gauges.channels.over], [true, 1]);
});

Deno.test("serveRtmp() leaves a broadcast open whose connection is lost", async () => {
  await using server = new RtmpServer();
  const { encoder, connection } = await server.publishRtmp();
  await connection.push(writeFrames(encoder, 0, 20));
  await connection.end();
  await server.wait(4);
  assertEquals(server.recorder.gauges.channels.silent, 1);
});

Deno.test("serveRtmp() records an encoder that is back while its old connection is half open", async () => {
  await using server = new RtmpServer();
  const first = await server.publishRtmp();
  await first.connection.push(writeFrames(first.encoder, 0, 75));
  await server.wait(1);
  const second = await server.publishRtmp();
  for (let at = 0; at < 60; at += 5) {
    await second.connection.push(writeFrames(second.encoder, at, at + 5));
    await server.wait(0.25);
  }
  assertMatch(server.logs.join("\n"), /A period begins: another encoder has taken over/);
  assertEquals(first.connection.isClosed, false);
  await server.wait(60);
  assertEquals(first.connection.isClosed, true);
});

Deno.test("serveRtmp() has named renditions whose frames waited when the process was killed", async () => {
  const killed = new RtmpServer();
  const { encoder, connection } = await killed.publishRtmp();
  await connection.push(writeFrames(encoder, 0, 20));
  await connection.end();
  await killed.wait(1);
  assertEquals(killed.channels.archives.get("news.json")!.list(""), ["waiting.json"]);
  killed.channels.locks.clear();
  await using server = new RtmpServer({}, killed.channels);
  await server.wait(4);
  const sent = concat(...video!.frames.slice(0, 20).map(({ bytes }) => bytes));
  assertEquals(readArchived(server, "feed-video"), sent);
});
