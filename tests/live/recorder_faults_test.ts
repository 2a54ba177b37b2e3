/** What goes wrong while channels are recorded. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { writeWholeFile } from "../../lib/archive/file_system.ts";
import { listBlocks, readBlock } from "../../lib/archive/recovery.ts";
import { listEncoded } from "./channel.ts";
import { Encoder } from "./encoder.ts";
import { CHANNEL, MemoryChannels, RecordedServer } from "./recorded_server.ts";

const SETTINGS = { segmentDuration: 2 };

Deno.test("Recorder keeps publishers connected while the disk is full, and goes on when there is room", async () => {
  const channels = new MemoryChannels(SETTINGS);
  channels.capacity = 20_000;
  const server = new RecordedServer(channels);
  const encoder = new Encoder({});
  const request = await server.publish().push(encoder.init);
  for (let i = 0; i < 60; i++) {
    if (i === 50) channels.archives.get("news.json")!.capacity = Infinity;
    await server.wait(1);
    await request.push(encoder.fragment(i));
  }
  assertEquals(request.result, undefined);
  await request.push(encoder.end);
  assertEquals(await request.end(), "507 DISK_FULL");
  const isFull = (line: string) =>
    line === "error live/news.json: The disk is full: samples are dropped";
  const errors = server.logs.filter(isFull);
  assert(errors.length >= 3 && errors.length <= 6, server.logs.join("\n"));
  assertMatch(server.logs.findLast((line) => !line.includes("is over"))!, /room on the disk again/);
  const stored = server.listStored(0);
  const all = listEncoded(encoder, "video", 60);
  assertEquals([stored[0], stored.at(-1), new Set(stored).size], [
    all[0],
    all.at(-1),
    stored.length,
  ]);
  const files = channels.archives.get("news.json")!;
  const reasons = listBlocks(files).map((it) => readBlock(files, it).period.reason);
  assertEquals([reasons[0], reasons.at(-1)], ["start", "disk"]);
});

Deno.test("Recorder rejects a publisher whose fragments begin 60 blocks within a minute", async () => {
  const channels = new MemoryChannels(SETTINGS);
  const server = new RecordedServer(channels);
  const encoder = new Encoder({ tracks: ["video"], gop: 601, fps: 1 }); // a GOP of ten minutes
  const request = await server.publish().push(encoder.init);
  for (let i = 0; i < 70 && request.result === undefined; i++) {
    await request.push(encoder.fragment(i));
  }
  assertEquals(request.result, "503 OVERLOADED");
  assertEquals(listBlocks(channels.archives.get("news.json")!).length, 60);
});

Deno.test("Recorder begins a broadcast on a disk that was full when its encoder connected", async () => {
  const channels = new MemoryChannels(SETTINGS);
  channels.capacity = 100;
  const server = new RecordedServer(channels);
  const encoder = new Encoder({});
  const request = await server.publish().push(encoder.init);
  for (let i = 0; i < 12; i++) {
    if (i === 6) channels.archives.get("news.json")!.capacity = Infinity;
    await server.wait(1);
    await request.push(encoder.fragment(i));
  }
  assertEquals([request.result, server.listStored(0).at(-1)], [
    undefined,
    listEncoded(encoder, "video", 12).at(-1),
  ]);
  const files = channels.archives.get("news.json")!;
  const broadcasts = listBlocks(files).map((it) => readBlock(files, it).broadcast.number);
  assertEquals(new Set(broadcasts), new Set([1]));
});

Deno.test("Recorder responds 507 to a request that a full disk has no room for", async () => {
  const channels = new MemoryChannels(SETTINGS);
  channels.capacity = 100;
  const server = new RecordedServer(channels);
  const encoder = new Encoder({});
  const request = await server.publish().push(encoder.init, encoder.fragment(0));
  const ended = request.end();
  await server.wait(2);
  await ended;
  assertEquals(request.result, "507 DISK_FULL");
});

Deno.test("Recorder stores the complete fragments of a body that breaks off, or is broken", async () => {
  for (const ending of ["broken", "garbage"] as const) {
    const server = new RecordedServer(new MemoryChannels(SETTINGS));
    const encoder = new Encoder({});
    const request = await server.publish().push(encoder.init, encoder.fragment(0));
    await server.wait(1);
    await request.push(encoder.fragment(1));
    const half = encoder.fragment(2).subarray(0, 900);
    if (ending === "broken") await request.push(half);
    else {
      const bytes = new Uint8Array([...encoder.fragment(2), 0, 0, 0, 3, 1, 2, 3, 4]);
      await request.push(bytes);
    }
    await request.end("broken");
    const stored = ending === "broken" ? 2 : 3;
    assertEquals(request.result, ending === "broken" ? "400 BODY_INCOMPLETE" : "400 MEDIA_INVALID");
    await server.recorder.stop();
    assertEquals(server.listStored(0), listEncoded(encoder, "video", stored));
    assertEquals(server.counts.fragments.refused, ending === "broken" ? 0 : 1);
  }
});

Deno.test("Recorder answers what it cannot store", async () => {
  const server = new RecordedServer(new MemoryChannels(SETTINGS));
  const encoder = new Encoder({});
  const push = async (
    ...pieces: Uint8Array[]
  ) => (await (await server.publish().push(...pieces)).end());
  assertEquals(await push(), "200");
  const early = await server.publish().push(encoder.fragment(0));
  await server.wait(1); // its init segment may still come
  assertEquals([early.result, await early.end()], ["412 INIT_MISSING", "412 INIT_MISSING"]);
  assertEquals(await push(new Uint8Array(188).fill(0x47)), "415 MEDIA_UNSUPPORTED");
  assertEquals(await push(encoder.init, Uint8Array.of(0, 0, 0, 1, 0x6d)), "400 MEDIA_INVALID");
  const huge = encoder.fragment(0);
  const trun = new TextDecoder("latin1").decode(huge).indexOf("trun");
  new DataView(huge.buffer).setUint32(trun + 20, 2 ** 27); // size of the first sample
  assertEquals(await push(encoder.init, huge), "413 FRAGMENT_TOO_LARGE");
  assertEquals(server.counts.fragments.refused, 4);
});

Deno.test("Recorder begins again after an error of the file system, and other channels go on", async () => {
  const channels = new MemoryChannels(SETTINGS);
  channels.write("other.json", SETTINGS);
  const server = new RecordedServer(channels);
  const encoder = new Encoder({});
  const other = await server.publish("feed", { channel: "live/other.json" }).push(encoder.init);
  const request = await server.publish().push(encoder.init);
  const first = channels.archives.get("news.json")!;
  for (let i = 0; i < 8; i++) {
    await server.wait(1);
    if (i === 4) first.fail(new Error("EIO"));
    if (i < 5) await request.push(encoder.fragment(i));
    await other.push(encoder.fragment(i));
  }
  assertEquals([request.result, other.result], ["500 INTERNAL", undefined]);
  assertEquals(channels.locks.size, 1);
  await other.push(encoder.end);
  assertEquals(await other.end(), "200");
  assertEquals(server.listStored(0, "other.json"), listEncoded(encoder, "video", 8));
  first.fail(undefined);
  const again = new Encoder({ seed: 1 });
  const next = await server.publish().push(again.init);
  for (let i = 0; i < 4; i++) {
    await server.wait(1);
    await next.push(again.fragment(i));
  }
  await next.push(again.end);
  assertEquals(await next.end(), "200");
  const expected = [...listEncoded(encoder, "video", 4), ...listEncoded(again, "video", 4)];
  assertEquals(server.listStored(0), expected);
});

Deno.test("Recorder ends the publishers of a channel file that was removed, and begins again with another", async () => {
  const channels = new MemoryChannels(SETTINGS);
  const server = new RecordedServer(channels);
  const encoder = new Encoder({});
  const request = await server.publish().push(encoder.init, encoder.fragment(0));
  await server.wait(1);
  const text = channels.texts.get("news.json")!;
  channels.texts.delete("news.json");
  await server.wait(1.25);
  assertEquals([server.removed, channels.locks.size], [[CHANNEL], 0]);
  assertEquals(server.recorder.findPublishers(CHANNEL), undefined);
  assertEquals(server.recorder.gauges.channels.live, 0);
  await request.push(encoder.fragment(1));
  assertEquals(request.result, "503 DRAINING");
  assertEquals(server.listStored(0), listEncoded(encoder, "video", 1));
  channels.texts.set("news.json", text);
  assertEquals(await server.publish().end(), "200");
});

Deno.test("Recorder ends the publishers of a channel file that became a package, and the log says so", async () => {
  const channels = new MemoryChannels(SETTINGS);
  const server = new RecordedServer(channels);
  await server.publish().push(new Encoder({}).init);
  channels.texts.set("news.json", '{"ams":1,"Live":{}}');
  await server.wait(1.25);
  assertEquals(server.removed, [CHANNEL]);
  const line = `info ${CHANNEL}: Publishing has ended: the file was removed, or has no key live`;
  assertEquals(server.logs, [line]);
});

Deno.test("Recorder begins another broadcast when the archive was removed", async () => {
  const channels = new MemoryChannels(SETTINGS);
  const server = new RecordedServer(channels);
  const encoder = new Encoder({});
  const request = await server.publish().push(encoder.init, encoder.fragment(0));
  await server.wait(1);
  channels.archives.delete("news.json");
  await server.wait(1.25);
  await request.push(encoder.fragment(1));
  assertEquals(request.result, "503 DRAINING");
  const again = await server.publish().push(encoder.init, encoder.fragment(0));
  await server.wait(1);
  await again.push(encoder.fragment(1), encoder.end);
  assertEquals(await again.end(), "200");
  assertEquals(server.listStored(0), listEncoded(encoder, "video", 2));
  assertEquals(readBlock(channels.archives.get("news.json")!, 1).broadcast.number, 1);
});

Deno.test("Recorder records although what waited for the process before is broken", async () => {
  const channels = new MemoryChannels(SETTINGS);
  const files = channels.openArchive("news.json");
  writeWholeFile(files, "waiting.json", new TextEncoder().encode("{"));
  const server = new RecordedServer(channels);
  assertEquals(server.logs, [
    "error live/news.json: Cannot restore what was not written: Cannot read JSON",
  ]);
  const encoder = new Encoder({});
  const request = await server.publish().push(encoder.init, encoder.fragment(0));
  await server.wait(1);
  await request.push(encoder.fragment(1), encoder.end);
  assertEquals(await request.end(), "200");
  assertEquals(files.list(""), ["00000001"]);
});

Deno.test("Recorder begins again after a period whose init segment cannot be written", async () => {
  for (const track of ["video", "audio"]) {
    const channels = new MemoryChannels(SETTINGS);
    channels.write("other.json", SETTINGS);
    let isBroken = true;
    const server = new RecordedServer(channels, 0, {
      buildInit: ({ live: { type } }, first) => {
        if (first && isBroken && type === track) throw new MediaError("no SPS");
        return new TextEncoder().encode(`init of ${type}`);
      },
    });
    const encoder = new Encoder({});
    const request = await server.publish().push(encoder.init);
    for (let i = 0; i < 3; i++) {
      await server.wait(1);
      await request.push(encoder.fragment(i));
    }
    await request.end("broken");
    assertMatch(request.result!, /^(4..|503) /);
    isBroken = false;
    const other = await server.publish("feed", { channel: "live/other.json" }).push(encoder.init);
    const next = await server.publish().push(encoder.init);
    for (let i = 3; i < 7; i++) {
      await server.wait(1);
      await next.push(encoder.fragment(i));
      await other.push(encoder.fragment(i));
    }
    for (const it of [next, other]) {
      await it.push(encoder.end);
      assertEquals(await it.end(), "200");
    }
    const stored = server.listStored(0, "other.json");
    assertEquals(stored, listEncoded(encoder, "video", 7).slice(-stored.length));
    assertEquals(server.listStored(0), stored);
    assert(!server.logs.some((line) => line.includes("has failed")), server.logs.join("\n"));
  }
});
