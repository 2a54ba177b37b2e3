import { assertEquals } from "@std/assert";
import { listBlocks, readBlock } from "../../../lib/archive/recovery.ts";
import { listEncoded, NOW } from "../channel.ts";
import { Encoder } from "../encoder.ts";
import { RecordedServer } from "../recorded_server.ts";
import {
  assertRecorded,
  buildPushedMpd,
  buildPushedPlaylist,
  createServer,
  DashEncoder,
  MPD,
  pushInits,
  pushSegments,
  putWhole,
} from "./pushed_files.ts";

for (const isMpdFirst of [false, true]) {
  for (const endsEarly of [false, true]) {
    for (const parts of [1, 4]) {
      const order = { isMpdFirst, endsEarly, parts };
      Deno.test(`storePush() stores DASH as ffmpeg pushes it: ${JSON.stringify(order)}`, async () => {
        const server = createServer();
        const dash = new DashEncoder();
        await pushInits(server, dash);
        for (let gop = 0; gop < 8; gop++) await pushSegments(server, dash, gop, order);
        const end = await putWhole(server, MPD, buildPushedMpd({ isStatic: true }));
        assertEquals(end.result, "200");
        await server.wait(1.25);
        assertRecorded(server, dash, 8);
        assertEquals(server.logs, [
          "info live/news.json: A broadcast begins",
          "info live/news.json: The broadcast is over",
        ]);
        assertEquals(server.counts.periods, { start: 1 });
        assertEquals([server.counts.fragments.late, server.counts.fragments.refused], [0, 0]);
      });
    }
  }
}

Deno.test("storePush() keeps what an MPD declares, after what the operator declares", async () => {
  const tracks = { "0": { role: "alternate" }, "1": { language: "de" } };
  const server = createServer({ tracks });
  const dash = new DashEncoder();
  await pushInits(server, dash);
  const role = (value: string) => `<Role schemeIdUri="urn:mpeg:dash:role:2011" value="${value}"/>`;
  const descriptors = [role("main"), `${role("dub")}<Label>Doublage</Label>`] as const;
  const mpd = buildPushedMpd({ descriptors, languages: ["und", "fra"] });
  for (let gop = 0; gop < 4; gop++) await pushSegments(server, dash, gop, { mpd });
  await server.recorder.stop();
  const files = server.channels.archives.get("news.json")!;
  const { tracks: stored } = readBlock(files, listBlocks(files)[0]!);
  assertEquals(
    stored.map(({ name, language, label, role }) => ({ name, language, label, role })),
    [
      { name: "0", language: undefined, label: undefined, role: "alternate" },
      { name: "1", language: "de", label: "Doublage", role: "dub" },
    ],
  );
});

Deno.test("storePush() stores HLS as ffmpeg pushes it, under the name of the playlist", async () => {
  for (const waits of [false, true]) {
    const server = createServer();
    const encoder = new Encoder();
    assertEquals((await putWhole(server, "feed/init.mp4", encoder.init)).result, "200");
    for (let gop = 0; gop < 8; gop++) {
      await server.wait(1);
      const segment = await putWhole(server, `feed/index${gop}.m4s`, encoder.fragment(gop));
      const isHeld = gop === 0;
      assertEquals(segment.isHeld, isHeld);
      if (waits && isHeld) await server.wait(0.75);
      const playlist = buildPushedPlaylist(gop, { isOver: gop === 7 });
      assertEquals((await putWhole(server, "feed/index.m3u8", playlist)).result, "200");
      assertEquals(segment.result, "200");
    }
    await server.wait(1.25);
    assertEquals(server.listNamed("index-video"), listEncoded(encoder, "video", 8));
    assertEquals(server.listNamed("index-audio"), listEncoded(encoder, "audio", 8));
    assertEquals(server.logs.at(-1), "info live/news.json: The broadcast is over");
  }
});

Deno.test("storePush() stores CMAF by its directory where no manifest comes, and keeps that name", async () => {
  const server = createServer();
  const encoder = new Encoder({ profile: "cmaf", start: NOW });
  await putWhole(server, "feed/init.mp4", encoder.init);
  await server.wait(1);
  const first = await putWhole(server, "feed/index0.m4s", encoder.fragment(0));
  await server.wait(0.75);
  assertEquals(first.result, undefined);
  await server.wait(0.5);
  assertEquals(first.result, "200");
  for (let gop = 1; gop < 8; gop++) {
    await server.wait(1);
    const next = await putWhole(server, `feed/index${gop}.m4s`, encoder.fragment(gop));
    assertEquals([next.result, next.isHeld], ["200", false]);
    if (gop === 3) await putWhole(server, "feed/index.m3u8", buildPushedPlaylist(gop));
  }
  await server.recorder.stop();
  assertEquals(server.listNamed("feed-video"), listEncoded(encoder, "video", 8));
});

Deno.test("storePush() lets an init segment and its segments have one path", async () => {
  const server = createServer();
  const encoder = new Encoder();
  for (const path of ["a/video.cmfv", "video"]) {
    await putWhole(server, path, encoder.init);
    assertEquals((await putWhole(server, path, encoder.fragment(0))).result, "200");
    assertEquals((await putWhole(server, path, encoder.fragment(1))).result, "200");
  }
});

Deno.test("storePush() goes on after a restart of ams, without init segments", async () => {
  const first = createServer();
  const dash = new DashEncoder({ profile: "cmaf", start: NOW });
  await pushInits(first, dash);
  for (let gop = 0; gop < 5; gop++) await pushSegments(first, dash, gop);
  await first.recorder.stop();
  const second = new RecordedServer(first.channels, first.time);
  for (let gop = 5; gop < 9; gop++) {
    for (const { result } of await pushSegments(second, dash, gop)) assertEquals(result, "200");
  }
  await putWhole(second, MPD, buildPushedMpd({ isStatic: true }));
  await second.wait(1.25);
  assertRecorded(second, dash, 9);
  const files = first.channels.archives.get("news.json")!;
  assertEquals(listBlocks(files).map((it) => readBlock(files, it).period.id), [1, 1]);
});

Deno.test("storePush() takes CMAF after a restart by the name of its directory, a second later", async () => {
  const first = createServer();
  const encoder = new Encoder({ profile: "cmaf", start: NOW, tracks: ["video"] });
  await putWhole(first, "feed/init.mp4", encoder.init);
  for (let gop = 0; gop < 5; gop++) {
    await first.wait(1);
    await putWhole(first, `feed/${gop}.m4s`, encoder.fragment(gop));
  }
  await first.wait(1.25);
  await first.recorder.stop();
  const second = new RecordedServer(first.channels, first.time);
  const segment = await putWhole(second, "feed/5.m4s", encoder.fragment(5));
  await second.wait(0.75);
  assertEquals(segment.result, undefined);
  await second.wait(0.25);
  assertEquals(segment.result, "200");
  assertEquals((await putWhole(second, "feed/6.m4s", encoder.fragment(6))).result, "200");
});

Deno.test("storePush() begins another broadcast with an encoder that starts again after its end", async () => {
  const server = createServer();
  for (const seed of [0, 1]) {
    const dash = new DashEncoder({ seed });
    await pushInits(server, dash);
    for (let gop = 0; gop < 5; gop++) await pushSegments(server, dash, gop);
    await putWhole(server, MPD, buildPushedMpd({ isStatic: true }));
  }
  await server.wait(1.25);
  assertEquals(server.logs.map((line) => line.replace(/.*: /, "")), [
    "A broadcast begins",
    "The broadcast is over",
    "A broadcast begins",
    "The broadcast is over",
  ]);
});

Deno.test("storePush() begins a period with an encoder that was killed and starts again from 0", async () => {
  const server = createServer();
  for (const seed of [0, 1]) {
    const dash = new DashEncoder({ seed });
    await pushInits(server, dash);
    for (let gop = 0; gop < 5; gop++) await pushSegments(server, dash, gop);
    await server.wait(1);
  }
  await server.recorder.stop();
  assertEquals(server.counts.periods, { start: 1, restart: 1 });
  assertEquals(server.counts.fragments.repeated, 0);
});

Deno.test("storePush() stores the last segments when they arrive after the end of the MPD", async () => {
  const server = createServer();
  const dash = new DashEncoder();
  await pushInits(server, dash);
  for (let gop = 0; gop < 5; gop++) await pushSegments(server, dash, gop);
  await putWhole(server, MPD, buildPushedMpd({ isStatic: true }));
  await server.wait(0.5);
  const late = dash.streams.map((_, i) => server.put(dash.getPath(i, 5)));
  await server.wait(1.5);
  for (const [i, encoder] of dash.streams.entries()) await late[i]!.push(encoder.fragment(5));
  for (const request of late) assertEquals(await request.end(), "200");
  assertEquals(server.recorder.gauges.channels.live, 1);
  await server.wait(1.25);
  assertEquals(server.recorder.gauges.channels.over, 1);
  assertRecorded(server, dash, 6);
});
