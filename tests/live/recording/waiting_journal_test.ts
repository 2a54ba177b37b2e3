/** Encoders that push one track after the other, and wait for each response. */

import { assert, assertEquals } from "@std/assert";
import { listBlocks } from "../../../lib/archive/recovery.ts";
import { readRecords } from "../../archive/recording.ts";
import { box, concat, fullBox, u32, u64 } from "../../mp4/movie_file.ts";
import { listEncoded, NOW } from "../channel.ts";
import { Encoder } from "../encoder.ts";
import { MemoryChannels, RecordedServer } from "../recorded_server.ts";

const GOPS = 6;

/** Tracks of one encoder, in the order in which it pushes them. */
function createTracks(start: number) {
  const options = { profile: "cmaf", start, gop: 25 } as const;
  return (["audio", "video"] as const).map((track) => ({
    track,
    encoder: new Encoder({ ...options, tracks: [track] }),
  }));
}

type Tracks = ReturnType<typeof createTracks>;

/** Pushes each GOP of each track in a request of its own. Returns those that got a 200, as `<track> <gop>`. */
async function pushAll(
  server: RecordedServer,
  tracks: Tracks,
  { from = 0, to = GOPS, ends = true } = {},
): Promise<string[]> {
  const done: string[] = [];
  for (let gop = from; gop < to; gop++) {
    await server.wait(Math.max(0.25, gop + 1 - server.time));
    for (const { track, encoder } of tracks) {
      const request = await server.publish(track).push(encoder.init, encoder.fragment(gop));
      if (ends && gop === GOPS - 1) await request.push(encoder.end);
      if (await request.end() !== "200") return done;
      done.push(`${track} ${gop}`);
    }
  }
  return done;
}

/** Samples of a rendition in the archive, in order. */
function listStored(server: RecordedServer, name: string): string[] {
  return server.listNamed(name);
}

function countIn(all: readonly string[], of: readonly string[]): number[] {
  return of.map((sample) => all.filter((it) => it === sample).length);
}

for (const start of [NOW, 0]) {
  const clock = start ? "on UTC" : "from 0";
  Deno.test(`Recorder answers at once an encoder ${clock} that pushes tracks in turn`, async () => {
    const server = new RecordedServer(new MemoryChannels({ segmentDuration: 2 }));
    const tracks = createTracks(start);
    const done = await pushAll(server, tracks);
    assertEquals([done.length, server.time], [2 * GOPS, GOPS]);
    assertEquals(server.logs, [
      "info live/news.json: A broadcast begins",
      "info live/news.json: The broadcast is over",
    ]);
    for (const { track, encoder } of tracks) {
      assertEquals(listStored(server, track), listEncoded(encoder, track, GOPS));
    }
    const files = server.channels.archives.get("news.json")!;
    assertEquals([listBlocks(files), files.list("")], [[1], ["00000001"]]);
  });

  Deno.test(`Recorder loses nothing with a 200 when it is killed at any step, ${clock}`, async () => {
    const tracks = createTracks(start);
    const whole = new RecordedServer(new MemoryChannels({ segmentDuration: 2 }));
    await pushAll(whole, tracks);
    const { steps } = whole.channels.archives.get("news.json")!;
    for (let killAfter = 1; killAfter < steps; killAfter += 193) {
      const channels = new MemoryChannels({ segmentDuration: 2 });
      channels.killAfter = killAfter;
      const killed = new RecordedServer(channels);
      const done = await pushAll(killed, tracks);
      channels.killAfter = Infinity;
      channels.locks.clear();
      const next = new RecordedServer(channels, killed.time);
      const from = Math.floor(done.length / 2);
      if (from < GOPS) done.push(...await pushAll(next, tracks, { from }));
      await next.recorder.stop();
      for (const { track, encoder } of tracks) {
        const stored = listStored(next, track);
        const samples = (gop: number) =>
          encoder.samples(track, gop)
            .map(({ bytes }) => new TextDecoder().decode(bytes).split(" ")[0]!);
        const own = new Set(done).values().filter((it) => it.startsWith(track));
        for (const gop of own.map((it) => Number(it.split(" ")[1]))) {
          const counts = countIn(stored, samples(gop));
          const isOnce = start !== 0 || gop !== from; // it is pushed twice, with times that mean nothing
          const context = `${track} ${gop}, killed after ${killAfter} of ${steps}`;
          assert(counts.every((it) => isOnce ? it === 1 : it > 0), `${context}: ${counts}`);
        }
      }
      const indexes = readRecords(channels.archives.get("news.json")!);
      assert(indexes.length > 0);
    }
  });
}

/** A fragment of one sample that is too large for the file of what waits. */
function buildLargeFragment(): Uint8Array {
  const size = 17 * 2 ** 20;
  const build = (offset: number) => {
    const run = fullBox("trun", 0, 0x701, u32(1, offset, 12800, size, 0x2000000));
    const time = fullBox("tfdt", 1, 0, u64(0));
    return box("moof", box("traf", fullBox("tfhd", 0, 0x20000, u32(1)), time, run));
  };
  return concat(build(build(0).length + 8), box("mdat", new Uint8Array(size)));
}

for (const fails of [false, true]) {
  const what = fails ? "and is not acknowledged when that fails" : "before they have a response";
  Deno.test(`Recorder writes many samples that wait, ${what}`, async () => {
    const server = new RecordedServer(new MemoryChannels({ segmentDuration: 2 }));
    const encoder = new Encoder({ tracks: ["video"] });
    const request = await server.publish().push(encoder.init, buildLargeFragment());
    assertEquals(await request.end(), undefined);
    const files = server.channels.archives.get("news.json")!;
    assertEquals(files.list(""), []);
    if (fails) files.fail(new Error("EIO"));
    await server.wait(2.5);
    assertEquals(request.result, fails ? "503 DRAINING" : "200");
  });
}
