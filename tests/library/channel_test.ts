import { assertEquals } from "@std/assert";
import { RecordedChannel, summarize } from "./channel_recording.ts";

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
