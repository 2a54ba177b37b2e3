import { assert, assertEquals } from "@std/assert";
import { listEncoded } from "../channel.ts";
import { Encoder } from "../encoder.ts";
import { CHANNEL } from "../recorded_server.ts";
import {
  buildPushedMpd,
  createServer,
  DashEncoder,
  MPD,
  pushInits,
  putWhole,
  toBytes,
} from "./pushed_files.ts";

Deno.test("storePush() answers segments when they are stored, after the first MPD", async () => {
  const server = createServer();
  const dash = new DashEncoder();
  await pushInits(server, dash);
  const segment = await putWhole(server, dash.getPath(0, 0), dash.streams[0]!.fragment(0));
  await server.wait(29);
  assertEquals([segment.result, segment.isHeld], [undefined, true]);
  await putWhole(server, MPD, buildPushedMpd());
  assertEquals([segment.result, segment.isHeld], ["200", false]);
});

Deno.test("storePush() rejects segments after 1 s where nothing is known, else after 30 s", async () => {
  const server = createServer();
  const dash = new DashEncoder();
  const unknown = await putWhole(server, "other/1.m4s", dash.streams[0]!.fragment(0));
  await server.wait(0.75);
  assertEquals(unknown.result, undefined);
  await server.wait(0.25);
  assertEquals(unknown.result, "412 INIT_MISSING");
  await pushInits(server, dash);
  const waiting = await putWhole(server, dash.getPath(0, 0), dash.streams[0]!.fragment(0));
  await server.wait(29.75);
  assertEquals(waiting.result, undefined);
  await server.wait(0.25);
  assertEquals([waiting.result, waiting.isHeld], ["412 INIT_MISSING", false]);
});

Deno.test("storePush() ends waits when publishing ends, the connection is lost, or the channel is removed", async () => {
  for (const cause of ["stopping", "broken", "removed", "stop"]) {
    const server = createServer();
    const dash = new DashEncoder();
    await pushInits(server, dash);
    const segment = await server.put(dash.getPath(0, 0)).push(dash.streams[0]!.fragment(0));
    if (cause === "stopping") segment.stopping.abort();
    else if (cause === "broken") await segment.end("broken");
    else if (cause === "removed") server.channels.texts.delete("news.json");
    else await server.recorder.stop();
    await server.wait(1.25);
    const expected = cause === "broken" ? "400 BODY_INCOMPLETE" : "503 DRAINING";
    assertEquals(segment.result, expected, cause);
  }
});

Deno.test("storePush() answers an init segment that it cannot store, and does not let its segments wait", async () => {
  const server = createServer();
  const dash = new DashEncoder();
  await pushInits(server, dash);
  const broken = dash.streams[1]!.init;
  broken[
    broken.findIndex((_, i) => new TextDecoder().decode(broken.subarray(i, i + 4)) === "Opus")
  ] = 0x58;
  const init = await putWhole(server, "feed/init-stream1.m4s", broken);
  assertEquals(init.result, "415 MEDIA_UNSUPPORTED");
  await putWhole(server, MPD, buildPushedMpd());
  const segment = await putWhole(server, dash.getPath(1, 0), dash.streams[1]!.fragment(0));
  assertEquals(segment.result, "412 INIT_MISSING");
});

Deno.test("storePush() holds 64 MB of a publisher at most, and others go on", async () => {
  const server = createServer();
  const encoder = new Encoder({ tracks: ["video"] });
  await putWhole(server, "a/init.mp4", encoder.init);
  await putWhole(server, "a/other.mp4", encoder.init);
  const start = encoder.fragment(0).subarray(0, 40);
  const piece = new Uint8Array(65536);
  const flood = Array.from({ length: 8 }, (_, i) => server.put(`a/${i}.m4s`));
  for (const request of flood) await request.push(start);
  for (let i = 0; i < 200; i++) for (const request of flood) await request.push(piece);
  const held = flood.map((request) => request.unread);
  assert(held.every((count) => count > 0), `${held}`);
  const honest = server.put("live", { publisher: "honest" });
  await honest.push(encoder.init);
  for (let gop = 0; gop < 4; gop++) {
    await server.wait(1);
    await honest.push(encoder.fragment(gop));
  }
  assertEquals(await honest.end(), "200");
  assertEquals(server.listNamed("live"), listEncoded(encoder, "video", 4));
  await server.wait(30);
  assert(flood.every(({ result }) => result === "412 INIT_MISSING"));
});

Deno.test("storePush() stores a request for a stream that its path names at once", async () => {
  const server = createServer();
  const encoder = new Encoder();
  const path = "Streams(feed)";
  assertEquals((await putWhole(server, path, encoder.fragment(0))).result, "412 INIT_MISSING");
  await putWhole(server, path, encoder.init);
  assertEquals((await putWhole(server, path, encoder.fragment(0))).result, "200");
});

for (
  const [name, body, result] of [
    ["a probe", "", "200"],
    ["no XML", "feed", "400 MEDIA_INVALID"],
    ["an MPD of 2 MB", " ".repeat(2 ** 21), "413 FRAGMENT_TOO_LARGE"],
  ] as const
) {
  Deno.test(`storePush() answers ${result} to an MPD that is ${name}`, async () => {
    const server = createServer();
    assertEquals((await putWhole(server, MPD, toBytes(body))).result, result);
    assertEquals(server.recorder.findPublishers(CHANNEL), "loopback");
  });
}
