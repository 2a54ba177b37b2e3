import { assertEquals } from "@std/assert";
import { createIngestCounts } from "../../../lib/live/ingest_counts.ts";
import { INGESTED } from "../../../lib/live/http/http_response.ts";
import { IngestServer, type PublishRequest } from "../../../lib/live/listener.ts";
import { OrderedResponses } from "../../../lib/live/http/ordered_responses.ts";
import { MemoryConnection, toBytes } from "../memory_connection.ts";
import { MemoryListener } from "../memory_listener.ts";
import { settle, TimerClock } from "../timer_clock.ts";

Deno.test("OrderedResponses sends responses in order, and lets no request wait for one that is held", async () => {
  const sent: string[] = [];
  let answered = 0;
  const ordered = new OrderedResponses({
    send: (response) => {
      sent.push(new TextDecoder().decode(response));
      return Promise.resolve();
    },
    onAnswered: () => answered++,
  });
  const first = Promise.withResolvers<Uint8Array>();
  const held = { response: first.promise, isHeld: true };
  await ordered.add(held);
  await ordered.add({ response: Promise.resolve(toBytes("2")), isHeld: false });
  await ordered.settle();
  assertEquals([sent, answered], [[], 0]);
  held.isHeld = false; // what it waited for has come, and it is being stored
  let isSettled = false;
  ordered.settle().then(() => isSettled = true);
  await settle();
  assertEquals(isSettled, false);
  first.resolve(toBytes("1"));
  await ordered.finish();
  await settle();
  assertEquals([sent, answered, isSettled], [["1", "2"], 1, true]);
});

/** Holds segments until a manifest comes, as channels do. */
async function serveHeld(text: string) {
  const clock = new TimerClock();
  const bodies: string[] = [];
  const manifest = Promise.withResolvers<void>();
  const publish = async ({ publication: { path }, body, onHeld }: PublishRequest) => {
    let text = "";
    for await (const piece of body) text += new TextDecoder().decode(piece);
    if (path.endsWith(".m3u8")) manifest.resolve();
    else {
      onHeld!(true);
      await manifest.promise;
      onHeld!(false);
    }
    bodies.push(`${path} ${text}`);
    return INGESTED;
  };
  const counts = createIngestCounts();
  const server = new IngestServer({
    findPublishers: () => "loopback",
    ...{ publish, counts, clock, log: () => {}, nowMs: () => 0 },
  });
  const listener = new MemoryListener();
  server.listen(listener);
  const connection = new MemoryConnection([toBytes(text)], "open", "127.0.0.1");
  listener.connect(connection);
  await clock.advance(300);
  const getStatuses = () =>
    [...connection.sent.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, it]) => it);
  return { connection, bodies, getStatuses, clock, counts };
}

const put = (name: string, method = "PUT") =>
  `${method} /live/news.json/key/${name} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n${
    name[0]
  }`;

Deno.test("IngestServer reads the playlist behind a segment that waits for it, as ffmpeg sends them", async () => {
  const { bodies, getStatuses, connection } = await serveHeld(put("0.m4s"));
  assertEquals([bodies, getStatuses()], [[], []]);
  connection.push(put("index.m3u8"));
  await settle();
  assertEquals(bodies, ["index.m3u8 i", "0.m4s 0"]);
});

Deno.test("IngestServer answers pipelined segments and their playlist in order", async () => {
  const text = `${put("0.m4s")}${put("1.m4s")}${put("index.m3u8")}`;
  const { bodies, getStatuses, counts } = await serveHeld(text);
  assertEquals(bodies.toSorted(), ["0.m4s 0", "1.m4s 1", "index.m3u8 i"]);
  assertEquals([getStatuses(), counts.responses], [["200", "200", "200"], { 200: 3 }]);
});

Deno.test("IngestServer answers DELETE, and does not publish", async () => {
  const text = "DELETE /live/news.json/key/feed/0.m4s HTTP/1.1\r\nHost: a\r\n\r\n";
  const { bodies, getStatuses } = await serveHeld(text + text);
  assertEquals([bodies, getStatuses()], [[], ["200", "200"]]);
});
