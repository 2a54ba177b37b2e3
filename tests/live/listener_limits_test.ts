import { assertEquals } from "@std/assert";
import { INGESTED } from "../../lib/live/http/http_response.ts";
import { createIngestCounts } from "../../lib/live/ingest_counts.ts";
import { IngestError } from "../../lib/live/ingest_error.ts";
import { IngestServer } from "../../lib/live/listener.ts";
import { StreamKeys } from "../../lib/live/stream_keys.ts";
import { MemoryConnection, toBytes } from "./memory_connection.ts";
import { MemoryListener } from "./memory_listener.ts";
import { TimerClock } from "./timer_clock.ts";

const KEY = "abcdefghijklmnop";
const KEYS = new StreamKeys([{ name: "main", key: KEY }]);

const head = (channel: string) =>
  `PUT /live/${channel}.json/${KEY}/feed HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`;

function serve() {
  const clock = new TimerClock();
  const log: string[] = [];
  const publishers: string[] = [];
  let stored = 0;
  const server = new IngestServer({
    findPublishers: () => KEYS,
    async publish({ body, stopping }) {
      for await (const { length } of body) {
        stored += length;
        if (stopping.aborted) throw new IngestError("NOT_FOUND", "Cannot find the channel");
      }
      return INGESTED;
    },
    onPublisher: ({ channel, publisher }, address) =>
      publishers.push(`${channel} ${publisher} ${address}`),
    counts: createIngestCounts(),
    log: ({ message }) => log.push(message),
    clock,
    nowMs: () => 0,
  });
  const listener = new MemoryListener();
  server.listen(listener);
  const connect = (text: string) => {
    const connection = new MemoryConnection([toBytes(text)]);
    listener.connect(connection);
    return connection;
  };
  return { server, clock, connect, log, publishers, getStored: () => stored };
}

Deno.test("IngestServer serves publishers next to 1,999 slow connections, which it closes after 10 s or for others", async () => {
  const { server, clock, connect, log, getStored } = serve();
  const slow = Array.from({ length: 1999 }, (_, i) => connect("P".repeat(i % 3)));
  const honest = connect(head("news"));
  await clock.advance(1);
  const other = connect(head("news"));
  await clock.advance(1);
  assertEquals([slow[0]!.isClosed, slow[1]!.isClosed, honest.isClosed], [true, false, false]);
  assertEquals(log.length, 2);
  assertEquals([/there are 2000 already/.test(log[0]!), /its place/.test(log[1]!)], [true, true]);
  other.push("0\r\n\r\n");
  await clock.advance(2);
  assertEquals(other.sent.slice(0, 15), "HTTP/1.1 200 OK");
  other.end();
  for (let second = 0; second < 9; second++) {
    for (const connection of slow) connection.push("P");
    honest.push("3\r\nabc\r\n");
    await clock.advance(1000);
  }
  assertEquals(getStored(), 27);
  assertEquals(slow.filter(({ isClosed }) => isClosed).length, 1);
  await clock.advance(1250);
  assertEquals(slow.filter(({ isClosed }) => !isClosed).length, 0);
  honest.push("0\r\n\r\n");
  await clock.advance(2);
  assertEquals([honest.sent.slice(0, 15), server.updateCounts().connections], [
    "HTTP/1.1 200 OK",
    1,
  ]);
});

Deno.test("IngestServer reports a publisher that has not published for a minute", async () => {
  const { clock, connect, publishers } = serve();
  const publish = async () => {
    const connection = connect(`${head("news")}0\r\n\r\n`);
    await clock.advance(10);
    connection.end();
    await clock.advance(10);
  };
  await publish();
  await publish();
  await clock.advance(50_000);
  await publish();
  assertEquals(publishers, ["live/news.json main 192.0.2.7"]);
  await clock.advance(61_000);
  await publish();
  assertEquals(publishers.length, 2);
});

Deno.test("endChannel() ends requests of one channel", async () => {
  const { server, clock, connect } = serve();
  const [ended, stalled, other] = [connect(head("a")), connect(head("a")), connect(head("b"))];
  await clock.advance(1);
  server.endChannel("live/a.json", 2000);
  for (const connection of [ended, other]) connection.push("3\r\nabc\r\n");
  await clock.advance(1000);
  assertEquals([ended.sent.slice(0, 12), ended.isClosed], ["HTTP/1.1 404", true]);
  assertEquals([stalled.isClosed, other.isClosed], [false, false]);
  await clock.advance(1250);
  assertEquals([stalled.isClosed, other.isClosed], [true, false]);
});
