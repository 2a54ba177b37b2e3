import { assertEquals } from "@std/assert";
import { INGESTED } from "../../lib/live/http/http_response.ts";
import { createIngestCounts } from "../../lib/live/ingest_counts.ts";
import { IngestServer } from "../../lib/live/listener.ts";
import { StreamKeys } from "../../lib/live/stream_keys.ts";
import { MemoryConnection, toBytes } from "./memory_connection.ts";
import { MemoryListener } from "./memory_listener.ts";
import { TimerClock } from "./timer_clock.ts";

const KEY = "abcdefghijklmnop";
const KEYS = new StreamKeys([{ name: "main", key: KEY }]);

const lines = [
  `PUT /live/${KEY}/other.json/feed HTTP/1.1`,
  `PUT /${KEY}/live/other.json/feed HTTP/1.1`,
  `PUT /live/${KEY}.json/feed HTTP/1.1`,
  `PUT /live/news.json/${KEY}/${KEY}.mp4 HTTP/1.1`,
  `PUT /live/news.json/feed?key=${KEY} HTTP/1.1`,
  `${KEY} /live/news.json/${KEY}/feed HTTP/1.1`,
  `PUT /live/news.json/${KEY}/feed HTTP/1.1 ${KEY}`,
  `PUT /live/news.json HTTP/1.1\r\nContent-Length: 5PUT /live/news.json/${KEY}/feed`,
  `PUT /live/news.json HTTP/1.1\r\nTransfer-Encoding: PUT /live/news.json/${KEY}/feed`,
];

for (const line of lines) {
  Deno.test(`IngestServer neither logs nor returns the key of ${JSON.stringify(line)}`, async () => {
    const clock = new TimerClock();
    const log: string[] = [];
    const server = new IngestServer({
      findPublishers: (channel) => channel === "live/news.json" ? KEYS : undefined,
      publish: () => Promise.resolve(INGESTED),
      counts: createIngestCounts(),
      log: ({ message }) => log.push(message),
      clock,
      nowMs: () => 0,
    });
    const listener = new MemoryListener();
    server.listen(listener);
    const connection = new MemoryConnection([toBytes(`${line}\r\nHost: a\r\n\r\n`)]);
    listener.connect(connection);
    await clock.advance(2);
    assertEquals([log.length, log.join().includes(KEY)], [1, false]);
    assertEquals(/^HTTP\/1\.1 (4\d\d|501)/.test(connection.sent), true);
    assertEquals(connection.sent.includes(KEY), false);
  });
}
