import { assertEquals, assertNotEquals } from "@std/assert";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { MediaError } from "../../lib/errors.ts";
import { removeExpiredBlocks } from "../../lib/archive/retention.ts";
import type { Channel } from "../../lib/library/channel.ts";
import { createTracks, EPOCH, RecordedChannel, summarize } from "./channel_recording.ts";

const getVersions = (channel: Channel) =>
  channel.views!.whole.periods.map(({ presentation }) => presentation.version);

/** All that viewers can see, as text. */
function describe(channel: Channel): string {
  const { state, views } = channel;
  return JSON.stringify([state, views], (key, value) => {
    if (["derived", "source", "codec", "track", "timing", "stored"].includes(key)) return undefined;
    if (value instanceof Map) return [...value];
    if (key === "samples") return undefined; // start with the first segment that was read
    return ArrayBuffer.isView(value) ? [...value as Float64Array] : value;
  });
}

Deno.test("Channel lists the window while it is live, and all of the broadcast when it is over", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 60);
  const channel = await recorded.open();
  assertEquals(summarize(channel), ["1: 20+10@38-58"]);
  assertEquals(channel.views!.whole, channel.views!.listed);
  recorded.begin(62);
  recorded.append(0, 12);
  assertEquals(summarize(await recorded.open()), ["1: 27+4@52-60", "2: 31+5@0-10"]);
  recorded.writer.endBroadcast(EPOCH + 80e6);
  assertEquals(summarize(await recorded.open()), ["1: 28+3@54-60", "2: 31+6@0-12"]);
  assertEquals(summarize(channel, "whole"), ["1: 1+30@0-60", "2: 31+6@0-12"]);
  assertEquals([channel.state, channel.views!.whole.isLive], ["over", false]);
  const { listed, whole } = channel.views!;
  assertEquals(
    listed.periods.map(({ presentation }) => presentation.version),
    getVersions(channel),
  );
  assertEquals([listed.window, whole.window], [20, undefined]);
});

Deno.test("Channel lists the last broadcast until the next one has a target duration", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 60);
  recorded.writer.endBroadcast(EPOCH + 60e6);
  const channel = await recorded.open();
  const over = describe(channel);
  recorded.begin(7200, { isBroadcast: true });
  assertEquals(describe(await recorded.open()), over);
  recorded.append(0, 2);
  assertEquals(describe(await recorded.open()), over);
  const before = channel.views!.whole.version;
  recorded.append(2, 6);
  assertEquals(summarize(await recorded.open()), ["2: 31+2@0-4"]);
  assertNotEquals(channel.views!.whole.version, before);
  assertEquals(channel.views!.whole.epoch, EPOCH + 7200e6);
});

Deno.test("Channel of another worker has the same views, whenever it was opened", async () => {
  using recorded = await RecordedChannel.create({ window: 700 });
  const first = recorded.library;
  const compare = async (library = recorded.createLibrary()) => {
    const expected = describe(await recorded.open(first));
    assertEquals(describe(await recorded.open(library)), expected);
    library.close();
  };
  await compare();
  recorded.begin(0, { isBroadcast: true });
  for (let second = 0; second < 2600; second += 130) {
    recorded.append(second, second + 130);
    await compare();
  }
  recorded.begin(2650, { tracks: await createTracks(["feed-video", "other"]) });
  recorded.append(0, 20);
  await compare();
  recorded.begin(2700);
  await compare();
  recorded.append(0, 40);
  await compare();
  recorded.begin(2690); // the clock was set back
  recorded.append(0, 30);
  await compare();
  recorded.begin(2800);
  recorded.append(0, 900);
  await compare();
  recorded.writer.endBroadcast(EPOCH + 4000e6);
  await compare();
});

Deno.test("Channel has the same views over a storage of promises", async () => {
  using recorded = await RecordedChannel.create({ window: 700 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 1300);
  const expected = describe(await recorded.open());
  recorded.storage.synchronous = false;
  const library = recorded.createLibrary();
  assertEquals(describe(await recorded.open(library)), expected);
  recorded.append(1300, 1400);
  const grown = await recorded.open(library);
  assertEquals(describe(grown), describe(await recorded.open()));
  library.close();
});

Deno.test("Channel goes on in the same period after a restart of the recorder", async () => {
  using recorded = await RecordedChannel.create();
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 10);
  const channel = await recorded.open();
  const [version] = getVersions(channel);
  recorded.writer = ArchiveWriter.open(recorded.storage.archive);
  recorded.writer.continuePeriod();
  recorded.append(10, 20);
  assertEquals(summarize(await recorded.open()), ["1: 1+9@0-18"]);
  assertEquals(getVersions(channel), [version]);
});

Deno.test("Channel has no URL of an archive that was deleted and recorded again", async () => {
  using recorded = await RecordedChannel.create();
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 10);
  const channel = await recorded.open();
  const versions = getVersions(channel);
  recorded.storage.replaceArchive();
  recorded.writer = ArchiveWriter.open(recorded.storage.archive);
  assertEquals((await recorded.open()).views, undefined);
  recorded.begin(30, { isBroadcast: true });
  recorded.append(0, 10);
  const next = await recorded.open();
  assertEquals(summarize(next), ["1: 1+4@0-8"]);
  for (const version of versions) {
    assertEquals(next.findPeriod(version), undefined);
    assertEquals(await next.readStoredPeriod(version), undefined);
  }
});

Deno.test("Channel leaves out deleted blocks of a broadcast that is over", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 1500);
  recorded.writer.endBroadcast(EPOCH + 1500e6);
  assertEquals(summarize(await recorded.open(), "whole"), ["1: 1+750@0-1500"]);
  recorded.begin(1600, { isBroadcast: true });
  removeExpiredBlocks(recorded.storage.archive, { keep: 20, window: 20 });
  const channel = await recorded.open();
  assertEquals(summarize(channel, "whole"), ["1: 601+150@1200-1500"]);
});

Deno.test("Channel opens files again that a network file system loses", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 60);
  const { storage } = recorded;
  let failures = 2;
  const stale = () => new MediaError("Cannot read (ESTALE)", "MEDIA_READ");
  storage.fail = (path) => path.endsWith("index") && failures-- > 0 ? stale() : undefined;
  assertEquals(summarize(await recorded.open()), ["1: 20+10@38-58"]);
  storage.fail = (path) =>
    path.endsWith("00000002/index") ? new MediaError("no", "MEDIA_MISSING") : undefined;
  recorded.append(60, 640);
  const channel = await recorded.open();
  assertEquals(summarize(channel), ["1: 291+10@580-600"]);
  storage.fail = () => undefined;
  assertEquals(summarize(await recorded.open()), ["1: 310+10@618-638"]);
  assertEquals(await recorded.open(), channel);
});

Deno.test("Channel lists what follows a block that is broken or missing", async () => {
  using recorded = await RecordedChannel.create({ window: "all" });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 2500);
  const { archive } = recorded.storage;
  archive.damage("00000002/block.json", () => new Uint8Array(0));
  const expected = ["1: 601+649@1200-2498"];
  assertEquals(summarize(await recorded.open()), expected);
  for (const name of archive.list("00000002")) archive.remove(`00000002/${name}`);
  archive.remove("00000002");
  const library = recorded.createLibrary();
  assertEquals(summarize(await recorded.open(library)), expected);
  library.close();
});

Deno.test("Channel finds an archive that is copied next to its file", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 1300);
  const copy = recorded.storage.archive.clone();
  for (const name of copy.list("00000001")) copy.remove(`00000001/${name}`);
  copy.remove("00000001");
  recorded.storage.replaceArchive();
  assertEquals((await recorded.open()).state, "waiting");
  recorded.storage.replaceArchive(copy);
  assertEquals(summarize(await recorded.open()), ["1: 640+10@1278-1298"]);
});
