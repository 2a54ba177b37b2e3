import { assertEquals, assertMatch } from "@std/assert";
import { createIngestCounts } from "../../lib/live/ingest_counts.ts";
import { INGESTED, type IngestResponse } from "../../lib/live/http/http_response.ts";
import { type IngestOptions, IngestServer, type PublishRequest } from "../../lib/live/listener.ts";
import { StreamKeys } from "../../lib/live/stream_keys.ts";
import { MemoryConnection, splitAt, toBytes } from "./memory_connection.ts";
import { MemoryListener } from "./memory_listener.ts";
import { settle, TimerClock } from "./timer_clock.ts";

const KEY = "abcdefghijklmnop";
const KEYS = new StreamKeys([{ name: "main", key: KEY }, {
  name: "spare",
  key: KEY.toUpperCase(),
}]);

const head = (fields: string, path = `/live/news.json/${KEY}/feed`, method = "PUT") =>
  `${method} ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n`;
const CHUNKED = "Transfer-Encoding: chunked";
const PUT = `${head("Content-Length: 3")}abc`;

async function readBody({ body }: PublishRequest): Promise<string> {
  let text = "";
  for await (const piece of body) text += new TextDecoder().decode(piece);
  return text;
}

function serve(options: Partial<IngestOptions> = {}) {
  const clock = new TimerClock();
  const log: string[] = [];
  const bodies: string[] = [];
  const server = new IngestServer({
    findPublishers: (channel) => channel === "live/news.json" ? KEYS : undefined,
    async publish(request): Promise<IngestResponse> {
      bodies.push(`${request.publication.stream} ${await readBody(request)}`);
      return INGESTED;
    },
    counts: createIngestCounts(),
    log: ({ level, message }) => log.push(`${level} ${message}`),
    clock,
    nowMs: () => 0,
    ...options,
  });
  const listener = new MemoryListener();
  const listening = server.listen(listener);
  const connect = async (text = "", connection = new MemoryConnection([toBytes(text)])) => {
    listener.connect(connection);
    await clock.advance(2);
    return connection;
  };
  return { server, listener, listening, clock, log, bodies, connect };
}

/** Returns statuses of responses, with a minus for the last of a connection. */
function getStatuses({ sent }: MemoryConnection): number[] {
  return [...sent.matchAll(/^HTTP\/1\.1 (\d+)(?:.+\r\n)+?(?:(Connection: close)\r\n)?\r\n/gm)]
    .map(([, status, close]) => close ? -Number(status) : Number(status));
}

Deno.test("IngestServer serves pipelined requests of a connection in order", async () => {
  const { connect, bodies, server, clock } = serve();
  const chunked = `${head(CHUNKED)}1\r\nd\r\n0\r\n\r\n`;
  const connection = await connect(PUT + chunked + PUT);
  assertEquals(getStatuses(connection), []);
  await clock.advance(200);
  assertEquals(getStatuses(connection), [200, 200, 200]);
  assertEquals(bodies, ["feed abc", "feed d", "feed abc"]);
  const { connections, publishers, receivedBytes, responses } = server.updateCounts();
  assertEquals([connections, publishers.http, responses], [1, 1, { 200: 3 }]);
  assertEquals(receivedBytes.http, 2 * PUT.length + chunked.length);
  connection.end();
  await settle();
  assertEquals([connection.isClosed, server.updateCounts().connections], [true, 0]);
});

Deno.test("IngestServer serves a request split at every position", async () => {
  const text = `${head(`${CHUNKED}\r\nConnection: close`)}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`;
  const { connect, bodies } = serve();
  for (let at = 1; at < text.length; at++) {
    const connection = await connect("", new MemoryConnection(splitAt(toBytes(text), at)));
    assertEquals([getStatuses(connection), bodies.pop()], [[-200], "feed abcde"], `at ${at}`);
    connection.end();
  }
});

Deno.test("IngestServer responds only after the body, and after it was written", async () => {
  const written = Promise.withResolvers<void>();
  const { connect } = serve({
    async publish(request) {
      await readBody(request);
      await written.promise;
      return INGESTED;
    },
  });
  const connection = await connect(head(CHUNKED) + "3\r\nabc\r\n");
  connection.push("0\r\n\r\n");
  connection.end("end");
  await settle();
  assertEquals(connection.sent, "");
  written.resolve();
  await settle();
  assertEquals(getStatuses(connection), [200]);
});

Deno.test("IngestServer counts a body as whole whose connection is reset after the last chunk", async () => {
  const { connect, bodies } = serve();
  const text = `${head(CHUNKED)}3\r\nabc\r\n0\r\n\r\n`;
  const connection = await connect("", new MemoryConnection([toBytes(text)], "reset"));
  assertEquals([bodies, connection.isClosed], [["feed abc"], true]);
});

Deno.test("IngestServer rejects a body that ends early, and logs the path without the key", async () => {
  for (const ending of ["end", "reset"] as const) {
    const { connect, log } = serve();
    const text = `${head(CHUNKED)}3\r\nabc\r\n`;
    const connection = await connect("", new MemoryConnection([toBytes(text)], ending));
    assertEquals(getStatuses(connection), ending === "end" ? [-400] : []);
    assertEquals(log.length, 1);
    assertMatch(
      log[0]!,
      /^warn Publisher 192\.0\.2\.7 PUT \/live\/news\.json\/…: 400 BODY_INCOMPLETE: .* after 3 bytes/,
    );
  }
});

const rejected: [request: string, status: number][] = [
  ["PUT / HTTP/1.1\r\n\r\n", 400],
  [head("", "/live/news.json/wrong/feed"), 403],
  [head("", "/live/other.json/wrong/feed"), 404],
  [head("", undefined, "GET"), 405],
  [head(`X: ${"x".repeat(20000)}`), 431],
  [`${head(CHUNKED)}x\r\n`, 400],
];

for (const [request, status] of rejected) {
  Deno.test(`IngestServer rejects ${request.slice(0, 40).trim()} with ${status}, and closes within a second`, async () => {
    const { connect, bodies, clock, log } = serve();
    const connection = await connect(`${request}${PUT}`);
    assertEquals([getStatuses(connection), bodies], [[-status], []]);
    assertMatch(connection.sent, /"status":"ERROR"/);
    for (let ms = 0; ms < 1000; ms += 100) {
      connection.push("the encoder reads nothing while it sends");
      await clock.advance(100);
    }
    assertEquals(connection.isClosed, true);
    assertEquals([log.length, log.join().includes(KEY)], [1, false]);
  });
}

Deno.test("IngestServer requests credentials before the body", async () => {
  const { connect, log } = serve();
  const connection = await connect(
    head(`${CHUNKED}\r\nExpect: 100-continue`, "/live/news.json/feed"),
  );
  assertEquals(getStatuses(connection), [-401]);
  assertMatch(connection.sent, /WWW-Authenticate: Basic/);
  assertMatch(log.join(), /^info /);
});

Deno.test("IngestServer sends 100 Continue to a publisher with a key", async () => {
  const { connect, bodies, clock } = serve();
  const connection = await connect(head(`${CHUNKED}\r\nExpect: 100-continue`));
  assertEquals(connection.sent, "HTTP/1.1 100 Continue\r\n\r\n");
  connection.push("3\r\nabc\r\n0\r\n\r\n");
  await clock.advance(2);
  assertEquals([getStatuses(connection), bodies], [[100, 200], ["feed abc"]]);
});

Deno.test("IngestServer sends no body in response to HEAD", async () => {
  const { connect } = serve();
  const { sent } = await connect(head("", undefined, "HEAD"));
  assertMatch(sent, /^HTTP\/1\.1 405 [^{]*\r\n\r\n$/);
});

Deno.test("IngestServer closes the connection after a body that was not read", async () => {
  const { connect } = serve({ publish: () => Promise.resolve(INGESTED) });
  const connection = await connect(PUT);
  assertEquals([getStatuses(connection), connection.isHalfClosed], [[-200], true]);
});

Deno.test("IngestServer logs internal errors, of which the publisher learns nothing", async () => {
  const { connect, log } = serve({ publish: () => Promise.reject(new TypeError("a bug")) });
  const connection = await connect(PUT);
  assertEquals([getStatuses(connection), connection.sent.includes("a bug")], [[-500], false]);
  assertMatch(log.join(), /^error .* 500 INTERNAL: TypeError: a bug/);
});

const protocols: [first: string, reason: RegExp][] = [
  ["\x16\x03\x01", /TLS is not expected/],
  ["\0", /its first byte is 0/],
];

for (const [first, reason] of protocols) {
  Deno.test(`IngestServer closes a connection that begins with ${first.charCodeAt(0)}`, async () => {
    const { connect, log } = serve();
    const connection = await connect(first);
    assertEquals([connection.isClosed, connection.sent, log.length], [true, "", 1]);
    assertMatch(log[0]!, reason);
  });
}

Deno.test("IngestServer closes connections that do not begin, without a log line for those that end", async () => {
  const { connect, clock, log, server } = serve();
  const silent = await connect();
  const gone = await connect("", new MemoryConnection([], "end"));
  const broken = await connect("", new MemoryConnection([], "reset"));
  assertEquals([gone.isClosed, broken.isClosed, log.length], [true, true, 1]);
  await clock.advance(10_250);
  assertEquals([silent.isClosed, server.updateCounts().connections], [true, 0]);
  assertMatch(log[1]!, /longer than 10 s/);
});

Deno.test("IngestServer waits for a publisher while it does not read itself", async () => {
  const written = Promise.withResolvers<void>();
  const { connect, clock, log } = serve({
    async publish(request) {
      for await (const _ of request.body) await written.promise;
      return INGESTED;
    },
  });
  const connection = await connect(head(CHUNKED) + "3\r\nabc\r\n");
  await clock.advance(600_000);
  assertEquals(connection.isClosed, false);
  written.resolve();
  await clock.advance(60_250);
  assertEquals([connection.isClosed, connection.sent], [true, ""]);
  assertMatch(log.at(-1)!, /no byte was received for 60 s/);
});

Deno.test("IngestServer closes connections above its limit while all others have publishers", async () => {
  const { connect, log, server } = serve({ maxConnections: 2 });
  const [first, second, third] = [await connect(PUT), await connect(PUT), await connect(PUT)];
  const closed = [first, second, third].map(({ isClosed }) => isClosed);
  assertEquals(closed, [false, false, true]);
  assertEquals([server.updateCounts().rejectedConnections, log.length], [1, 1]);
  first.end();
  await settle();
  assertEquals((await connect()).isClosed, false);
});

Deno.test("drain() rejects new publishers only", async () => {
  const { connect, server, clock } = serve();
  const open = await connect(PUT);
  server.drain();
  const spare = `${head("", `/live/news.json/${KEY.toUpperCase()}/feed`)}`;
  assertEquals(getStatuses(await connect(spare)), [-503]);
  assertEquals(getStatuses(await connect(PUT)), [200]);
  open.push(PUT);
  await clock.advance(2);
  assertEquals(getStatuses(open), [200, 200]);
  open.end();
  await clock.advance(61_000);
  assertEquals(getStatuses(await connect(PUT)), [-503]);
});

Deno.test("stop() ends requests that are being served, and closes other connections", async () => {
  const { connect, server, listening, clock } = serve({
    async publish(request) {
      for await (const _ of request.body) if (request.stopping.aborted) break;
      return INGESTED;
    },
  });
  const idle = await connect(PUT);
  const busy = await connect(head(CHUNKED) + "3\r\nabc\r\n");
  const stalled = await connect(head(CHUNKED) + "3\r\nabc\r\n");
  let isStopped = false;
  server.stop(2000).then(() => isStopped = true);
  busy.push("3\r\ndef\r\n");
  await settle();
  assertEquals(getStatuses(busy), [-200]);
  await clock.advance(500);
  assertEquals(idle.isClosed, true);
  await clock.advance(1250);
  assertEquals([busy.isClosed, stalled.isClosed, isStopped], [true, false, false]);
  await clock.advance(500);
  assertEquals([stalled.isClosed, isStopped], [true, true]);
  await listening;
});

Deno.test("listen() goes on after errors, until its listener is closed", async () => {
  const { connect, listener, listening, clock, log } = serve();
  const open = await connect(PUT);
  listener.fail(new Error("Too many open files"));
  await clock.advance(100);
  const other = await connect(PUT);
  assertEquals([getStatuses(other), log.length], [[200], 1]);
  assertMatch(log[0]!, /^warn .*Too many open files/);
  listener.close();
  await listening;
  open.push(PUT);
  await clock.advance(2);
  assertEquals(getStatuses(open), [200, 200]);
});
