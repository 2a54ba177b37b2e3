import { assert, assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { EPOCH, RecordedChannel, summarize } from "./channel_recording.ts";

Deno.test("Channel lists what is recorded as it grows, from the second segment on", async () => {
  using recorded = await RecordedChannel.create();
  const channel = await recorded.open();
  assertEquals([channel.state, channel.views], ["waiting", undefined]);
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 2);
  assertEquals(summarize(await recorded.open()), []);
  recorded.append(2, 6);
  assertEquals(summarize(await recorded.open()), ["1: 1+2@0-4"]);
  recorded.append(6, 20);
  const grown = await recorded.open();
  assertEquals(grown === channel, true);
  assertEquals(summarize(grown), ["1: 1+9@0-18"]);
});

Deno.test("Library takes the label, the publishers and the window of a channel file that is edited", async () => {
  using recorded = await RecordedChannel.create({ window: 20, label: "News" });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 60);
  const channel = await recorded.open();
  assertEquals([channel.label, channel.publishers], ["News", []]);
  const key = "0123456789abcdef";
  recorded.edit({ window: 20, publishers: [{ name: "main", key }] });
  const edited = await recorded.open();
  assertEquals(edited === channel, true);
  assertEquals([edited.label, edited.publishers], [undefined, ["main"]]);
  recorded.edit({ window: 30 });
  const longer = await recorded.open();
  assertEquals(longer === channel, false);
  assertEquals(summarize(longer), ["1: 15+15@28-58"]);
  recorded.edit({ window: "all" });
  assertEquals(summarize(await recorded.open()), ["1: 1+29@0-58"]);
});

Deno.test("Library serves a channel as it was while its file is broken, and warns", async () => {
  using recorded = await RecordedChannel.create({ window: 20, label: "News" });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 60);
  await recorded.open();
  recorded.edit({ window: "long" });
  assertEquals((await recorded.open()).label, "News");
  recorded.append(60, 80);
  assertEquals(summarize(await recorded.open()), ["1: 30+10@58-78"]);
  assertEquals(recorded.warnings.length, 1);
  assert(recorded.warnings[0]!.includes("live.window"), recorded.warnings[0]);
  recorded.storage.files.delete("live/news.json");
  await assertRejects(() => recorded.open(), RequestError, "Cannot find 'live/news.json'");
});

Deno.test("Library looks at a channel 100 ms after the last look, or when told", async () => {
  using recorded = await RecordedChannel.create();
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 10);
  const { library, storage: { calls } } = recorded;
  const channel = await recorded.open();
  calls.length = 0;
  const look = () => {
    const opened = library.open("live/news.json");
    if (opened instanceof Promise) throw new Error("expected no promise");
    opened.release();
    return summarize(channel);
  };
  recorded.append(10, 12);
  recorded.timeMs += 99;
  assertEquals(look(), ["1: 1+4@0-8"]);
  recorded.timeMs += 1;
  assertEquals(look(), ["1: 1+5@0-10"]);
  recorded.append(12, 14);
  library.noticeAppended("live/news.json");
  assertEquals(look(), ["1: 1+6@0-12"]);
  library.noticeAppended("live/other.json");
  recorded.timeMs += 100;
  look();
  calls.length = 0;
  recorded.timeMs += 100;
  look();
  assertEquals(calls, []); // the size of an open file alone
});

Deno.test("Channel is silent when nothing arrives, and lists what it has", async () => {
  using recorded = await RecordedChannel.create();
  recorded.arrivalShift = Date.now() * 1000 - EPOCH - 60e6;
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 10);
  const channel = await recorded.open();
  assertEquals([channel.state, summarize(channel)], ["silent", ["1: 1+4@0-8"]]);
  recorded.append(10, 60);
  assertEquals((await recorded.open()).state, "live");
  recorded.writer.endBroadcast(EPOCH);
  assertEquals((await recorded.open()).state, "over");
});

Deno.test("Channel closes its files when it was dropped and nobody uses it", async () => {
  using recorded = await RecordedChannel.create();
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 10);
  const channel = await recorded.open();
  assertEquals(channel.acquire(), true);
  recorded.library.close();
  assert(recorded.storage.openSources > 0);
  channel.release();
  assertEquals(recorded.storage.openSources, 0);
  assertEquals(channel.acquire(), false);
});
