import { assertEquals } from "@std/assert";
import { type ArchiveFileSystem, readWholeFile } from "../../lib/archive/file_system.ts";
import { decodeRecords } from "../../lib/archive/index_record.ts";
import { listBlocks, readBlock } from "../../lib/archive/recovery.ts";
import { listEncoded, NOW } from "./channel.ts";
import { Encoder } from "./encoder.ts";
import { CHANNEL, MemoryChannels, RecordedServer } from "./recorded_server.ts";

const SETTINGS = { segmentDuration: 2 };

/** Records that viewers read. */
function countVisibleRecords(files: ArchiveFileSystem | undefined): number {
  const names = files?.list("").filter((name) => /^\d+$/.test(name)) ?? [];
  const records = names.flatMap((name) => decodeRecords(readWholeFile(files!, `${name}/index`)));
  return records.filter(({ kind }) => kind !== "chunk").length;
}

for (const gop of [4, 13, 49]) {
  Deno.test(`Recorder tells when viewers can see more, of fragments of ${gop} frames`, async () => {
    const server = new RecordedServer(new MemoryChannels(SETTINGS));
    const encoder = new Encoder({ gop });
    const request = await server.publish().push(encoder.init);
    let told = 0;
    const count = Math.ceil(250 / gop);
    for (let i = 0; i < count; i++) {
      const { appended } = server;
      const before = countVisibleRecords(server.channels.archives.get("news.json"));
      await request.push(encoder.fragment(i));
      const after = countVisibleRecords(server.channels.archives.get("news.json"));
      assertEquals(server.appended > appended, after > before, `fragment ${i}`);
      told += Math.min(1, server.appended - appended);
      await server.wait(gop / 25);
    }
    assertEquals([told > 4, gop === 49 || told < count], [true, true]);
    await request.push(encoder.end);
    await request.end();
  });
}

Deno.test("Recorder stores a long request", async () => {
  const server = new RecordedServer(new MemoryChannels(SETTINGS));
  assertEquals(server.recorder.findPublishers(CHANNEL), "loopback");
  assertEquals(server.recorder.findPublishers("live/none.json"), undefined);
  assertEquals(server.recorder.findPublishers("news.json"), undefined);
  assertEquals(server.recorder.findPublishers("live/news.live/x.json"), undefined);
  const encoder = new Encoder({});
  const request = await server.publish().push(encoder.init);
  for (let i = 0; i < 8; i++) {
    await server.wait(1);
    await request.push(encoder.fragment(i));
  }
  assertEquals(server.recorder.gauges.channels, { waiting: 0, live: 1, silent: 0, over: 0 });
  await request.push(encoder.end);
  assertEquals(await request.end(), "200");
  assertEquals(server.logs, [
    "info live/news.json: A broadcast begins",
    "info live/news.json: The broadcast is over",
  ]);
  assertEquals(server.listStored(0), listEncoded(encoder, "video", 8));
  assertEquals(server.listStored(1), listEncoded(encoder, "audio", 8));
  assertEquals(server.counts.fragments.stored, 16);
  assertEquals(server.counts.periods, { start: 1 });
  await server.wait(61); // its files are closed
  assertEquals(server.recorder.gauges.channels, { waiting: 0, live: 0, silent: 0, over: 1 });
  assertEquals(server.channels.locks.size, 0);
});

Deno.test("Recorder knows an init segment that came in a request of its own, seconds before", async () => {
  const server = new RecordedServer(new MemoryChannels(SETTINGS));
  const encoder = new Encoder({ profile: "cmaf", start: NOW });
  assertEquals(await (await server.publish().push(encoder.init)).end(), "200");
  for (let gop = 0; gop < 3; gop++) {
    await server.wait(30 + gop - server.time);
    const request = await server.publish().push(encoder.fragment(gop));
    await request.end();
    await server.wait(0.75);
    assertEquals(request.result, "200");
  }
});

Deno.test("Recorder stores requests that begin before the one before has ended, as ffmpeg sends them", async () => {
  for (const repeatsInit of [false, true]) {
    const server = new RecordedServer(new MemoryChannels(SETTINGS));
    const encoder = new Encoder({});
    let [before, next] = [server.publish(), server.publish()];
    await before.push(encoder.init);
    for (let gop = 0; gop < 8; gop++) {
      const fragment = encoder.fragment(gop);
      if (repeatsInit) await next.push(encoder.init);
      await next.push(fragment.subarray(0, 20)); // less than its moof
      assertEquals(await before.end(), "200");
      await server.wait(1);
      await next.push(fragment.subarray(20));
      [before, next] = [next, server.publish()];
    }
    await before.push(encoder.end);
    assertEquals(await before.end(), "200");
    assertEquals(server.listStored(0), listEncoded(encoder, "video", 8));
    assertEquals([server.counts.fragments.late, server.counts.periods], [0, { start: 1 }]);
  }
});

Deno.test("Recorder goes on in the same period after a restart, also without an init segment", async () => {
  const channels = new MemoryChannels(SETTINGS);
  const encoder = new Encoder({ profile: "cmaf", start: NOW });
  const first = new RecordedServer(channels);
  const results: (string | undefined)[] = [];
  const pushGop = async (server: RecordedServer, gop: number) => {
    await server.wait(NOW + gop + 1 - NOW - server.time);
    const request = server.publish();
    if (gop === 0) await request.push(encoder.init);
    await request.push(encoder.fragment(gop));
    if (gop === 7) await request.push(encoder.end);
    await request.end();
    await server.wait(0.75);
    results.push(request.result);
  };
  for (let gop = 0; gop < 4; gop++) await pushGop(first, gop);
  await first.recorder.stop();
  assertEquals(channels.locks.size, 0);
  const second = new RecordedServer(channels, first.time);
  assertEquals(second.recorder.gauges.channels.silent, 1);
  for (let gop = 3; gop < 8; gop++) await pushGop(second, gop);
  assertEquals(second.listStored(0), listEncoded(encoder, "video", 8));
  assertEquals(second.listStored(1), listEncoded(encoder, "audio", 8));
  const files = channels.archives.get("news.json")!;
  assertEquals(listBlocks(files).map((it) => readBlock(files, it).period.id), [1, 1]);
  assertEquals(results.at(-1), "200");
});

Deno.test("Recorder ends a broadcast that a process before has left open", async () => {
  const channels = new MemoryChannels({ ...SETTINGS, reconnect: 10 });
  const first = new RecordedServer(channels);
  const encoder = new Encoder({});
  const request = await first.publish().push(encoder.init);
  for (let i = 0; i < 4; i++) {
    await first.wait(1);
    await request.push(encoder.fragment(i));
  }
  request.stopping.abort();
  await first.wait(0.25);
  assertEquals(request.result, "503 DRAINING");
  await first.recorder.stop();
  const second = new RecordedServer(channels, 10);
  await second.wait(9);
  assertEquals(second.recorder.gauges.channels.silent, 1);
  await second.wait(3);
  assertEquals(second.recorder.gauges.channels.over, 1);
});

Deno.test("Recorder leaves a channel to the process that has its lock, and takes it over", async () => {
  const channels = new MemoryChannels(SETTINGS);
  const [first, second] = [new RecordedServer(channels), new RecordedServer(channels)];
  const encoder = new Encoder({});
  const request = await first.publish().push(encoder.init, encoder.fragment(0));
  for (let i = 0; i < 3; i++) {
    assertEquals(await second.publish().end(), "503 CHANNEL_LOCKED");
  }
  assertEquals(second.logs, ["error Cannot record live/news.json: another process does"]);
  await request.end();
  await first.recorder.stop();
  assertEquals(await second.publish().end(), "200");
});

Deno.test("Recorder deletes old blocks when another begins, and when keep is changed", async () => {
  const channels = new MemoryChannels({ ...SETTINGS, keep: 1500, window: 60 });
  const server = new RecordedServer(channels);
  const encoder = new Encoder({ gop: 100 });
  const request = await server.publish().push(encoder.init);
  for (let i = 0; i < 15 * 41; i++) {
    server.time += 4;
    server.recorder.tick();
    await request.push(encoder.fragment(i));
  }
  await server.wait(1.25);
  const files = channels.archives.get("news.json")!;
  assertEquals(listBlocks(files), [2, 3, 4, 5]);
  channels.write("news.json", { ...SETTINGS, keep: "window", window: 60 });
  await server.wait(2.25);
  assertEquals(listBlocks(files), [4, 5]);
  assertEquals(server.logs, ["info live/news.json: A broadcast begins"]);
});
